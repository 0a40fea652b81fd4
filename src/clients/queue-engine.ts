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
  // The session is the application's too, so its own names must come first.
  await engine.exec(`set search_path to public, ${schema}`)
  const events = new EventEmitter().setMaxListeners(0)
  engine.onNotification((channel, payload) => events.emit('notification', { channel, payload }))
  const query = <Row>(text: string, parameters?: readonly unknown[]) => run<Row>(engine, text, parameters)
  const pool: PgPool = {
    query,
    connect: async () => createClient(events, query),
    end: async () => undefined,
    // A session within the process neither connects nor drops.
    on: () => pool,
    removeAllListeners: () => pool,
  }
  return pool
}

// biome-ignore lint/suspicious/noExplicitAny: listeners of several events, as node-postgres types them
type Listener = (...given: any[]) => void

function createClient(events: EventEmitter, query: PgQueryable['query']): PgPoolClient {
  const own = new Set<Listener>()
  const client: PgPoolClient = {
    query,
    on(event: string, listener: Listener) {
      if (event === 'notification') {
        own.add(listener)
        events.on(event, listener)
      }
      return client
    },
    removeListener(event, listener) {
      own.delete(listener)
      events.removeListener(event, listener)
      return client
    },
    removeAllListeners() {
      for (const listener of own) events.removeListener('notification', listener)
      own.clear()
      return client
    },
    release: () => undefined,
  }
  return client
}

/** Without parameters there may be several statements, or comments before a LISTEN. */
async function run<Row>(session: EngineSession, text: string, parameters: readonly unknown[] = []) {
  if (parameters.length > 0) return answer<Row>(await session.query(text, [...parameters]))
  return answer<Row>((await session.exec(text)).at(-1) ?? { rows: [] })
}

/** The rows are typed by whoever asks, as in node-postgres. */
async function answer<Row>({ rows, affectedRows }: EngineResult): Promise<{ rows: Row[]; rowCount: number }> {
  return { rows: rows as Row[], rowCount: affectedRows || rows.length }
}
