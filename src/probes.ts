/** How the doctor reaches where the data lies: without changing anything on a server that others share. */
import { readFileSync } from 'node:fs'
import type { ServerFacts, StoreProbes } from './cli/examine-store.ts'
import { AppError } from './core/errors.ts'

/** The same place seen from `src` and from `dist`. */
const JOURNAL = new URL('../drizzle/meta/_journal.json', import.meta.url)

const FACTS = `select current_setting('server_version') as version,
  current_setting('server_version_num')::int as "versionNumber",
  exists (select from pg_available_extensions where name = 'pg_trgm') as "hasTrigrams",
  has_database_privilege(current_database(), 'CREATE') as "mayCreate",
  to_regclass('drizzle.__drizzle_migrations') is not null as "wasMigrated",
  (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`

const MIGRATED = 'select count(*)::int as migrated from drizzle.__drizzle_migrations'

interface FactsRow extends Record<string, unknown> {
  readonly version: string
  readonly versionNumber: number
  readonly hasTrigrams: boolean
  readonly mayCreate: boolean
  readonly wasMigrated: boolean
  readonly nowMs: number
}

export const probes: StoreProbes = {
  async askServer(url) {
    const { openServerDatabase } = await import('./domain/db-server.ts')
    const database = openServerDatabase(url, { poolSize: 1 })
    try {
      const [facts] = await database.db.execute<FactsRow>(FACTS)
      if (!facts) throw new Error('the server answered nothing')
      const [count] = facts.wasMigrated ? await database.db.execute<{ migrated: number }>(MIGRATED) : []
      return factsFrom(facts, count?.migrated ?? 0)
    } catch (cause) {
      throw unreachable(cause)
    } finally {
      await database.close()
    }
  },
  migrations() {
    const journal: { entries: unknown[] } = JSON.parse(readFileSync(JOURNAL, 'utf8'))
    return journal.entries.length
  },
  async tryStore(home) {
    const { openEmbeddedStore } = await import('./domain/embedded.ts')
    const store = await openEmbeddedStore(home)
    await store.close()
  },
}

function factsFrom({ wasMigrated: _, nowMs, ...facts }: FactsRow, migrated: number): ServerFacts {
  return { ...facts, migrated, now: new Date(nowMs) }
}

/** What the driver says of a server that cannot be reached is about the person's own machine, so they see it. */
function unreachable(thrown: unknown): AppError {
  const reasons: string[] = []
  for (let error = thrown; error instanceof Error; error = error.cause)
    reasons.push(error.message.split('\n')[0] ?? '')
  return new AppError('unavailable', reasons.at(-1) ?? 'it does not answer', { cause: thrown })
}
