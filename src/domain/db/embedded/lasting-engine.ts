/**
 * The embedded engine as its users see it: after a fault it is opened again, which recovers everything that it had
 * answered, like a server that was killed. Until that succeeds, calls are refused and the process keeps running.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PGlite, Results, Transaction } from '@electric-sql/pglite'
import { AppError } from '../../../core/errors.ts'
import type { Log } from '../../../core/operation/context.ts'
import { saysFull } from '../engine-fault.ts'
import { sqlState, storeError } from '../errors.ts'
import type { EmbeddedEngine } from './embedded-engine.ts'
import { prepareStatements } from './prepare-statements.ts'
import { diskFull, diskFullToOpen, readOnlyFolder, type StoreFolder } from './store-folder.ts'

/**
 * Milliseconds between two attempts to open the engine again, doubled after each; the longest pause while its folder
 * accepts no writes.
 */
const REOPEN_MS = 1_000
const REOPEN_MAX_MS = 30_000

/**
 * Milliseconds after which the rest of the process gets a turn. The engine answers within the call, so that statements
 * that follow each other, such as those of a busy worker, would otherwise keep every request and timer waiting.
 */
const TURN_EVERY_MS = 10

/** SQLSTATE of a write in a read-only session, and of a full disk. */
const READS_ONLY = '25006'
const NO_ROOM = '53100'
/** Both of these, and the errors of an engine's file that cannot be written, fails, or is missing. */
const FOLDER_FAILS = [READS_ONLY, NO_ROOM, '42501', '58030', '58P01']

interface LastingOptions {
  /** Opens the same data again; absent for data in memory, which ends with the engine. */
  readonly reopen?: (() => Promise<EmbeddedEngine>) | undefined
  readonly storeFolder?: StoreFolder | undefined
  readonly log?: Log | undefined
}

type Notified = (channel: string, payload: string) => void
type Prepare = (session: Pick<PGlite, 'exec'>) => Promise<void>

export class LastingEngine {
  readonly #options: LastingOptions
  readonly #listeners = new Set<Notified>()
  readonly #prepares: Prepare[] = []
  /** Undefined from a fault until the engine is open again. */
  #engine: EmbeddedEngine | undefined
  #reopening: Promise<EmbeddedEngine> | undefined
  #attempts = 0
  #attemptedAt = Number.NEGATIVE_INFINITY
  #isClosed = false
  #turn: Promise<void> | undefined
  #turnedAt = performance.now()

  constructor(engine: EmbeddedEngine, options: LastingOptions) {
    this.#options = options
    this.#adopt(engine)
    this.#engine = engine
  }

