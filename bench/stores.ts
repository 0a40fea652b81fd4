/** Databases of the bench's own, embedded or on a server, filled by the database itself, and gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { built } from './built.ts'
import type { Store } from './figures.ts'

/** Where a server of the bench finds its data. */
export type StoreAddress = { readonly home: string } | { readonly url: string }

export interface BenchStore {
  readonly kind: Store
  readonly address: StoreAddress
  remove(): Promise<void>
}

/** Makes a place for a store, with nothing in it: on the PostgreSQL given, else embedded. */
export async function makeStore(databaseUrl: string | undefined): Promise<BenchStore> {
  if (databaseUrl !== undefined) return makeDatabase(databaseUrl)
  const home = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  return { kind: 'embedded', address: { home }, remove: () => rm(home, { recursive: true, force: true }) }
}

let made = 0

async function makeDatabase(databaseUrl: string): Promise<BenchStore> {
  made += 1
  const name = `switchboard_bench_${process.pid}_${made}`
  await administer(databaseUrl, `create database ${name}`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return {
    kind: 'server',
    address: { url: url.href },
    remove: () => administer(databaseUrl, `drop database if exists ${name} with (force)`),
  }
}

/** Tasks that are not all the person's own. */
export interface Spread {
  /** The person's own space and those of teams that the person sees, all of one size. */
  readonly spaces: number
  /** About so many tasks of a team that the person does not see were given to the person. */
  readonly given: number
}

const ALL_OWN: Spread = { spaces: 1, given: 0 }

/** Migrates an empty store and puts so many tasks into it. */
export async function fillStore({ address }: BenchStore, tasks: number, spread = ALL_OWN): Promise<void> {
  const statements = [fillStatement(tasks, spread), grantStatement(spread)]
  if ('home' in address) {
    const { openEmbeddedStore } = await built<typeof import('../src/domain/db/embedded/open-embedded.ts')>(
      'domain/db/embedded/open-embedded',
    )
    const database = await openEmbeddedStore(address.home)
    for (const statement of statements) await database.client.exec(statement)
    await database.client.exec('vacuum analyze')
    await database.close()
    return
  }
  const { openServerDatabase } = await built<typeof import('../src/domain/db/server/server-database.ts')>(
    'domain/db/server/server-database',
  )
  const { migrateServer } = await built<typeof import('../src/domain/db/server/migrate-server.ts')>(
    'domain/db/server/migrate-server',
  )
  const database = openServerDatabase(address.url, { poolSize: 1 })
  await migrateServer(database)
  await database.close()
  for (const statement of statements) await administer(address.url, statement)
  await administer(address.url, 'vacuum analyze')
}

async function administer(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end()
  }
}

/** A word that the same number of tasks contain in a store of any size, so that a search always finds as many. */
export const RARE_WORD = 'zanzibar'
/** The label on as many. */
export const RARE_LABEL = 'errand'
const RARE_TASKS = 100

/** A task's id for its number; ids sort by number. */
export function taskId(number: number): string {
  return `task_${number.toString().padStart(26, '0')}`
}

/**
 * Tasks as a person would have them: half of them open, a third undated, the rest due over two years, a handful of
 * labels, titles of several words, and a rare word and label on a hundred of them, however many there are.
 */
function fillStatement(count: number, { spaces, given }: Spread): string {
  // By chance, so that neither says anything about another column.
  const chance = (salt: string, of: number) => `abs(hashtext('${salt}' || n)::bigint) % ${of}`
  const isGiven = given === 0 ? 'false' : `${chance('given', Math.floor(count / given))} = 0`
  const place = chance('space', spaces)
  const space = `case when ${isGiven} then 'team_unseen' when ${place} = 0 then 'local' else 'team_' || ${place} end`
  const isRare = `n % ${Math.max(1, Math.floor(count / RARE_TASKS))} = 0`
  const day = `date '2026-01-01' + (n * 7 % 730)`
  const pick = (words: string, by: number) =>
    `(string_to_array('${words}', ' '))[1 + n / ${by} % ${words.split(' ').length}]`
  return `insert into tasks (id, person_id, owner_id, space_id, assignee_id, title, notes, status, priority, due_date, due_sort, minutes, labels,
      source, created_at, updated_at, completed_at)
    select 'task_' || lpad(n::text, 26, '0'), 'local', ${space}, ${space}, case when ${isGiven} then 'local' end,
      ${pick('Call Write Review Plan Fix Buy Book', 1)} || ' the ' || ${pick('report invoice garden kitchen contract', 7)}
        || ' for ' || ${pick('Ana Ben Cleo Dan Eva Finn Gus Hana Ivo', 35)} || ' ' || n
        || case when ${isRare} then ' ${RARE_WORD}' else '' end,
      case when n % 4 = 0 then 'Remember what was said about number ' || n else null end,
      case when n % 10 < 5 then 'open' when n % 10 < 9 then 'done' else 'in_progress' end,
      1 + n % 4,
      case when n % 3 = 0 then null else ${day} end,
      case when n % 3 = 0 then '9999' else to_char(${day}, 'YYYY-MM-DD') || 'T24:00' end,
      (array[2, 10, 30, null])[1 + n % 4],
      array[${pick('home work garden phone', 1)}] || case when ${isRare} then array['${RARE_LABEL}'] else '{}' end,
      'http', timestamptz '2026-01-01' + n * interval '1 second', timestamptz '2026-01-01' + n * interval '1 second',
      case when n % 10 between 5 and 8 then timestamptz '2026-06-01' end
    from generate_series(1, ${count}) n`
}

/** The teams' spaces that the person sees. */
function grantStatement({ spaces }: Spread): string {
  return `insert into grants (person_id, space_id, role, owner_id)
    select 'local', 'team_' || n, 'editor', 'team_' || n from generate_series(1, ${spaces - 1}) n`
}
