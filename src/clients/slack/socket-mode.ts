/**
 * Socket Mode with two connections, so that one is open while the other is replaced. The next connection is opened before
 * the last one ends. Every gateway has two of the ten that Slack allows an app.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { SlackApi } from '../../core/outbound/slack.ts'
import { backoff } from '../../core/retry.ts'
import {
  type Connection,
  type ConnectionOptions,
  NotWelcome,
  openConnection,
  type TakeEnvelope,
} from './connection.ts'

export interface SocketModeOptions {
  readonly api: SlackApi
  readonly appToken: string
  readonly takeEnvelope: TakeEnvelope
  readonly log: SocketLog
  /** A connection was opened. */
  onOpen?(): void
  readonly waits?: Waits
  readonly times?: ConnectionOptions['times']
}

interface SocketLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface SocketMode {
  /** Connections on which envelopes arrive. */
  openCount(): number
  /** Why no further connection can be opened now; undefined: all is well. */
  trouble(): string | undefined
  /** Replaces every connection, each once its next one is open. */
  renew(): void
  /** Takes what has arrived, and closes. */
  close(): Promise<void>
}

interface Waits {
  /** Milliseconds before the next try after so many failures. */
  failed(failures: number): number
  /** Milliseconds after Slack has refused, which an operator has to mend. */
  readonly refusedMs: number
  /** Milliseconds while all ten connections are taken. */
  readonly tooManyMs: number
  /** Milliseconds for which a new connection may be without an envelope, however many the other one gets. */
  readonly judgedAfterMs: number
}

const MINUTE_MS = 60_000

const STANDARD_WAITS: Waits = {
  failed: backoff({ firstMs: 1_000, maxMs: 30_000 }),
  refusedMs: 5 * MINUTE_MS,
  tooManyMs: MINUTE_MS,
  judgedAfterMs: 5 * MINUTE_MS,
}

const CONNECTIONS = 2
const SECOND_MS = 1000
/** The part of its life after which a connection is replaced, from and to: never both at the same time. */
const RENEWED_AFTER = { from: 0.6, to: 0.9 } as const
/**
 * Envelopes on the other connection after which one without any is deaf, though it may get pings. Slack sends to either, as
 * it likes.
 */
const PASSED_BY_MAX = 50
/** Seconds where Slack does not say how long a connection lives. */
const STANDARD_LIFE_SECONDS = 3_600

/** One of the connections, and those that take its place. */
interface Slot {
  readonly openedAt: number
  /** Envelopes that arrived on the other one since the last one here. */
  passedBy: number
  /** Aborted: it is to be replaced. */
  readonly renewal: AbortController
}

