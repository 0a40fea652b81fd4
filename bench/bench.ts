/** What measures work with: stores and servers, all removed when a measure is over. */
import type { Figure, Store } from './figures.ts'
import type { Options } from './options.ts'
import { runOwn, type Server, startOwn } from './processes.ts'
import { type BenchStore, fillStore, makeStore, type Spread } from './stores.ts'

export interface Bench {
  readonly options: Options
  /** The kinds of stores to measure. */
  readonly storeKinds: readonly Store[]
  /** A new store with this many tasks; undefined: not even migrated. */
  openStore(kind: Store, tasks: number | undefined, spread?: Spread): Promise<BenchStore>
  /** Starts one of the bench's own servers. */
  start(file: string, config: object): Promise<Server>
  /** Runs one of the bench's own programs to its end, and returns its answer. */
  run<Answer>(file: string, config: object): Promise<Answer>
  /** Tells the waiting person what is being done. */
  say(line: string): void
  /** Registers a clean-up. */
  later(undo: () => Promise<void>): void
  /** Stops servers and removes stores, the newest first. */
  clear(): Promise<void>
}

export type MeasureFigures = (bench: Bench) => Promise<Figure[]>

export function createBench(options: Options): Bench {
  const undoing: (() => Promise<void>)[] = []
  const later = (undo: () => Promise<void>) => {
    undoing.push(undo)
  }
  return {
    options,
    storeKinds: options.databaseUrl === undefined ? ['embedded'] : ['embedded', 'server'],
    async openStore(kind, tasks, spread) {
      const store = await makeStore(kind === 'server' ? options.databaseUrl : undefined)
      later(store.remove)
      if (tasks !== undefined) await fillStore(store, tasks, spread)
      return store
    },
    async start(file, config) {
      const server = await startOwn(file, config)
      later(server.stop)
      return server
    },
    run: runOwn,
    say(line) {
      process.stderr.write(`  ${line}\n`)
    },
    later,
    async clear() {
      for (const undo of undoing.splice(0).reverse()) await undo()
    },
  }
}
