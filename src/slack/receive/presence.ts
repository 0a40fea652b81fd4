/**
 * Notes until when this gateway has heard Slack, and has what no gateway heard read. An open connection proves nothing: it
 * may get pings and no events. So a gap begins at the last event, and is looked for whenever a connection opens, also where
 * another one stayed open, and from time to time while nothing arrives.
 */
import type { Log } from '../../core/operation/context.ts'
import { backoff } from '../../core/retry.ts'
import type { Db } from '../../domain/db/db.ts'
import { findSilence, forgetListeners, noteListener } from '../../domain/slack/listening/store.ts'

/** Where the events of this process arrive. */
export interface Ear {
  openCount(): number
  /** Why no further connection can be opened; undefined: all is well. */
  trouble(): string | undefined
  /** When an event arrived last; undefined: none has. */
  heardAt(): Date | undefined
  /** Opens other connections in place of those that are open. */
  renew(): void
}

export interface PresenceParts {
  readonly db: Db
  readonly log: Log
  now(): Date
  /** Of this process. */
  readonly id: string
  readonly ear: Ear
  /** Reads what was said since then. Answers with the number of messages of which no gateway had heard. */
  fillGap(since: Date, signal: AbortSignal): Promise<number>
  /** Milliseconds between two notes; tests set it. */
  readonly noteEveryMs?: number
}

export interface Presence {
  /** A connection was opened. */
  opened(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** Milliseconds between two notes. */
const NOTE_EVERY_MS = 5_000
/** Milliseconds without an event that are a gap when a connection opens: more than between two notes. */
const GAP_MIN_MS = 10_000
/** Milliseconds without an event after which the history is looked at; twice as many each time it has nothing new. */
const QUIET_MIN_MS = 10 * 60_000
const QUIET_MAX_MS = 2 * 60 * 60_000
/** Milliseconds before a gap that could not be read is read again. */
const retryAfterMs = backoff({ firstMs: 60_000, maxMs: 30 * 60_000 })

export function keepPresence(parts: PresenceParts): Presence {
  const { db, log, now, id, ear, fillGap, noteEveryMs = NOTE_EVERY_MS } = parts
  const closing = new AbortController()
  const underWay = new Set<Promise<void>>()
  /** Until when the history was read. */
  let readUntil: Date | undefined
  /** The beginning of a gap that is not read yet. */
  let gapSince: Date | undefined
  let isReading = false
  /** Gaps that this process began to read. */
  let reads = 0
  let quietMs = QUIET_MIN_MS
  let failures = 0
  let retryAt: Date | undefined

  function heardUntil(): Date | undefined {
    return latest(readUntil, ear.heardAt())
  }

  async function note(): Promise<void> {
    await noteListener(db, {
      ...{ id, connections: ear.openCount(), trouble: ear.trouble() ?? null, now: now() },
      ...{ heardAt: heardUntil() ?? null, gapSince: gapSince ?? null },
    })
  }

  async function tick(): Promise<void> {
    await note()
    if (ear.openCount() === 0 || (retryAt !== undefined && now() < retryAt)) return
    if ((ear.heardAt() ?? 0) > (readUntil ?? 0)) quietMs = QUIET_MIN_MS
    await look(heardUntil(), quietMs)
  }

  /** Looks whether nobody heard Slack for `silenceMs`. `known`: until when this process has. */
  async function look(known: Date | undefined, silenceMs: number): Promise<void> {
    const at = now()
    const readsBefore = reads
    const others = await findSilence(db, { id, now: at })
    // What is known of the silence is from before a gap that was read meanwhile, or could not be.
    if (isReading || reads !== readsBefore || others.isRead) return
    const heardAt = latest(known, others.heardAt)
    if (heardAt === undefined) readUntil = at
    else if (at.getTime() - heardAt.getTime() >= silenceMs) gapSince ??= heardAt
    gapSince = earliest(gapSince, others.gapSince)
    if (gapSince !== undefined) {
      isReading = true
      reads += 1
      // This gap is noted before the gateways are forgotten that left it.
      await note()
      track(tryToRead(gapSince, at))
    }
    await forgetListeners(db, at)
  }

  async function read(since: Date, at: Date): Promise<void> {
    log.info({ since }, 'no event of Slack has arrived for a while: what was said is read')
    const missed = await fillGap(since, closing.signal).finally(() => {
      isReading = false
    })
    gapSince = undefined
    readUntil = latest(readUntil, at)
    failures = 0
    retryAt = undefined
    quietMs = missed > 0 ? QUIET_MIN_MS : Math.min(quietMs * 2, QUIET_MAX_MS)
    if (missed > 0) log.warn({ missed }, 'Slack had not told of all that was said')
    // Messages, and still no event: what is open is deaf.
    if (missed > 0 && (ear.heardAt() ?? since) < at) ear.renew()
    await note()
  }

  async function tryToRead(since: Date, at: Date): Promise<void> {
    try {
      await read(since, at)
    } catch (thrown) {
      failures += 1
      retryAt = new Date(now().getTime() + retryAfterMs(failures))
      throw thrown
    }
  }

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((err: unknown) => {
        if (!closing.signal.aborted) log.warn({ err }, 'the presence at Slack could not be kept')
      })
      .finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  const timer = setInterval(() => track(tick()), noteEveryMs)
  track(note())
  return {
    opened() {
      // An event that arrives from now on is no proof that none was lost before.
      const known = heardUntil()
      track(look(known, GAP_MIN_MS))
    },
    async close() {
      clearInterval(timer)
      closing.abort()
      await Promise.all(underWay)
    },
  }
}

function earliest(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one < other ? one : other
}

function latest(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one > other ? one : other
}
