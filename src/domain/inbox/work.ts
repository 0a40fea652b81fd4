/**
 * Handles events: each becomes a call of its operation, under a key that is the event's own. The effect of the call and
 * the state of the event are committed together, so that a worker that is lost at any step loses and doubles nothing.
 */
import type { Call, Invoke } from '../../core/call/call.ts'
import { createInvoke } from '../../core/call/invoke.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Resources } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { sleep } from '../../core/retry.ts'
import { cutText } from '../../core/text/cut.ts'
import { makeStorable } from '../../core/text/storable.ts'
import type { InboxRow } from './event.ts'
import { inboxUri } from './event.ts'
import { isExhausted, isStillTaken, settleDone, settleFailed, takeDue } from './take.ts'

/** Events that one process handles at a time. */
const AT_A_TIME = 4
/** Milliseconds after which a process looks for more while some of its events take long. */
const LOOK_EVERY_MS = 500
/** The most characters of an operation's answer that are kept. */
const RESULT_MAX_CHARS = 1_000

/** The call that handles an event. */
export interface PreparedCall {
  readonly operation: string
  readonly actor: Actor
  readonly input: object
  /** Checks in the transaction of the call that its actor may still make it. @throws AppError `forbidden` */
  assertStanding(resources: Resources): Promise<void>
}

/**
 * Finds out what to call, as whom; `ignored`: nothing, because the event's hook leaves such events out.
 * @throws AppError when the event cannot be handled
 */
export type Prepare = (runtime: Runtime, event: InboxRow) => Promise<PreparedCall | 'ignored'>

/** Handles all events that are due. */
export async function workInbox(runtime: Runtime, prepare: Prepare): Promise<void> {
  const invoke = createInvoke(runtime)
  let busy = 0
  const { db } = runtime.resources

  async function workWhileDue(): Promise<void> {
    for (;;) {
      const event = await takeDue(db, runtime.now())
      if (event !== undefined) {
        busy += 1
        await handle({ runtime, invoke, prepare }, event).finally(() => {
          busy -= 1
        })
      } else if (busy === 0) return
      // An event that takes long holds back none of those that come meanwhile.
      else await sleep(LOOK_EVERY_MS)
    }
  }

  await Promise.all(Array.from({ length: AT_A_TIME }, workWhileDue))
}

interface Handling {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly prepare: Prepare
}

async function handle(handling: Handling, event: InboxRow): Promise<void> {
  const { runtime } = handling
  const { resources, now, log } = runtime
  const { id, source, operation, attempts } = event
  try {
    await attempt(handling, event)
    log.info({ eventId: id, source, operation, attempts }, 'an event was handled')
  } catch (thrown) {
    const error = toAppError(thrown)
    log.warn({ eventId: id, source, operation, attempts, code: error.code, err: thrown }, 'an event failed')
    await settleFailed(resources.db, event, { error, now: now() })
  }
  runtime.publish({ uris: [inboxUri(id)], spaceId: event.spaceId ?? '' })
}

async function attempt({ runtime, invoke, prepare }: Handling, event: InboxRow): Promise<void> {
  const { now, resources } = runtime
  if (isExhausted(event)) throw workersLost()
  const prepared = await prepare(runtime, event)
  if (prepared === 'ignored') return await settleDone(resources.db, event, { result: null, now: now() })
  const operation = findOperation(runtime.operations, prepared.operation)
  const call: Call = {
    actor: prepared.actor,
    door: 'hook',
    idempotencyKey: keyOf(event),
    within: {
      async before(within) {
        if (!(await isStillTaken(within.db, event))) throw takenAway()
        await prepared.assertStanding(within)
      },
      async after({ db }, output) {
        await settleDone(db, event, { result: told(operation, output), now: now() })
      },
    },
  }
  await invoke(operation, prepared.input, call)
}

/** What an operation must be for events to call it: a write that anybody may make and that can be undone. */
function isForEvents({ audience, effect }: Operation): boolean {
  return audience === 'everyone' && effect === 'write'
}

function findOperation(operations: readonly Operation[], name: string): Operation {
  const operation = operations.find((each) => each.name === name)
  if (operation !== undefined && isForEvents(operation)) return operation
  throw new AppError('forbidden', `Events cannot call ${name}.`, {
    fix: 'Name an operation that writes, is for everyone and can be undone.',
  })
}

function keyOf({ source, eventId, round }: InboxRow): string {
  return `hook:${source}:${eventId}${round === 0 ? '' : `:${round}`}`
}

function told(operation: Operation, output: object): string {
  const { value } = makeStorable(operation.tell({ ...output }))
  return cutText(value, RESULT_MAX_CHARS, '…')
}

function workersLost(): AppError {
  return new AppError(
    'outcome_unknown',
    'Its workers stopped at every attempt, without a reason that is known.',
    {
      fix: 'Look at the log of the workers, then retry it.',
    },
  )
}

/** Nobody sees it: the event was discarded, or is with another worker. */
function takenAway(): AppError {
  return new AppError('conflict', 'The event is no longer with this worker.')
}
