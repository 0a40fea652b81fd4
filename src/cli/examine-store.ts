/** What the doctor looks at where the data lies: the store, its schema, the queue. */

import type { Config } from '../config.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { askRedis } from './ask-redis.ts'
import type { RunningGateway } from './find-gateway.ts'
import type { Finding } from './surroundings.ts'

/** What a PostgreSQL server says of itself. */
export interface ServerFacts {
  /** As in 150004 for 15.4. */
  readonly versionNumber: number
  readonly version: string
  /** Whether the extension for text search can be had. */
  readonly hasTrigrams: boolean
  readonly mayCreate: boolean
  /** Migrations that were run. */
  readonly migrated: number
  /** Its clock. */
  readonly now: Date
}

export interface StoreProbes {
  /** @throws AppError when the server does not answer */
  askServer(url: string): Promise<ServerFacts>
  /** Migrations that there are. */
  migrations(): number
  /** Opens the embedded store and closes it. @throws AppError */
  tryStore(home: string): Promise<void>
}

const OLDEST_POSTGRES = 13
/** PostgreSQL numbers its versions so: 15.4 is 150004. */
const MAJOR = 10_000

/** Clocks further apart than this make due dates and expiries differ between machines. */
const CLOCK_SKEW_MAX_MS = 5000

export async function examineStore(
  config: Config,
  gateway: RunningGateway | undefined,
  probes: StoreProbes,
): Promise<Finding[]> {
  const { databaseUrl, redisUrl } = config
  const store =
    databaseUrl === undefined
      ? [await examineEmbedded(config, gateway, probes)]
      : await examineServer(databaseUrl, probes)
  return [...store, redisUrl === undefined ? queueInDatabase(store) : await examineRedis(redisUrl)]
}

async function examineEmbedded(
  { home }: Config,
  gateway: RunningGateway | undefined,
  probes: StoreProbes,
): Promise<Finding> {
  const name = 'Store'
  if (gateway) return { name, state: 'ok', found: `embedded in ${home}, open in the gateway` }
  const startedAt = performance.now()
  try {
    await probes.tryStore(home)
  } catch (thrown) {
    const { message, fix } = toAppError(thrown)
    return { name, state: 'fail', found: message, fix }
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  return { name, state: 'ok', found: `embedded in ${home}, opened in ${seconds} s` }
}

async function examineServer(url: string, probes: StoreProbes): Promise<Finding[]> {
  const name = 'PostgreSQL'
  const place = withoutSecrets(url)
  const facts = await probes.askServer(url).catch((thrown: unknown) => toAppError(thrown))
  if (facts instanceof AppError) {
    const fix = facts.fix ?? 'Start the server, or correct DATABASE_URL.'
    return [{ name, state: 'fail', found: `${place}: ${facts.message}`, fix }]
  }
  return [version(place, facts), trigrams(facts), schema(facts, probes.migrations()), skew(facts)]
}

function version(place: string, { version, versionNumber }: ServerFacts): Finding {
  const found = `${place}, version ${version}`
  if (Math.floor(versionNumber / MAJOR) >= OLDEST_POSTGRES) return { name: 'PostgreSQL', state: 'ok', found }
  return { name: 'PostgreSQL', state: 'fail', found, fix: `Use version ${OLDEST_POSTGRES} or later.` }
}

function trigrams({ hasTrigrams }: ServerFacts): Finding {
  const name = 'pg_trgm'
  if (hasTrigrams) return { name, state: 'ok', found: 'there, for text search' }
  return {
    name,
    state: 'fail',
    found: 'not there',
    fix: "Install PostgreSQL's contrib package on the server.",
  }
}

function schema({ migrated, mayCreate }: ServerFacts, migrations: number): Finding {
  const name = 'Schema'
  if (migrated === migrations) return { name, state: 'ok', found: `current, ${migrations} migrations` }
  if (migrated > migrations) {
    const fix = 'Run that version here too.'
    return {
      name,
      state: 'fail',
      found: `made by a later version (${migrated} of ${migrations} migrations)`,
      fix,
    }
  }
  const found = `${migrated} of ${migrations} migrations; the next start runs the rest`
  if (mayCreate) return { name, state: 'ok', found }
  return {
    name,
    state: 'fail',
    found: `${migrated} of ${migrations} migrations, and no right to run the rest`,
    fix: 'Grant the user of DATABASE_URL the right to create in the database.',
  }
}

function skew({ now }: ServerFacts): Finding {
  const name = 'Clocks'
  const apartMs = Math.abs(now.getTime() - Date.now())
  const found = `${(apartMs / 1000).toFixed(1)} s apart`
  if (apartMs <= CLOCK_SKEW_MAX_MS) return { name, state: 'ok', found }
  return { name, state: 'warn', found, fix: 'Let both machines set their clocks by NTP.' }
}

function queueInDatabase(store: readonly Finding[]): Finding {
  const isSound = store.every(({ state }) => state !== 'fail')
  if (isSound) return { name: 'Queue', state: 'ok', found: 'in the database' }
  return { name: 'Queue', state: 'warn', found: 'in the database, which fails', fix: 'Mend the database.' }
}

async function examineRedis(url: string): Promise<Finding> {
  const name = 'Redis'
  const place = withoutSecrets(url)
  try {
    await askRedis(url)
    return { name, state: 'ok', found: `${place} answers; it carries the queue` }
  } catch {
    return {
      name,
      state: 'fail',
      found: `${place} does not answer`,
      fix: 'Start it, correct REDIS_URL, or unset it to keep the queue in the database.',
    }
  }
}

/** An address as it may be shown: what follows the last `@`, since nobody may have escaped one within the password. */
function withoutSecrets(address: string): string {
  return address
    .replace(/^\w+:\/\//, '')
    .replace(/^.*@/s, '')
    .replace(/[?#].*$/s, '')
    .replace(/\/$/, '')
}
