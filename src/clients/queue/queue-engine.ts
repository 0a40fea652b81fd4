/** Lets BullMQ's PostgreSQL backend run on the embedded engine: the part of a `pg.Pool` that it uses, over one session. */
import { EventEmitter } from 'node:events'
import { type PgPool, type PgPoolClient, type PgQueryable, runMigrations } from 'bullmq'

/** What a statement answers. */
interface EngineResult {
  readonly rows: unknown[]
  readonly affectedRows?: number
}

interface EngineSession {
  query(text: string, parameters?: unknown[]): Promise<EngineResult>
  /** Runs any number of statements without parameters. */
  exec(text: string): Promise<EngineResult[]>
}

/** The embedded engine: one session that all share, and transactions that keep all others out. */
export interface Engine extends EngineSession {
  transaction<T>(work: (session: EngineSession) => Promise<T>): Promise<T>
  onNotification(listener: (channel: string, payload: string) => void): () => void
  /** Prepares the session now, and every later one, such as after the engine had to be opened again. */
  onSession(prepare: (session: Pick<EngineSession, 'exec'>) => Promise<void>): Promise<void>
}

/** Brings BullMQ's tables up to date. The engine opens and ends the transaction: the one session is shared meanwhile. */
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
 * A pool whose clients are all the same session. BullMQ opens no transactions of its own on it: each of its commands
 * is one statement.
 */
export async function createEnginePool(engine: Engine, schema: string): Promise<PgPool> {
  const clients = new Set<EventEmitter>()
  const tell = (event: string, value: unknown) => {
    for (const client of clients) if (client.listenerCount(event) > 0) client.emit(event, value)
  }
  await engine.onSession(async (session) => {
    // The session is the application's too, so its own names must come first.
    await session.exec(`set search_path to public, ${schema}`)
    // A new session listens to nothing: to clients it is as if their connection was lost, and they listen again.
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
    // Its clients are told what happens to the session.
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

/** The rows are typed by the caller, as in node-postgres. */
async function answer<Row>({ rows, affectedRows }: EngineResult): Promise<{ rows: Row[]; rowCount: number }> {
  return { rows: rows as Row[], rowCount: affectedRows || rows.length }
}