  /**
   * Runs `work` on the engine.
   * @throws AppError `unavailable` while it is stopped, or could not write
   */
  async use<T>(work: (client: PGlite) => Promise<T>): Promise<T> {
    if (performance.now() - this.#turnedAt > TURN_EVERY_MS) await this.#letOthers()
    const engine = await this.#current()
    try {
      await this.#options.storeFolder?.heed(engine.client)
      return await work(engine.client)
    } catch (thrown) {
      const fault = engine.fault()
      if (fault === undefined) throw this.#refusal(thrown)
      if (engine === this.#engine) {
        this.#engine = undefined
        this.#options.log?.error({ err: fault }, 'the embedded database stopped and is being opened again')
        await engine.abandon()
      }
      throw stopped(fault)
    }
  }

  query<Row>(...call: Parameters<PGlite['query']>): Promise<Results<Row>> {
    return this.use((client) => client.query<Row>(...call))
  }

  exec(...call: Parameters<PGlite['exec']>): Promise<Results[]> {
    return this.use((client) => client.exec(...call))
  }

  transaction<T>(work: (session: Transaction) => Promise<T>): Promise<T> {
    return this.use((client) => client.transaction((session) => work(answerRows(session))))
  }

  onNotification(listener: Notified): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Prepares this session and every later one, because a session's settings end with it. */
  async onSession(prepare: Prepare): Promise<void> {
    this.#prepares.push(prepare)
    await this.use(prepare)
  }

  /** @throws AppError `unavailable` when any call would be refused, even if only writes */
  async ping(): Promise<void> {
    await this.query('select 1')
    const refusal = this.#options.storeFolder?.refusal()
    if (refusal) throw refusal
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const engine = this.#reopening ? await this.#reopening.catch(() => undefined) : this.#engine
    if (!engine || engine.client.closed) return
    // A clean end writes its last checkpoint, perhaps into a store that now belongs to another process.
    if (this.#options.storeFolder?.trouble() === 'lost') await engine.abandon()
    else await engine.client.close()
  }

  /** All who come meanwhile wait for the same turn: the engine is idle then. */
  #letOthers(): Promise<void> {
    this.#turn ??= nextTurn().then(() => {
      this.#turnedAt = performance.now()
      this.#turn = undefined
    })
    return this.#turn
  }

  /** A driver's error in the form for callers. */
  #refusal(thrown: unknown): unknown {
    const state = sqlState(thrown) ?? ''
    const standIn = state === READS_ONLY || state === NO_ROOM ? diskFull : readOnlyFolder
    return FOLDER_FAILS.includes(state)
      ? (this.#options.storeFolder?.refusal(thrown) ?? standIn(thrown))
      : storeError(thrown)
  }

  #adopt(engine: EmbeddedEngine): void {
    prepareStatements(engine.client)
    answerRows(engine.client)
    engine.client.onNotification((channel, payload) => {
      for (const listener of this.#listeners) listener(channel, payload)
    })
  }

  #current(): EmbeddedEngine | Promise<EmbeddedEngine> {
    if (this.#isClosed) throw new AppError('unavailable', 'The store is closed.')
    if (this.#engine) return this.#engine
    const { reopen } = this.#options
    if (reopen === undefined) throw stopped()
    this.#reopening ??= this.#reopen(reopen).finally(() => {
      this.#reopening = undefined
    })
    return this.#reopening
  }

  async #reopen(open: () => Promise<EmbeddedEngine>): Promise<EmbeddedEngine> {
    const { log, storeFolder } = this.#options
    this.#assertDue()
    const isFirst = this.#attempts === 0
    try {
      const engine = await this.#prepared(await open())
      this.#engine = engine
      this.#attempts = 0
      log?.info({}, 'the embedded database is open again')
      return engine
    } catch (err) {
      // While nothing can be written, attempts are not counted, so that the next one comes soon after that has passed.
      this.#attempts = storeFolder?.trouble() ? 1 : this.#attempts + 1
      this.#attemptedAt = performance.now()
      if (isFirst) log?.error({ err }, 'the embedded database does not open: trying again at intervals')
      throw stopped(err)
    }
  }

  /**
   * An attempt takes about a second of processor time.
   * @throws AppError `unavailable` when the next one is not due
   */
  #assertDue(): void {
    const { storeFolder } = this.#options
    const refusal = storeFolder?.refusal()
    // If the folder is gone, the engine would create a new store.
    if (refusal && storeFolder?.trouble() === 'lost') throw refusal
    if (this.#attempts === 0) return
    const waitMs = refusal ? REOPEN_MAX_MS : Math.min(REOPEN_MS * 2 ** (this.#attempts - 1), REOPEN_MAX_MS)
    if (performance.now() - this.#attemptedAt < waitMs) throw refusal ?? stopped()
  }

  async #prepared(engine: EmbeddedEngine): Promise<EmbeddedEngine> {
    this.#adopt(engine)
    try {
      for (const prepare of this.#prepares) await prepare(engine.client)
      return engine
    } catch (thrown) {
      await engine.abandon()
      throw engine.fault() ?? thrown
    }
  }
}

function stopped(cause?: unknown): AppError {
  if (saysFull(cause)) return diskFullToOpen(cause)
  return new AppError('unavailable', 'The embedded database has stopped, and is being opened again.', {
    fix: 'Try again in a moment. If it happens again, the log of the gateway says why. Check its disk first.',
    retryAfterMs: REOPEN_MS,
    cause,
  })
}

/** Makes statements answer as on a server: an array of rows with a count. */
function answerRows<T extends Pick<PGlite, 'query'>>(session: T): T {
  const query = session.query.bind(session)
  session.query = async <Row>(...call: Parameters<PGlite['query']>) => {
    const result = await query<Row>(...call)
    // Not enumerable, as on a server, so that the rows compare and print as a plain list.
    return Object.defineProperties(result.rows, {
      count: { value: result.affectedRows || result.rows.length },
      rows: { value: result.rows },
      fields: { value: result.fields },
      affectedRows: { value: result.affectedRows },
    }) as typeof result.rows & typeof result
  }
  return session
}
