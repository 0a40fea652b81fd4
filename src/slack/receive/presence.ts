/** Notes that this gateway hears Slack, and has what no gateway heard read once one hears again. */
import type { Log } from '../../core/operation/context.ts'
import type { Db } from '../../domain/db/db.ts'
import { findLastHeard, forgetListeners, noteListener } from '../../domain/slack/listening/store.ts'

export interface PresenceParts {
  readonly db: Db
  readonly log: Log
  now(): Date
  /** Of this process. */
  readonly id: string
  /** The socket of this process. */
  readonly socket: { openCount(): number; trouble(): string | undefined }
  /** Reads what was said since then. */
  fillGap(since: Date, signal: AbortSignal): Promise<void>
}

export interface Presence {
  /** Notes at once: a first connection is open. */
  note(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** Milliseconds between two notes. */
const NOTE_EVERY_MS = 5_000
/** Milliseconds without a connection that count as a gap: more than between two notes. */
const GAP_MIN_MS = 10_000

export function keepPresence({ db, log, now, id, socket, fillGap }: PresenceParts): Presence {
  const closing = new AbortController()
  const underWay = new Set<Promise<void>>()
  let wasOpen = false

  async function noteNow(): Promise<void> {
    const connections = socket.openCount()
    const at = now()
    if (connections > 0 && !wasOpen) await look(at)
    wasOpen = connections > 0
    await noteListener(db, { id, connections, trouble: socket.trouble() ?? null, now: at })
  }

  async function look(at: Date): Promise<void> {
    const since = await findLastHeard(db)
    await forgetListeners(db, at)
    if (since === undefined || at.getTime() - since.getTime() < GAP_MIN_MS) return
    log.info({ since }, 'no gateway has heard Slack for a while: what was said is read')
    track(fillGap(since, closing.signal))
  }

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((err: unknown) => {
        if (!closing.signal.aborted) log.warn({ err }, 'the presence at Slack could not be kept')
      })
      .finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  const note = () => track(noteNow())
  const timer = setInterval(note, NOTE_EVERY_MS)
  note()
  return {
    note,
    async close() {
      clearInterval(timer)
      closing.abort()
      await Promise.all(underWay)
    },
  }
}
