/** The same small world before every call: made through the operations themselves, with the ids that examples use. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { sql } from 'drizzle-orm'
import type { Invoke } from '../../src/core/call/call.ts'
import { createInvoke } from '../../src/core/call/invoke.ts'
import { type Actor, LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { exampleId, type NewId } from '../../src/core/operation/ids.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { invokeWithRunKeys } from '../../src/domain/runs/calls/invoke-with-run-keys.ts'
import { operations } from '../../src/tools/registry.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../support/world/database.ts'
import { createRunDriver } from '../support/world/drive-run.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'
import { addressCodes } from '../tools/access/world.ts'
import { connectors, environment, services } from '../tools/accounts/world.ts'
import { slackApp } from '../tools/slack/world.ts'
import type { AreaWorld, Step } from './steps.ts'

/** When the world is made: long enough before the call that a project stalls and a trash is old. */
const LONG_AGO = '2026-01-05T09:00:00.000Z'

/** Who calls an operation in this world: its owner, or the run that is held, with its key. */
export function callerOf({ audience }: Operation): Actor {
  if (audience !== 'runs') return LOCAL_PERSON
  const ofRuns = operations.filter((each) => each.audience === 'runs').map(({ name }) => name)
  const run = { fence: 1, operations: ofRuns }
  return { ...LOCAL_PERSON, kind: 'agent', id: exampleId('run'), keyId: exampleId('key'), scopes: [], run }
}

export interface World {
  /** Its `invoke` gives ids in a fixed order. */
  readonly gateway: TestGateway
  /** Empties it, and makes it again as `operation`'s example wants it. */
  makeFor(operation: Operation): Promise<void>
  empty(): Promise<void>
  /** Every row that a call may have changed, by table. */
  rows(): Promise<Record<string, unknown[]>>
}

/** Every file `world.ts` beside the tests of an area, in the order of the areas' names. */
async function gatherWorlds(): Promise<AreaWorld[]> {
  const folder = new URL('../tools/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => basename(file) === 'world.ts',
  )
  const worlds = files
    .sort()
    .map(async (file) => (await import(new URL(file, folder).href)).world as AreaWorld)
  return Promise.all(worlds)
}

export async function openWorld(): Promise<World> {
  const worlds = await gatherWorlds()
  const everywhere = worlds.flatMap(({ base = [] }) => base)
  const before = Object.assign({}, ...worlds.map((each) => each.before)) as NonNullable<AreaWorld['before']>
  const lent = { hookPaths: ['todoist'], slack: slackApp, addressCodes }
  const base = await openTestGateway({
    operations,
    models: SOME_MODEL,
    areas: [services],
    connectors,
    environment,
    lent,
  })
  const tables = await tablesOf(base.db)
  const restart = await fromOne(base.db)
  const ids = createSequence()
  const runtime = { ...base.runtime, newId: ids.next }
  const invoke: Invoke = invokeWithRunKeys(runtime, createInvoke(runtime))
  const gateway: TestGateway = { ...base, invoke }

  const worker = createRunDriver(gateway, ids.next)

  async function take(step: Step): Promise<void> {
    if (typeof step === 'function') {
      await step(worker, base.clock)
      return
    }
    const [name, input] = step
    const operation = operations.find((each) => each.name === name)
    if (!operation) throw new Error(`there is no operation ${name}`)
    await invoke(operation, input, base.as())
  }

  async function empty(): Promise<void> {
    await base.db.execute(sql.raw(emptyAll(tables, restart)))
    ids.restart()
  }

  await empty()
  base.clock.set(LONG_AGO)
  for (const step of everywhere) await take(step)
  const putBack = await keepRows(base.db, [...tables, 'secrets'])
  const restartIds = ids.mark()

  return {
    gateway: {
      ...gateway,
      async close() {
        await base.db.execute(sql`drop schema kept cascade`)
        await base.close()
      },
    },
    empty,
    async makeFor(operation) {
      await empty()
      await base.db.execute(sql.raw(putBack))
      restartIds()
      base.clock.set(LONG_AGO)
      for (const step of before[operation.name] ?? []) await take(step)
      base.clock.set(TEST_NOW)
    },
    async rows() {
      const found: Record<string, unknown[]> = Object.fromEntries(tables.map((table) => [table, []]))
      const rows = await base.db.execute<{ name: string; row: unknown }>(sql.raw(readAll(tables)))
      for (const { name, row } of rows) found[name]?.push(row)
      return found
    },
  }
}

