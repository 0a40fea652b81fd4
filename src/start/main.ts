/** Serves until it is told to stop: the parts, the doors in front of them, and the way down again. */
import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/operation/context.ts'
import { describeServer } from '../domain/db/address/address.ts'
import { folderUnusable } from '../domain/db/embedded/home-folder.ts'
import { type Composition, compose, type Extension } from './compose.ts'
import type { Front } from './compose-doors.ts'
import type { Role } from './compose-queue.ts'
import { createLog } from './log.ts'

export interface Serving {
  /** Where it is reached, e.g. `http://127.0.0.1:3000`; undefined for a worker, which listens nowhere. */
  readonly url: string | undefined
  /** Where the data lies, as people say it. */
  readonly data: string
  readonly keysRequired: boolean
  /** How programs of this machine and the gateway know each other; undefined for a worker. */
  readonly machine: MachineNote | undefined
  /** Begins to stop, as a signal does; answers when all is closed. */
  stop(): Promise<void>
  /** Answers when it was stopped and all is closed. */
  readonly stopped: Promise<void>
}

/** What a gateway writes down for programs of its own user. */
interface MachineNote {
  readonly url: string
  readonly pid: number
  /** Made at this start. */
  readonly secret: string
}

export interface ServeOptions {
  readonly role: Exclude<Role, 'command'>
  /** The program as an absolute command, for snippets of clients that start it themselves. */
  readonly command?: readonly string[]
  readonly log?: Log
  readonly extend?: Extension
}

/** Milliseconds that calls under way are given, and that answers on their way out then need. */
const GRACE_MS = 15_000
const ANSWER_MS = 50

/** Milliseconds after a signal at which the process ends in any case, as if it were killed: what it answered is stored. */
const STOP_MAX_MS = 20_000

/** Exit codes of a process that was forced out: by a second signal, and because it did not stop in time. */
const FORCED_EXIT_CODE = 130
const LATE_EXIT_CODE = 1

/**
 * Starts. SIGINT and SIGTERM stop it: calls and jobs under way finish, then everything closes; a second one ends the
 * process at once.
 * @throws AppError when it cannot start: a taken port, a store that is in use or away, no key where everybody needs one
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
    const machine = front && { url: front.localUrl, pid: process.pid, secret: front.machineSecret }
    const note = machine && config.database === undefined ? await leaveNote(config.home, machine) : undefined
    const serving = createServing({ parts, front, note, signals })
    log.debug({ role, url: front?.url }, 'serving')
    return {
      url: front?.url,
      data: describeStore(config),
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
  /** Takes back the note that leads others here. */
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
  /** Calls `listener` at the first signal, also when that came before. */
  onFirst(listener: () => void): void
  forget(): void
}

/** Hears SIGINT and SIGTERM from now on: a program that sees a door answer may stop the process, even if it still starts. */
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
 * Says in the home folder where this gateway is, for commands that would find its store locked, with the secret by which
 * they and the gateway know each other. Moved into place whole, so that only its owner can read it at any moment.
 */
async function leaveNote(home: string, note: MachineNote): Promise<() => Promise<void>> {
  const path = join(home, 'gateway.json')
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, JSON.stringify(note), { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    throw folderUnusable(error, home) ?? error
  }
  return () => rm(path, { force: true })
}

function describeStore({ database, home }: Config): string {
  return database === undefined ? join(home, 'data') : `PostgreSQL at ${describeServer(database)}`
}
