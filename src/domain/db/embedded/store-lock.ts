/** Keeps a second process off a data folder: two engines on one folder lose rows silently. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  constants,
  copyFileSync,
  linkSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../../core/errors.ts'

/** Milliseconds between two heartbeats, and after which a holder on another machine counts as dead. */
const HEARTBEAT_MS = 5_000
const SILENT_MS = 30_000
/** Milliseconds after which a takeover, which takes microseconds, must have been cut short by a crash. */
const TAKEOVER_LOST_MS = 5_000
const TAKEOVER_POLL_MS = 20

/** The holder of a lock. A process id alone is not enough: ids are used again, and each container has its own. */
interface Holder {
  readonly pid: number
  /** When the process started, in the system's own format; null if the system does not tell. */
  readonly startedAt: string | null
  /** Where the process id is valid: the machine and its process namespace. */
  readonly place: string
  /** Different each time a lock is taken. */
  readonly id: string
}

/** The place of a holder whose lock cannot be parsed. */
const UNREADABLE = 'unreadable'

export interface StoreLock {
  /** False once the lock was removed or taken over, for example from a process that was frozen for too long. */
  isHeld(): boolean
  release(): void
}

/**
 * Takes the lock at `path`, even from a holder that died without releasing it.
 * @throws AppError `conflict` when a living process holds it
 */
export async function takeStoreLock(path: string): Promise<StoreLock> {
  const id = randomUUID()
  const self: Holder = { pid: process.pid, startedAt: startOf(process.pid), place: thisPlace(), id }
  // Written elsewhere and linked into place, so that a half-written lock is never seen.
  const draft = `${path}.${id}`
  try {
    writeFileSync(draft, JSON.stringify(self), { mode: 0o600 })
    while (!link(draft, path)) {
      const holder = readHolder(path)
      if (holder === undefined) continue
      if (isAlive(holder, path)) throw heldBy(holder, path)
      await takeOver(path)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS).unref()
  const isHeld = () => namesHolder(path, self)
  return {
    isHeld,
    release() {
      clearInterval(heartbeat)
      if (isHeld()) rmSync(path, { force: true })
    },
  }
}

/** A lock that cannot be read at the moment counts as unchanged. */
function namesHolder(path: string, self: Holder): boolean {
  try {
    const holder = readHolder(path)
    return holder?.place === UNREADABLE || JSON.stringify(holder) === JSON.stringify(self)
  } catch {
    return true
  }
}

/**
 * Removes a dead holder's lock. Only one process at a time may do so, and it checks again first: otherwise a slow
 * process could remove the lock of the next holder, which is alive.
 */
async function takeOver(path: string): Promise<void> {
  const guard = `${path}.takeover`
  try {
    writeFileSync(guard, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    if (silentMs(guard) > TAKEOVER_LOST_MS) rmSync(guard, { force: true })
    await wait(TAKEOVER_POLL_MS)
    return
  }
  const holder = readHolder(path)
  if (holder !== undefined && !isAlive(holder, path)) rmSync(path, { force: true })
  rmSync(guard, { force: true })
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.place !== thisPlace()) return silentMs(path) < SILENT_MS
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: the process is alive, and belongs to another user.
    if (!isCode(error, 'EPERM')) return false
  }
  return holder.startedAt === null || holder.startedAt === startOf(holder.pid)
}

function heldBy({ pid, place }: Holder, path: string): AppError {
  const where =
    place === thisPlace() ? `process ${pid}` : `process ${pid} on another machine or in another container`
  const fix =
    pid === process.pid
      ? 'Open a store once, and share it.'
      : `Use that one, or stop it (kill ${pid}). For several processes on one store, set DATABASE_URL.`
  return new AppError('conflict', `The data folder is already in use by ${where} (${path}).`, { fix })
}

function readHolder(path: string): Holder | undefined {
  try {
    const { pid, startedAt, place, id } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    return { pid: pid ?? 0, startedAt: startedAt ?? null, place: place ?? '', id: id ?? '' }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    // Not a lock written by Switchboard, or one emptied by a full disk: it counts as held as long as a process touches
    // it.
    if (error instanceof SyntaxError) return { pid: 0, startedAt: null, place: UNREADABLE, id: '' }
    throw error
  }
}

/** @returns false if there is a lock already */
function link(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    if (!NO_LINKS.some((code) => isCode(error, code))) throw error
    return copy(draft, path)
  }
}

/** Error codes of file systems without hard links, such as FAT and some network file systems. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** @returns false if there is a lock already */
function copy(draft: string, path: string): boolean {
  try {
    copyFileSync(draft, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // A missed heartbeat only matters to holders on other machines, and the next one may succeed.
  }
}

/** Milliseconds since a file was last touched; infinite if it is gone. */
function silentMs(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY)
}

/**
 * Fields 3 and 22 of /proc/PID/stat: the state, and the start in clock ticks since boot; the name before them may
 * contain spaces.
 */
const STATE_FIELD_AFTER_NAME = 0
const START_FIELD_AFTER_NAME = 19
/** The process has ended and its parent has not collected it yet: it holds nothing any more. */
const ZOMBIE = 'Z'

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[STATE_FIELD_AFTER_NAME] === ZOMBIE ? null : (fields[START_FIELD_AFTER_NAME] ?? null)
    }
    if (process.platform === 'win32') return null
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}

function thisPlace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
