/**
 * Takes what arrives from Slack, by a route or by the socket: what cannot wait is answered, everything else is stored, and
 * then acknowledged. Slack repeats what is not acknowledged, so a failure to store loses nothing.
 */
import type { Log } from '../../core/operation/context.ts'
import type { JsonObject } from '../../core/text/json.ts'
import { makeStorable } from '../../core/text/storable.ts'
import type { Arrival, Received } from '../../domain/inbox/receive.ts'
import { SLACK } from '../../domain/slack/workspaces.ts'
import { type Arrived, type Sorted, textAt } from './arrived.ts'
import { isOfOrganization, refuseOrganization } from './organization.ts'
import { sortEvent } from './sort-event.ts'
import { sortCommand, sortInteraction } from './sort-interaction.ts'

/** What the door answers before anything is stored. */
export interface AtOnce {
  /** The body of the acknowledgement: the errors of a form, the options of a menu. */
  readonly response?: JsonObject | undefined
  /** Whether nothing is left to be handled: a form with errors, a modal that was opened. */
  readonly isDone: boolean
}

/**
 * Answers what cannot wait for the inbox: forms, menus, and whatever opens a modal while its trigger is valid.
 * @throws when the person has to try again
 */
export type AnswerAtOnce = (arrived: Arrived, signal: AbortSignal) => Promise<AtOnce>

/**
 * Answers with the body of the acknowledgement; undefined: an empty one.
 * @throws when nothing was stored, so that Slack sends it again
 */
export type Receive = (arrived: Arrived) => Promise<JsonObject | undefined>

export interface ReceiveParts {
  store(arrivals: readonly Arrival[]): Promise<Received>
  /** What is known of users and channels is out of date. */
  noteChange(payload: JsonObject): Promise<void>
  readonly answerAtOnce: AnswerAtOnce
  readonly log: Log
}

/** Milliseconds for an answer that cannot wait: Slack waits for 3 seconds. */
const AT_ONCE_MAX_MS = 2_000

export function createReceive({ store, noteChange, answerAtOnce, log }: ReceiveParts): Receive {
  const inTurn = createTurns()
  return async (arrived) => {
    if (isOfOrganization(arrived.payload)) {
      const { words, response } = refuseOrganization(arrived)
      log.warn({ kind: arrived.kind, type: textAt(arrived.payload, 'event', 'type') }, words)
      return response
    }
    if (arrived.kind === 'events_api') await noteChange(arrived.payload)
    const sorted = sort(arrived)
    if (sorted === undefined) {
      log.debug({ type: textAt(arrived.payload, 'event', 'type') }, 'an event of Slack changes nothing')
      return undefined
    }
    const { response, isDone } =
      arrived.kind === 'events_api'
        ? STORED
        : await answerAtOnce(arrived, AbortSignal.timeout(AT_ONCE_MAX_MS))
    if (!isDone) await inTurn(sorted.orderKey, async () => await store([arrivalOf(arrived, sorted)]))
    return response
  }
}

/** Work of one key is done in the order in which it was begun: two writes at once end in any order. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>()
  return async (key: string | null, work: () => Promise<unknown>): Promise<void> => {
    if (key === null) {
      await work()
      return
    }
    const before = last.get(key) ?? Promise.resolve()
    const turn = before.catch(() => undefined).then(work)
    last.set(key, turn)
    try {
      await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}

const STORED: AtOnce = { isDone: false }

function sort({ kind, payload }: Arrived): Sorted | undefined {
  if (kind === 'events_api') return sortEvent(payload)
  return kind === 'interactive' ? sortInteraction(payload) : sortCommand(payload)
}

function arrivalOf({ payload }: Arrived, { eventId, type, orderKey, orderAt, teamId }: Sorted): Arrival {
  // The old way to prove where a request comes from, which is a secret.
  const { token: _, ...kept } = payload
  return {
    ...{ source: SLACK, eventId, type, orderKey, orderAt, operation: null, input: null },
    // Workspaces get their turns.
    ownerId: `${SLACK}:${teamId}`,
    body: JSON.stringify(makeStorable(kept).value),
  }
}
