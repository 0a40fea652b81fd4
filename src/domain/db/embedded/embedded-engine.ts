/**
 * PostgreSQL compiled to WebAssembly (PGlite), with a guard so that a fault ends its calls. The engine itself catches
 * every error of its main loop and runs the loop again while input is left: after a PANIC, such as a full disk under
 * the write-ahead log, it would loop for ever and block the process.
 */
import { type Extension, PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { EngineFault } from '../engine-fault.ts'

export interface EngineOptions {
  /** The folder of the data; absent: in memory. */
  readonly folder?: string
  /** A dumped data folder to start from instead of creating a new one. */
  readonly snapshot?: Blob
}

/** One life of the engine. After a fault each of its calls throws that fault: its memory can no longer be trusted. */
export interface EmbeddedEngine {
  readonly client: PGlite
  fault(): EngineFault | undefined
  /** Closes its files without writing anything: for an engine that has had a fault. */
  abandon(): Promise<void>
}

/** @throws EngineFault when it does not start */
export async function openEngine({ folder, snapshot }: EngineOptions): Promise<EmbeddedEngine> {
  let words = ''
  const guard = createGuard(() => words)
  const options: PGliteOptions = {
    extensions: { pg_trgm, guard: guard.extension },
    onStderr(line: string) {
      if (LAST_WORDS.test(line)) words = line.replace(LAST_WORDS, '').trim()
      return false
    },
  }
  if (folder !== undefined) options.dataDir = folder
  if (snapshot !== undefined) options.loadDataDir = snapshot
  const client = new PGlite(options)
  const abandon = async () => {
    guard.stopTimers()
    await client.fs?.closeFs()
  }
  try {
    await client.waitReady
  } catch (cause) {
    await abandon().catch(() => undefined)
    throw guard.fault() ?? new EngineFault(words || reasonOf(cause), { cause })
  }
  return { client, fault: guard.fault, abandon }
}

/** The text before the reason in the engine's log. */
const LAST_WORDS = /^.*\b(?:PANIC|FATAL):/

/** The exit status by which the engine asks for its error handler to run, and continues afterwards. */
const LONG_JUMP = 100

/** The functions of the engine that run for a call. */
const ENTRIES = [
  '_PostgresMainLoopOnce',
  '_PostgresMainLongJmp',
  '_PostgresSendReadyForQueryIfNecessary',
  '_pgl_pq_flush',
] as const

type Entry = (...given: unknown[]) => unknown

/** The guarded part of the engine's module. */
type EngineModule = Record<(typeof ENTRIES)[number] | 'stackRestore', Entry>

/**
 * What the engine imports from its surroundings: here, the function that sets a timer; 0 milliseconds remove the timer.
 */
interface EngineImports {
  readonly env: { _setitimer_js: (timer: number, milliseconds: number) => number }
}

interface StartOptions {
  readonly preRun?: readonly unknown[]
  instantiateWasm(imports: EngineImports, done: unknown): unknown
}

/**
 * Watches an engine from its start. The engine calls `stackRestore` on each error that it caught: the one place from
 * which a fault can reach the caller.
 */
function createGuard(lastWords: () => string) {
  let fault: EngineFault | undefined
  let stopTimers = (): void => undefined

  function guard(module: EngineModule): void {
    for (const name of ENTRIES) {
      const enter = module[name]
      module[name] = (...given) => {
        if (fault) throw fault
        try {
          return enter(...given)
        } catch (cause) {
          if ((cause as { status?: unknown }).status !== LONG_JUMP) {
            fault = new EngineFault(lastWords() || reasonOf(cause), { cause })
          }
          throw cause
        }
      }
    }
    const { stackRestore } = module
    module.stackRestore = (...given) => {
      if (fault) throw fault
      return stackRestore(...given)
    }
  }

  function watchTimers({ env }: EngineImports): void {
    const set = env._setitimer_js
    const timers = new Set<number>()
    env._setitimer_js = (timer, milliseconds) => {
      timers.add(timer)
      return set(timer, milliseconds)
    }
    stopTimers = () => {
      for (const timer of timers) set(timer, 0)
    }
  }

  const extension: Extension = {
    name: 'guard',
    async setup(_client, options: StartOptions) {
      const instantiateWasm: StartOptions['instantiateWasm'] = (imports, done) => {
        watchTimers(imports)
        return options.instantiateWasm(imports, done)
      }
      return { emscriptenOpts: { ...options, instantiateWasm, preRun: [...(options.preRun ?? []), guard] } }
    },
  }
  return { extension, fault: () => fault, stopTimers: () => stopTimers() }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'the engine gives no reason'
}
