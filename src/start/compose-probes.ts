/** Opens the stores for the doctor as a gateway does, without changing anything on a server that others share. */
import { readFileSync } from 'node:fs'
import type { MailProbe } from '../cli/doctor/examine-mail.ts'
import type { StoreFacts, StoreProbes } from '../cli/doctor/examine-store.ts'
import type { Config } from '../config/config.ts'
import { toAppError } from '../core/errors.ts'
import { describeServer } from '../domain/db/address/address.ts'
import type { Db } from '../domain/db/db.ts'
import { PACKAGE_FOLDER } from '../package-folder.ts'
import { stillMaxMs } from './compose-database.ts'
import { openKeyRing } from './compose-secrets.ts'

const JOURNAL = new URL('drizzle/meta/_journal.json', PACKAGE_FOLDER)

const FACTS = `select current_setting('server_version') as version,
  exists (select from pg_available_extensions where name = 'pg_trgm') as "hasTrigrams",
  has_database_privilege(current_database(), 'CREATE') as "mayCreate",
  to_regclass('drizzle.__drizzle_migrations') is not null as "wasMigrated",
  (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`

const MIGRATED = 'select count(*)::int as migrated from drizzle.__drizzle_migrations'

interface FactsRow extends Record<string, unknown> {
  readonly version: string
  readonly hasTrigrams: boolean
  readonly mayCreate: boolean
  readonly wasMigrated: boolean
  readonly nowMs: number
}

export const probes: StoreProbes & MailProbe = {
  async askServer(config, address) {
    const { connectServer, serverUnusable } = await import('../domain/db/server/connect-server.ts')
    const { database, pooling } = await connectServer(address, {
      poolSize: 1,
      stillMaxMs: stillMaxMs(config),
    })
    try {
      const [facts] = await database.db.execute<FactsRow>(FACTS)
      if (!facts) throw new Error('the server answered nothing')
      const [count] = facts.wasMigrated ? await database.db.execute<{ migrated: number }>(MIGRATED) : []
      const migrated = count?.migrated ?? 0
      // Tables of an older version cannot be read by this one.
      const isCurrent = migrated === countMigrations()
      const kept = isCurrent ? await keptIn(database.db, config) : NOTHING_KEPT
      return { ...factsFrom(facts, migrated), place: describeServer(address), pooling, ...kept }
    } catch (cause) {
      throw serverUnusable(cause, address)
    } finally {
      await database.close()
    }
  },
  async askRedis(address) {
    const { assertRedis } = await import('../clients/queue/redis.ts')
    await assertRedis(address)
  },
  async askMailServer(settings) {
    const { createMailer } = await import('../clients/mail/mailer.ts')
    const mailer = createMailer(settings)
    await mailer.verify().finally(() => mailer.close())
  },
  migrations: countMigrations,
  async tryStore(config) {
    const { openEmbeddedStore } = await import('../domain/db/embedded/open-embedded.ts')
    const store = await openEmbeddedStore(config.home)
    try {
      return await keptIn(store.db, config)
    } finally {
      await store.close()
    }
  },
}

function countMigrations(): number {
  const journal: { entries: unknown[] } = JSON.parse(readFileSync(JOURNAL, 'utf8'))
  return journal.entries.length
}

const NOTHING_KEPT: StoreFacts = { hasKey: false, keyFault: undefined, deadLetters: [] }
const DAY_MS = 24 * 60 * 60 * 1000

/** What is kept in a store: keys of callers, and secrets that this process may or may not be able to open. */
async function keptIn(db: Db, config: Config): Promise<StoreFacts> {
  const [{ hasActiveKey }, { assertKeys }, { countDeadLetters }] = await Promise.all([
    import('../domain/access/keys.ts'),
    import('../domain/secrets/missing-keys.ts'),
    import('../domain/outbox/deliveries.ts'),
  ])
  const keyFault = await assertKeys(db, openKeyRing(config)).then(() => undefined, toAppError)
  const now = new Date()
  const deadLetters = await countDeadLetters(db, new Date(now.getTime() - DAY_MS))
  return { hasKey: await hasActiveKey(db, now), keyFault, deadLetters }
}

function factsFrom({ wasMigrated: _, nowMs, ...facts }: FactsRow, migrated: number) {
  return { ...facts, migrated, now: new Date(nowMs) }
}
