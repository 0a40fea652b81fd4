/** Events on their way to the app, with the attempts that Slack makes until one is acknowledged. */
import { randomUUID } from 'node:crypto'
import type { Faults } from '../faults.ts'
import type { Installation } from '../world/app.ts'
import type { Channel } from '../world/channel.ts'
import type { Json } from '../world/wire.ts'
import type { Workspace } from '../world/workspace.ts'
import type { World } from '../world/world.ts'
import { type Envelope, envelopeOf } from './envelope.ts'
import { ANSWER_WITHIN_MS, sendSigned } from './http.ts'
import type { SocketHub } from './socket-hub.ts'
import { isSubscribed } from './subscriptions.ts'

const MINUTE_MS = 60_000

/** How long after a failed attempt the next one is made. */
const HTTP_RETRIES_MS = [0, MINUTE_MS, 5 * MINUTE_MS]

/** The first was seen a second after the time to acknowledge was over; the others are not verified. */
const SOCKET_RETRIES_MS: readonly number[] = [1000, MINUTE_MS, 5 * MINUTE_MS]

/** The most events an hour and workspace. */
const EVENTS_AN_HOUR = 30_000
const HOUR_MS = 60 * MINUTE_MS

/** An event and how it fared, for tests to look at. */
export interface SeenEvent {
  readonly envelope: Envelope
  /** When it happened, and when it was acknowledged, by the stand-in's clock. */
  readonly sentAtMs: number
  acknowledgedAtMs: number | undefined
  attempts: number
  /** `undefined` while Slack still tries. */
  outcome: 'acknowledged' | 'given up' | undefined
}

interface Attempt {
  readonly number: number
  readonly reason: string
  /** By which a socket's attempts are acknowledged: the same for all of them. */
  readonly envelopeId: string
}

interface Ways {
  readonly sockets: SocketHub
  /** Milliseconds after a failed attempt over a socket at which the next one is made. */
  readonly socketRetriesMs?: readonly number[] | undefined
}

export class Events {
  readonly seen: SeenEvent[] = []
  readonly #world: World
  readonly #faults: Faults
  readonly #sockets: SocketHub
  readonly #socketRetriesMs: readonly number[]
  readonly #sentAtMs = new Map<string, number[]>()
  #late: SeenEvent | undefined
  #busy = 0
  readonly #idle: (() => void)[] = []

  constructor(world: World, faults: Faults, { sockets, socketRetriesMs = SOCKET_RETRIES_MS }: Ways) {
    this.#world = world
    this.#faults = faults
    this.#sockets = sockets
    this.#socketRetriesMs = socketRetriesMs
  }

  /** Tells the app, once, whichever of its workspaces sees the channel. */
  happened(workspace: Workspace, event: Json, channel?: Channel): void {
    const { app } = this.#world
    const places = channel === undefined ? [workspace] : [workspace, ...channel.workspaces]
    const installation = places
      .map((place) => app.in(place))
      .find((each) => each !== undefined && !each.isRevoked && isSubscribed(app, each, event, channel))
    if (installation === undefined || this.#isOverLimit(installation)) return
    const envelope = envelopeOf(this.#world, { installation, event, channel })
    this.#send(this.#note(envelope))
  }

  /** Resolves once no attempt is under way; those that wait for the clock do not count. */
  settled(): Promise<void> {
    return this.#busy === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  #note(envelope: Envelope): SeenEvent {
    const sentAtMs = this.#world.clock.now()
    const seen: SeenEvent = {
      ...{ envelope, sentAtMs, acknowledgedAtMs: undefined },
      ...{ attempts: 0, outcome: undefined },
    }
    this.seen.push(seen)
    return seen
  }

  #send(seen: SeenEvent): void {
    const fault = this.#faults.takeEvent()
    const late = this.#late
    this.#late = undefined
    if (fault === 'late') this.#late = seen
    else if (fault === 'lost') seen.outcome = 'given up'
    else this.#begin(seen)
    if (fault === 'twice') this.#begin(this.#note(seen.envelope))
    if (fault === 'new-id') {
      this.#begin(this.#note({ ...seen.envelope, event_id: this.#world.ids.next('Ev') }))
    }
    if (late !== undefined) this.#begin(late)
  }

  #begin(seen: SeenEvent): void {
    void this.#attempt(seen, { number: 0, reason: '', envelopeId: randomUUID() })
  }

