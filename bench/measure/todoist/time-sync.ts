/**
 * Times how an account of Todoist is read: everything at first, then what changed. Beside it, the least that this takes: the
 * tasks of the same answers, put into a table with the same columns and indexes. Configured by its argument.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { Database } from '../../../src/domain/db/db.ts'
import { built } from '../../built.ts'
import { composeProduct } from '../../serve/compose-product.ts'
import type { TodoistPlace } from '../../serve/serve-todoist.ts'
import type { StoreAddress } from '../../stores.ts'

export interface TimeSyncConfig {
  /** Migrated. */
  readonly store: StoreAddress
  readonly side: 'ours' | 'bare'
  /** Where the stand-in is told and asked. */
  readonly control: string
  readonly tasks: number
  readonly changes: number
}

export interface TimedSync {
  readonly firstMs: number
  /** Requests to Todoist until everything was read, with those that connect the account. */
  readonly requests: number
  readonly partialMs: number
  readonly peakMb: number
}

interface Side {
  readonly db: Database['db']
  readonly table: 'todoist_items' | 'bench_items'
  /** Reads everything. */
  first(): Promise<void>
  /** Reads what changed. */
  partial(): Promise<void>
  close(): Promise<void>
}

interface Wire {
  readonly id: string
  readonly content: string
  readonly description: string
  readonly project_id: string
  readonly child_order: number
  readonly labels: readonly string[]
  readonly priority: number
  readonly due: { readonly date: string } | null
  readonly checked: boolean
}

const TURNS = 5
const LOOK_EVERY_MS = 5
/** Rows of one statement. */
const BATCH_ROWS = 1_000
const KB_PER_MB = 1_000

const { store, side: kind, control, tasks, changes } = JSON.parse(process.argv[2] ?? '{}') as TimeSyncConfig
const { url: todoistUrl, many: token } = await ask<TodoistPlace>('')
const side = await (kind === 'ours' ? openOurs() : openBare())

const callsBefore = (await ask<TodoistPlace>('')).calls
const firstMs = await millisecondsOf(side.first)
const requests = (await ask<TodoistPlace>('')).calls - callsBefore
await assertCount(tasks, sql`true`)
const turns: number[] = []
for (let turn = 0; turn < TURNS; turn += 1) {
  const { description } = await ask<{ description: string }>(`change/${changes}`, 'POST')
  turns.push(await millisecondsOf(side.partial))
  await assertCount(changes, sql`description = ${description}`)
}
const timed: TimedSync = {
  ...{ firstMs, requests, partialMs: turns.sort((one, other) => one - other)[Math.floor(TURNS / 2)] ?? 0 },
  peakMb: process.resourceUsage().maxRSS / KB_PER_MB,
}
await side.close()
process.stdout.write(`${JSON.stringify(timed)}\n`)
process.exit(0)

async function ask<Answer>(path: string, method = 'GET'): Promise<Answer> {
  return (await (await fetch(`${control}/${path}`, { method })).json()) as Answer
}

async function millisecondsOf(act: () => Promise<void>): Promise<number> {
  const at = performance.now()
  await act()
  return performance.now() - at
}

/** A fast reading of something else is no figure. */
async function assertCount(expected: number, which: ReturnType<typeof sql>): Promise<void> {
  const [row] = await side.db.execute<{ count: number }>(
    sql`select count(*)::int as count from ${sql.raw(side.table)} where ${which}`,
  )
  if (row?.count !== expected) throw new Error(`${kind} has ${row?.count} tasks, not ${expected}`)
}

async function openOurs(): Promise<Side> {
  const { parts, call, close } = await composeProduct({
    store,
    environment: { TODOIST_BASE_URL: todoistUrl },
  })
  const isRead = async () => (await call('todoist.tasks.list', { limit: 1 })).syncedAt !== null
  const partial = async () => void (await call('todoist.sync.resync', {}))
  return {
    ...{ db: parts.database.db, table: 'todoist_items', partial, close },
    async first() {
      await call('todoist.accounts.connect', { token })
      await partial()
      while (!(await isRead())) await wait(LOOK_EVERY_MS)
    },
  }
}

async function openDatabase(): Promise<Database> {
  if ('url' in store) {
    const { openServerDatabase } = await built<
      typeof import('../../../src/domain/db/server/server-database.ts')
    >('domain/db/server/server-database')
    return openServerDatabase(store.url)
  }
  const { openEmbeddedStore } = await built<
    typeof import('../../../src/domain/db/embedded/open-embedded.ts')
  >('domain/db/embedded/open-embedded')
  return openEmbeddedStore(store.home)
}

async function openBare(): Promise<Side> {
  const database = await openDatabase()
  const { db } = database
  await db.execute(sql`create table bench_items (like todoist_items including all)`)
  let syncToken = '*'
  async function read(): Promise<void> {
    const answer = await fetch(`${todoistUrl}/api/v1/sync`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sync_token: syncToken, resource_types: ['all'] }),
    })
    const { items, sync_token } = (await answer.json()) as { items: Wire[]; sync_token: string }
    await database.transaction(async (tx) => {
      for (let start = 0; start < items.length; start += BATCH_ROWS) {
        const rows = JSON.stringify(items.slice(start, start + BATCH_ROWS).map(rowOf))
        await tx.execute(sql`insert into bench_items
          select * from json_populate_recordset(null::bench_items, ${rows}::json)
          on conflict (account_id, id) do update set description = excluded.description, wire = excluded.wire`)
      }
    })
    syncToken = sync_token
  }
  return { db, table: 'bench_items', first: read, partial: read, close: () => database.close() }
}

function rowOf(wire: Wire) {
  const { id, content, description, project_id, child_order: position, labels, priority, due, checked } = wire
  return {
    ...{ account_id: 'account', space_id: 'local', id, content, description, project_id, position, labels },
    ...{ priority: 5 - priority, due_date: due?.date ?? null, is_recurring: false, checked, wire },
  }
}