/** Written by doors for themselves: stored answers, since not every door sends a key, and what they count and sign with. */
const OF_DOORS = ['idempotency_keys', 'rate_limits', 'secrets']

/** What calls leave behind. */
async function tablesOf(db: TestGateway['db']): Promise<string[]> {
  const found = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by tablename`,
  )
  return found.map(({ name }) => name).filter((name) => !OF_DOORS.includes(name))
}

/** What makes every sequence count from 1 again. */
async function fromOne(db: TestGateway['db']): Promise<string> {
  const found = await db.execute<{ name: string }>(
    sql`select sequencename as name from pg_sequences where schemaname = 'public'`,
  )
  return found.map(({ name }) => `setval('${name}', 1, false)`).join(', ')
}

/** One statement: deleting few rows is much faster than truncating, which makes every table's files again. */
function emptyAll(tables: readonly string[], restart: string): string {
  const deletes = [...tables, 'idempotency_keys'].map((table) => `${table}_gone as (delete from ${table})`)
  return `with ${deletes.join(', ')} select ${restart}`
}

/**
 * Keeps what the tables hold, and answers with the one statement that puts it back into empty ones: to make it again for
 * every call would take a third of these tests' time.
 */
async function keepRows(db: TestGateway['db'], tables: readonly string[]): Promise<string> {
  await db.execute(sql`create schema kept`)
  const inserts: string[] = []
  for (const table of tables) {
    const [{ exists } = { exists: false }] = await db.execute<{ exists: boolean }>(
      sql.raw(`select exists (select from ${table})`),
    )
    if (!exists) continue
    await db.execute(sql.raw(`create table kept.${table} as table ${table}`))
    // Calls may have left secrets, which `empty` leaves there.
    inserts.push(`${table}_back as (insert into ${table} overriding system value
      select * from kept.${table} on conflict do nothing)`)
  }
  const counts = await db.execute<{ name: string; last: number }>(
    sql`select sequencename as name, last_value::int as last from pg_sequences
      where schemaname = 'public' and last_value is not null`,
  )
  const counted = counts.map(({ name, last }) => `setval('${name}', ${last})`)
  return `with ${inserts.join(', ')} select ${counted.join(', ')}`
}

/** A secret that is sealed twice is never the same text. */
function readAll(tables: readonly string[]): string {
  const rows = tables.map(
    (table) => `select '${table}' as name, to_jsonb(t) - 'sealed' as row from ${table} t`,
  )
  return `select * from (${rows.join(' union all ')}) as every_row order by name, row::text collate "C"`
}

/** Characters of an example id that all ids of the sequence begin with; what follows sorts after the example's end. */
const COMMON_CHARS = 21
const NUMBER_CHARS = 4

/** Ids in a fixed order: of each kind the example's comes first. */
function createSequence() {
  const counts = new Map<string, number>()
  const next: NewId = (prefix) => {
    const count = counts.get(prefix) ?? 0
    counts.set(prefix, count + 1)
    if (count === 0) return exampleId(prefix)
    const common = exampleId(prefix).slice(0, prefix.length + 1 + COMMON_CHARS)
    return `${common}t${String(count).padStart(NUMBER_CHARS, '0')}`
  }
  return {
    next,
    restart: () => counts.clear(),
    /** Answers with the way to continue from here another time. */
    mark() {
      const marked = [...counts]
      return () => {
        for (const [prefix, count] of marked) counts.set(prefix, count)
      }
    },
  }
}