  async #attempt(seen: SeenEvent, attempt: Attempt): Promise<void> {
    this.#busy += 1
    seen.attempts += 1
    const isHttp = this.#world.app.urls !== undefined
    const result = await (isHttp
      ? this.#overHttp(seen.envelope, attempt)
      : this.#overSocket(seen.envelope, attempt))
    const delayMs = (isHttp ? HTTP_RETRIES_MS : this.#socketRetriesMs)[attempt.number]
    if (result.isOk) {
      seen.outcome = 'acknowledged'
      seen.acknowledgedAtMs = this.#world.clock.now()
    } else if (delayMs === undefined || result.isFinal) seen.outcome = 'given up'
    else {
      const next = { ...attempt, number: attempt.number + 1, reason: result.reason }
      if (delayMs === 0) void this.#attempt(seen, next)
      else this.#world.clock.after(delayMs, () => void this.#attempt(seen, next))
    }
    this.#busy -= 1
    this.#world.changed()
    if (this.#busy === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  #overHttp(envelope: Json, { number, reason }: Attempt) {
    return sendSigned(this.#world, {
      url: this.#world.app.urls?.events ?? '',
      type: 'application/json',
      body: JSON.stringify(envelope),
      ...(number > 0 && { headers: { 'x-slack-retry-num': String(number), 'x-slack-retry-reason': reason } }),
    })
  }

  async #overSocket(envelope: Json, { number, reason, envelopeId }: Attempt) {
    const acknowledged = this.#sockets.deliver({
      envelope_id: envelopeId,
      payload: envelope,
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: number,
      retry_reason: reason,
    })
    const isOk = await withinTime(this.#world, acknowledged, () => this.#sockets.giveUp(envelopeId))
    return { isOk, reason: 'timeout', isFinal: false }
  }

  /** Over the limit, Slack says so once a minute, in place of the events. */
  #isOverLimit({ workspace }: Installation): boolean {
    const nowMs = this.#world.clock.now()
    const recent = this.#sentAtMs.get(workspace.id) ?? []
    this.#sentAtMs.set(workspace.id, recent)
    while (recent[0] !== undefined && recent[0] <= nowMs - HOUR_MS) recent.shift()
    recent.push(nowMs)
    if (recent.length <= EVENTS_AN_HOUR) return false
    if (recent.length === EVENTS_AN_HOUR + 1) this.tellRateLimited(workspace)
    return true
  }

  /** `app_rate_limited`, which has no inner event. */
  tellRateLimited(workspace: Workspace): void {
    const { app, clock, ids } = this.#world
    const minute = Math.floor(clock.now() / MINUTE_MS) * 60
    const body = {
      type: 'app_rate_limited',
      token: app.verificationToken,
      team_id: workspace.id,
      minute_rate_limited: minute,
      api_app_id: app.id,
    }
    this.#begin(this.#note({ ...body, event_id: ids.next('Ev') }))
  }
}

/** Whether an acknowledgement came within the time that Slack waits, by the clock. */
export function withinTime(
  world: World,
  acknowledged: Promise<unknown> | undefined,
  giveUp: () => void,
): Promise<boolean> {
  if (acknowledged === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    const stop = world.clock.after(ANSWER_WITHIN_MS, () => {
      giveUp()
      resolve(false)
    })
    void acknowledged.then(() => {
      stop()
      resolve(true)
    })
  })
}