export function startSocketMode(options: SocketModeOptions): SocketMode {
  const { log, waits = STANDARD_WAITS } = options
  const closing = new AbortController()
  const open = new Set<Connection>()
  const troubles = new Map<number, string>()
  const slots = new Map<number, Slot>()

  /** A failure of our own leaves no slot empty for good, and does not end the process. */
  async function keepSlot(slot: number): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await keepOpen(slot)
      } catch (err) {
        log.error({ slot, err }, 'a connection to Slack failed')
        await sleep(waits.failed(1))
      }
    }
  }

  /** One connection after the other, each opened while the one before still receives. */
  async function keepOpen(slot: number): Promise<void> {
    let last: Connection | undefined
    try {
      while (!closing.signal.aborted) {
        const next = await openNext(slot)
        if (next === undefined) break
        const opened = { openedAt: performance.now(), passedBy: 0, renewal: new AbortController() }
        slots.set(slot, opened)
        open.add(next)
        const replaced = last
        last = next
        options.onOpen?.()
        await retire(replaced)
        const reason = await dueForRenewal(next, opened)
        if (!next.isOpen()) open.delete(next)
        log.info({ slot, reason }, 'a connection to Slack is replaced')
      }
    } finally {
      await retire(last)
    }
  }

  async function retire(connection: Connection | undefined): Promise<void> {
    if (connection === undefined) return
    await connection.close()
    open.delete(connection)
  }

  /** Undefined: this process stops. */
  async function openNext(slot: number): Promise<Connection | undefined> {
    for (let failures = 1; !closing.signal.aborted; failures += 1) {
      const outcome = await tryOpen({ ...options, takeEnvelope: takeFrom(slot) }, closing.signal)
      if ('connection' in outcome) {
        troubles.delete(slot)
        return outcome.connection
      }
      if (troubles.get(slot) !== outcome.why)
        log[outcome.isRefused ? 'error' : 'warn']({ slot, why: outcome.why }, 'no connection to Slack')
      troubles.set(slot, outcome.why)
      await sleep(waitAfter(outcome, failures))
    }
    return undefined
  }

  function takeFrom(slot: number): TakeEnvelope {
    return async (envelope) => {
      for (const [at, each] of slots) each.passedBy = at === slot ? 0 : each.passedBy + 1
      const { judgedAfterMs } = waits
      const isDeaf = ({ passedBy, openedAt }: Slot) =>
        passedBy > PASSED_BY_MAX && performance.now() - openedAt > judgedAfterMs
      for (const deaf of [...slots.values()].filter(isDeaf)) deaf.renewal.abort()
      return await options.takeEnvelope(envelope)
    }
  }

  function waitAfter({ isRefused, why, waitMs }: NotOpened, failures: number): number {
    if (waitMs !== undefined) return waitMs
    if (why === TOO_MANY) return waits.tooManyMs
    return isRefused ? waits.refusedMs : waits.failed(failures)
  }

  async function dueForRenewal(
    { ending, lifeSeconds = STANDARD_LIFE_SECONDS }: Connection,
    { renewal }: Slot,
  ): Promise<string> {
    const { from, to } = RENEWED_AFTER
    const waiting = new AbortController()
    const until = AbortSignal.any([waiting.signal, renewal.signal])
    const old = sleep(lifeSeconds * SECOND_MS * (from + Math.random() * (to - from)), until)
    const why = () => (renewal.signal.aborted ? 'deaf' : 'its time is nearly over')
    const reason = await Promise.race([ending, old.then(why)])
    waiting.abort()
    return reason
  }

  /** Ends early when this process stops. */
  async function sleep(ms: number, until = closing.signal): Promise<void> {
    const signal = AbortSignal.any([closing.signal, until])
    await pause(ms, undefined, { signal }).catch(() => undefined)
  }

  function openCount(): number {
    return [...open].filter((each) => each.isOpen()).length
  }

  const kept = Array.from({ length: CONNECTIONS }, (_, slot) => keepSlot(slot))
  return {
    openCount,
    trouble: () => [...troubles.values()][0],
    renew() {
      for (const { renewal } of slots.values()) renewal.abort()
    },
    async close() {
      closing.abort()
      await Promise.all(kept)
    },
  }
}

const TOO_MANY = 'too_many_websockets'
/** Reasons of Slack that only an operator can change. */
const REFUSALS: ReadonlySet<string> = new Set(['link_disabled'])

interface NotOpened {
  readonly why: string
  /** Whether it takes an operator to mend it. */
  readonly isRefused: boolean
  /** How long Slack wants to be left alone. */
  readonly waitMs?: number
}

async function tryOpen(
  { api, appToken: token, takeEnvelope, log, times }: SocketModeOptions,
  signal: AbortSignal,
): Promise<{ readonly connection: Connection } | NotOpened> {
  const answer = await api.call('apps.connections.open', {}, { token, signal })
  if (answer.kind === 'limited') return { why: 'ratelimited', isRefused: false, waitMs: answer.retryAfterMs }
  if (answer.kind === 'refused') return { why: answer.error, isRefused: true }
  if (answer.kind === 'unclear') return { why: answer.why, isRefused: false }
  try {
    const connection = await openConnection(String(answer.body.url), {
      ...{ takeEnvelope, signal },
      onFailure: (err) => log.warn({ err }, 'Slack will send an envelope again'),
      ...(times && { times }),
    })
    return { connection }
  } catch (thrown) {
    const why = thrown instanceof NotWelcome ? thrown.reason : String(thrown)
    return { why, isRefused: REFUSALS.has(why) }
  }
}
