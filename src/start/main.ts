/** Serves until it is told to stop: starts the parts and the doors in front of them, and takes them down again. */
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/operation/context.ts'
import { folderUnusable, makeFolder } from '../domain/db/embedded/home-folder.ts'
import { type StorePlace, storePlaceOf, storeText } from '../domain/db/store-place.ts'
import { type Composition, compose, type Extension } from './compose.ts'
import type { Front } from './compose-doors.ts'
import type { Role } from './compose-queue.ts'
import { createLog } from './log.ts'

export interface Serving {
  /** The address of the gateway, e.g. `http://127.0.0.1:3000`; undefined for a worker, which does not listen. */
  readonly url: string | undefined
  /** Where the data is, in words for people. */
  readonly data: string
  readonly keysRequired: boolean
  /** How programs of this machine and the gateway recognize each other; undefined for a worker. */
  readonly machine: MachineNote | undefined
  /** Begins to stop, as a signal does; resolves when everything is closed. */
  stop(): Promise<void>
  /** Resolves when the gateway has stopped and everything is closed. */
  readonly stopped: Promise<void>
}

/** The note that a gateway writes for programs of its own user. */
interface MachineNote {
  readonly url: string
  readonly pid: number
  /** Generated at this start. */
  readonly secret: string
  readonly store: StorePlace
}

export interface ServeOptions {
  readonly role: Exclude<Role, 'command'>
  /** The program as an absolute command, for configuration snippets of clients that start it themselves. */
  readonly command?: readonly string[]
  readonly log?: Log
  readonly extend?: Extension
}

/** Milliseconds for running calls to finish, and again for their answers to be sent. */
const GRACE_MS = 15_000
const ANSWER_MS = 50

/**
 * Milliseconds after a signal at which the process ends in any case, as if it were killed: everything it answered is
 * stored.
 */
const STOP_MAX_MS = 20_000

/** Exit codes of a process that was forced to end: by a second signal, and because it did not stop in time. */
const FORCED_EXIT_CODE = 130
const LATE_EXIT_CODE = 1

/**
 * Starts. SIGINT and SIGTERM stop it: running calls and jobs finish, then everything closes; a second signal ends the
 * process at once.
 * @throws AppError when it cannot start: the port is taken, the store is in use or unavailable, or keys are required
 * and there is none
 */
export async function serve(
  config: Config,
  { role, command, log: given, extend }: ServeOptions,
): Promise<Serving> {
  const log = given ?? createLog({ level: config.logLevel })
  for (const warning of config.warnings) log.warn({}, warning)
  // The doors load while the store opens.
  const doors = role === 'worker' ? undefined : import('./compose-doors.ts')
  const parts = await compose(config, role, { log, extend })
  let front: Front | undefined
  const signals = hearSignals(log)
  try {
    front = await (await doors)?.openDoors(config, parts, command)
    await parts.openQueue()
    const store = storePlaceOf(config)
    const machine = front && { url: front.localUrl, pid: process.pid, secret: front.machineSecret, store }
    const note = machine && (await leaveNote(config.home, machine, log))
    const serving = createServing({ parts, front, note, signals })
    log.debug({ role, url: front?.url }, 'serving')
    return {
      url: front?.url,
      data: storeText(store),
      keysRequired: front?.keysRequired ?? false,
      machine,
      ...serving,
    }
  } catch (error) {
    signals.forget()
    front?.drain()
    await front?.close(0)
    await parts.close()
    throw error
  }
}

interface ServingParts {
  readonly parts: Composition
  readonly front: Front | undefined
  /** Removes the note that leads other programs here. */
  readonly note: (() => Promise<void>) | undefined
  readonly signals: Signals
}

function createServing({ parts, front, note, signals }: ServingParts): Pick<Serving, 'stop' | 'stopped'> {
  let isStopping = false
  let resolveStopped = (): void => undefined
  let rejectStopped = (_error: unknown): void => undefined
  const stopped = new Promise<void>((resolve, reject) => {
    resolveStopped = resolve
    rejectStopped = reject
  })

  async function takeDown(): Promise<void> {
    front?.drain()
    await note?.()
    await parts.idle(GRACE_MS)
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
    await front?.close(GRACE_MS)
    await parts.close()
  }

  function stop(): Promise<void> {
    if (!isStopping) void takeDown().then(resolveStopped, rejectStopped).finally(signals.forget)
    isStopping = true
    return stopped
  }

  signals.onFirst(() => void stop().catch(() => undefined))
  return { stop, stopped }
}

interface Signals {
  /** Calls `listener` at the first signal, even if that came before. */
  onFirst(listener: () => void): void
  forget(): void
}

/**
 * Listens for SIGINT and SIGTERM from now on: a program that sees a door answer may stop the process while it still
 * starts.
 */
function hearSignals(log: Log): Signals {
  let heard = 0
  let first = (): void => undefined
  let deadline: NodeJS.Timeout | undefined
  const hear = () => {
    heard += 1
    if (heard > 1) process.exit(FORCED_EXIT_CODE)
    deadline = setTimeout(() => {
      log.error({}, `the process did not stop within ${STOP_MAX_MS / 1000} s: it ends now`)
      process.exit(LATE_EXIT_CODE)
    }, STOP_MAX_MS).unref()
    first()
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
  return {
    onFirst(listener) {
      first = listener
      if (heard > 0) listener()
    },
    forget() {
      clearTimeout(deadline)
      process.off('SIGINT', hear)
      process.off('SIGTERM', hear)
    },
  }
}

/**
 * Writes to the home folder where this gateway is and which store it has, for commands that would find the store locked
 * or open another one, with the secret by which they and the gateway recognize each other. The file is moved into place
 * whole, so that only its owner can ever read it. A gateway on a server needs no folder, so it goes on without the note.
 */
async function leaveNote(home: string, note: MachineNote, log: Log): Promise<() => Promise<void>> {
  const path = join(home, 'gateway.json')
  const text = JSON.stringify(note)
  const draft = `${path}.${randomUUID()}`
  try {
    await makeFolder(home)
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    const unusable = folderUnusable(error, home) ?? error
    if (note.store.kind === 'embedded') throw unusable
    log.info({ err: unusable }, 'commands on this machine do not find this gateway')
    return async () => undefined
  }
  return async () => {
    // Of gateways that share a home and a server, the last one's note stays.
    const found = await readFile(path, 'utf8').catch(() => undefined)
    if (found === text) await rm(path, { force: true })
  }
}
