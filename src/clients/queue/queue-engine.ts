/**
 * Lets BullMQ's PostgreSQL backend run on the embedded engine: implements the part of a `pg.Pool` that it uses, over
 * one session.
 */
import { EventEmitter } from 'node:events'
import { type PgPool, type PgPoolClient, type PgQueryable, runMigrations } from 'bullmq'

/** The result of a statement. */
interface EngineResult {
  readonly rows: unknown[]
  readonly affectedRows?: number
}

interface EngineSession {
  query(text: string, parameters?: unknown[]): Promise<EngineResult>
  /** Runs any number of statements without parameters. */
  exec(text: string): Promise<EngineResult[]>
}

/** The embedded engine: one shared session, and transactions that are exclusive. */
export interface Engine extends EngineSession {
  transaction<T>(work: (session: EngineSession) => Promise<T>): Promise<T>
  onNotification(listener: (channel: string, payload: string) => void): () => void
  /** Prepares this session and every later one, for example after the engine had to be opened again. */
  onSession(prepare: (session: Pick<EngineSession, 'exec'>) => Promise<void>): Promise<void>
}

/**
 * Brings BullMQ's tables up to date. The engine itself opens and ends the transaction, because the one session is
 * shared meanwhile.
 */
export async function migrateEngine(engine: Engine, schema: string): Promise<void> {
  await engine.transaction(async (session) => {
    const within: PgQueryable = {
      query: <Row>(text: string, parameters?: readonly unknown[]) =>
        /^(BEGIN|COMMIT|ROLLBACK)$/.test(text)
          ? answer<Row>({ rows: [] })
          : run<Row>(session, text, parameters),
    }
    await runMigrations(within, schema)
  })
}

/**
 * A pool whose clients are all the same session. BullMQ opens no transactions on it: each of its commands is one
 * statement.
 */
export async function createEnginePool(engine: Engine, schema: string): Promise<PgPool> {
  const clients = new Set<EventEmitter>()
  const tell = (event: string, value: unknown) => {
    for (const client of clients) if (client.listenerCount(event) > 0) client.emit(event, value)
  }
  await engine.onSession(async (session) => {
    // The application uses the same session, so its own names must come first.
    await session.exec(`set search_path to public, ${schema}`)
    // A new session has no listeners: clients are told that their connection was lost, so they listen again.
    tell('error', new Error('the embedded database was opened again'))
  })
  engine.onNotification((channel, payload) => tell('notification', { channel, payload }))
  const query = <Row>(text: string, parameters?: readonly unknown[]) => run<Row>(engine, text, parameters)
  const pool: PgPool = {
    query,
    async connect() {
      const emitter = new EventEmitter().setMaxListeners(0)
      clients.add(emitter)
      const client: PgPoolClient = Object.assign(emitter, {
        query,
        release: () => void clients.delete(emitter),
      })
      return client
    },
    end: async () => undefined,
    // Clients receive the events of the session.
    on: () => pool,
    removeAllListeners: () => pool,
  }
  return pool
}

/** Without parameters there may be several statements, or comments before a LISTEN. */
async function run<Row>(session: EngineSession, text: string, parameters: readonly unknown[] = []) {
  if (parameters.length > 0) return answer<Row>(await session.query(text, [...parameters]))
  return answer<Row>((await session.exec(text)).at(-1) ?? { rows: [] })
}

/** The caller types the rows, as in node-postgres. */
async function answer<Row>({ rows, affectedRows }: EngineResult): Promise<{ rows: Row[]; rowCount: number }> {
  return { rows: rows as Row[], rowCount: affectedRows || rows.length }
}
