/** Keeps the embedded store from writing while its disk is almost full; it goes on reading. */
import { statfsSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import type { Log } from '../core/context.ts'
import { AppError } from '../core/errors.ts'

const MEGABYTE = 2 ** 20

/**
 * Free bytes below which nothing more is written. The engine extends its write-ahead log by a segment of 16 MB at a
 * time, and stops when it cannot; the largest write takes a few MB more.
 */
export const FREE_MIN_BYTES = 32 * MEGABYTE
/** Free bytes from which on the store writes again: more, so that the two do not alternate. */
const FREE_AGAIN_BYTES = 48 * MEGABYTE

/** Free bytes below which there is no checkpoint either: before it frees what the log no longer needs, it writes files. */
const CHECKPOINT_MIN_BYTES = 8 * MEGABYTE

/** Milliseconds for which a look holds. It takes microseconds; a busy store writes a few MB in that time. */
const LOOK_MS = 250

/** Milliseconds after which a refused caller may try again. */
const RETRY_MS = 30_000

type Session = Pick<PGlite, 'exec'>

export class DiskRoom {
  readonly #folder: string
  readonly #log: Log | undefined
  #isShort = false
  #lookedAt = Number.NEGATIVE_INFINITY
  /** The session that was told to refuse writes. */
  #refusing: Session | undefined

  /** `folder`: where the store lies. */
  constructor(folder: string, log: Log | undefined) {
    this.#folder = folder
    this.#log = log
  }

  isShort(): boolean {
    if (performance.now() - this.#lookedAt >= LOOK_MS) this.#look()
    return this.#isShort
  }

  /**
   * Has the session refuse writes while there is no room, and take them again. Before it refuses any, the engine gives
   * back what its log no longer needs.
   */
  async heed(session: Session): Promise<void> {
    if (this.isShort() && this.#refusing !== session && freeBytes(this.#folder) >= CHECKPOINT_MIN_BYTES) {
      await session.exec('checkpoint')
      this.#look()
    }
    const refuses = this.#isShort
    if (refuses === (this.#refusing === session)) return
    this.#refusing = refuses ? session : undefined
    await session.exec(`set default_transaction_read_only to ${refuses ? 'on' : 'off'}`)
    const fields = { folder: this.#folder, freeMegabytes: Math.floor(freeBytes(this.#folder) / MEGABYTE) }
    if (refuses) this.#log?.error(fields, 'the disk is almost full: nothing more is written')
    else this.#log?.info(fields, 'the disk has room: the store writes again')
  }

  #look(): void {
    this.#lookedAt = performance.now()
    this.#isShort = freeBytes(this.#folder) < (this.#isShort ? FREE_AGAIN_BYTES : FREE_MIN_BYTES)
  }
}

/** A disk that does not tell counts as one with room. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** What a caller is told whose write was refused. */
export function diskFull(cause?: unknown): AppError {
  return new AppError(
    'unavailable',
    'The disk of the gateway is almost full, so nothing is written. Reading still works.',
    {
      fix: `Make ${FREE_AGAIN_BYTES / MEGABYTE} MB of room on the disk that SWITCHBOARD_HOME lies on. Writing then goes on by itself.`,
      retryAfterMs: RETRY_MS,
      cause,
    },
  )
}
