/**
 * Stops the embedded store from writing where writes could be lost: on a disk that is almost full, in a folder that
 * accepts no writes, and in a folder that is gone or was taken over by another process.
 */
import { accessSync, constants, statfsSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { AppError } from '../../../core/errors.ts'
import type { Log } from '../../../core/operation/context.ts'

const MEGABYTE = 2 ** 20

/**
 * With fewer free bytes nothing more is written. The engine extends its write-ahead log by segments of 16 MB, and stops
 * when it cannot; the largest write takes a few MB more.
 */
export const FREE_MIN_BYTES = 32 * MEGABYTE
/** With this many free bytes the store writes again: more than the minimum, so that it does not alternate. */
const FREE_AGAIN_BYTES = 48 * MEGABYTE

/** The same for files: a disk may run out of inodes while bytes are free. */
const FREE_MIN_FILES = 64
const FREE_AGAIN_FILES = 128

/** With fewer free bytes there is no checkpoint either: it writes files before it frees old parts of the log. */
const CHECKPOINT_MIN_BYTES = 8 * MEGABYTE
const CHECKPOINT_MIN_FILES = 16

/** Milliseconds for which a check is valid. A check takes microseconds; a busy store writes a few MB in that time. */
const LOOK_MS = 250

/** Milliseconds after which a refused caller may try again. */
const RETRY_MS = 30_000

type Session = Pick<PGlite, 'exec'>

/**
 * `full` and `readOnly` are temporary; a store whose folder was lost does not read either, because its memory is no
 * longer the store.
 */
type Trouble = 'full' | 'readOnly' | 'lost'

const LOGGED: Readonly<Record<Trouble, string>> = {
  full: 'the disk is almost full: nothing more is written',
  readOnly: 'the folder of the store cannot be written to: nothing more is written',
  lost: 'the folder of the store was removed, or another process has taken it over: every call is refused',
}

interface FolderOptions {
  /** Whether this process still holds the lock on the folder. */
  readonly isHeld?: (() => boolean) | undefined
  readonly log?: Log | undefined
}

export class StoreFolder {
  readonly #folder: string
  readonly #options: FolderOptions
  #trouble: Trouble | undefined
  #logged: Trouble | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  /** The session that refuses writes. */
  #refusing: Session | undefined

  constructor(folder: string, options: FolderOptions) {
    this.#folder = folder
    this.#options = options
  }

  trouble(): Trouble | undefined {
    if (performance.now() - this.#lookedAt >= LOOK_MS) this.#look()
    return this.#trouble
  }

  /** Checks again, and returns the refusal for a caller who wants to write. */
  refusal(cause?: unknown): AppError | undefined {
    this.#look()
    const trouble = this.#trouble
    return trouble && REFUSALS[trouble](cause)
  }

  /**
   * Makes the session refuse writes while the folder cannot keep them, and accept them again afterwards. Before the
   * session refuses writes on a full disk, the engine frees log files that it no longer needs.
   * @throws AppError `unavailable` when the folder was lost
   */
  async heed(session: Session): Promise<void> {
    if (this.trouble() === 'full' && this.#refusing !== session) {
      const { bytes, files } = freeOn(this.#folder)
      if (bytes >= CHECKPOINT_MIN_BYTES && files >= CHECKPOINT_MIN_FILES) await session.exec('checkpoint')
      this.#look()
    }
    const trouble = this.#trouble
    this.#tell(trouble)
    if (trouble === 'lost') throw folderLost()
    const refuses = trouble !== undefined
    if (refuses === (this.#refusing === session)) return
    this.#refusing = refuses ? session : undefined
    await session.exec(`set default_transaction_read_only to ${refuses ? 'on' : 'off'}`)
  }

  #look(): void {
    this.#lookedAt = performance.now()
    const { isHeld = () => true } = this.#options
    const bar = barFor(this.#folder)
    this.#trouble = isHeld() ? (bar ?? (this.#isShort() ? 'full' : undefined)) : 'lost'
  }

  #isShort(): boolean {
    const { bytes, files } = freeOn(this.#folder)
    return this.#trouble === 'full'
      ? bytes < FREE_AGAIN_BYTES || files < FREE_AGAIN_FILES
      : bytes < FREE_MIN_BYTES || files < FREE_MIN_FILES
  }

  #tell(trouble: Trouble | undefined): void {
    if (trouble === this.#logged) return
    this.#logged = trouble
    const { bytes, files } = freeOn(this.#folder)
    const free = { freeMegabytes: Math.floor(bytes / MEGABYTE), freeFiles: files }
    const fields = { folder: this.#folder, ...(trouble !== 'lost' && free) }
    if (trouble) this.#options.log?.error(fields, LOGGED[trouble])
    else this.#options.log?.info(fields, 'the folder accepts writes again: the store writes again')
  }
}

/** Errors that bar access to the folder, by code; any other error shows at the write itself. */
const BARS: Readonly<Record<string, Trouble>> = {
  ENOENT: 'lost',
  ENOTDIR: 'lost',
  EROFS: 'readOnly',
  EACCES: 'readOnly',
  EPERM: 'readOnly',
}

function barFor(folder: string): Trouble | undefined {
  try {
    accessSync(folder, constants.W_OK)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? BARS[String(error.code)] : undefined
  }
}

/**
 * A disk that does not report its space counts as one with room. Some report no files at all, because they have no
 * limit for them.
 */
function freeOn(folder: string): { bytes: number; files: number } {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder)
    return { bytes: bavail * bsize, files: files > 0 ? ffree : Number.POSITIVE_INFINITY }
  } catch {
    return { bytes: Number.POSITIVE_INFINITY, files: Number.POSITIVE_INFINITY }
  }
}

const ROOM_FIX =
  `Make room for ${FREE_AGAIN_BYTES / MEGABYTE} MB and ${FREE_AGAIN_FILES} files on the disk of SWITCHBOARD_HOME. ` +
  'A running gateway then continues on its own.'

/** Why an open store does not write. */
export function diskFull(cause?: unknown): AppError {
  return refused(
    'The disk of the gateway is almost full: nothing is written until there is room.',
    ROOM_FIX,
    cause,
  )
}

/** Why a store does not open. */
export function diskFullToOpen(cause?: unknown): AppError {
  return refused(
    'The disk of the gateway is full: its data cannot be opened until there is room.',
    ROOM_FIX,
    cause,
  )
}

export function readOnlyFolder(cause?: unknown): AppError {
  return refused(
    'The folder of the gateway cannot be written to.',
    'Make SWITCHBOARD_HOME writable for the user of the gateway: its disk may have been mounted read-only, or be failing. A running gateway then continues on its own.',
    cause,
  )
}

function folderLost(cause?: unknown): AppError {
  return refused(
    'The data folder of this gateway was removed, or another process has taken it over.',
    'Put the folder in SWITCHBOARD_HOME back, or restore a backup of it, and start the gateway again.',
    cause,
  )
}

const REFUSALS = { full: diskFull, readOnly: readOnlyFolder, lost: folderLost }

function refused(message: string, fix: string, cause: unknown): AppError {
  return new AppError('unavailable', message, { fix, retryAfterMs: RETRY_MS, cause })
}
