/** The doctor's checks of the data: the store, its schema, the queue. */

import type { RedisAddress } from '../../clients/queue/redis.ts'
import type { Config } from '../../config/config.ts'
import type { Finding } from '../../core/area/check.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { counted } from '../../core/text/counts.ts'
import type { ServerAddress } from '../../domain/db/address/address.ts'
import { type StorePlace, storeText } from '../../domain/db/store-place.ts'
import type { DeadLetters } from '../../domain/outbox/deliveries.ts'
import type { RunningGateway } from '../connect/find-gateway.ts'
import { needsKey } from './examine-access.ts'

/** Facts about what a store keeps. */
export interface StoreFacts {
  /** Whether there is a valid key for calls. */
  readonly hasKey: boolean
  /** Why this process cannot open the secrets that are sealed in the store; undefined: it can. */
  readonly keyFault: AppError | undefined
  /** What channels have given up in the last day. */
  readonly deadLetters: readonly DeadLetters[]
}

/** Facts that a PostgreSQL server reports. */
export interface ServerFacts extends StoreFacts {
  /** The server's address, without name and password. */
  readonly place: string
  /** The pooler in between: one that shares sessions between transactions, one that does not, or none. */
  readonly pooling: 'none' | 'session' | 'transaction'
  readonly version: string
  /** Whether the extension for text search is available. */
  readonly hasTrigrams: boolean
  readonly mayCreate: boolean
  /** The number of migrations that were run. */
  readonly migrated: number
  /** The server's clock. */
  readonly now: Date
}

export interface StoreProbes {
  /** Connects as a gateway does. @throws AppError when the server cannot be used */
  askServer(config: Config, address: ServerAddress): Promise<ServerFacts>
  /** @throws AppError when Redis cannot be used */
  askRedis(address: RedisAddress): Promise<void>
  /** The number of migrations of this program. */
  migrations(): number
  /** Opens the embedded store and closes it. @throws AppError */
  tryStore(config: Config): Promise<StoreFacts>
}

/** Clocks further apart than this make due dates and expiries differ between machines. */
const CLOCK_SKEW_MAX_MS = 5000

export async function examineStore(
  config: Config,
  gateway: RunningGateway | undefined,
  probes: StoreProbes,
): Promise<Finding[]> {
  const { database, redis } = config
  const { store, kept } =
    database === undefined
      ? await examineEmbedded(config, gateway, probes)
      : await examineServer(config, database, probes)
  const queue = redis === undefined ? queueInDatabase(store) : await examineRedis(redis, probes)
  return [...store, queue, ...kept]
}

/** Findings about the store itself, and about what it keeps. */
interface Examined {
  readonly store: readonly Finding[]
  readonly kept: readonly Finding[]
}

async function examineEmbedded(
  config: Config,
  gateway: RunningGateway | undefined,
  probes: StoreProbes,
): Promise<Examined> {
  const { home } = config
  const name = 'Store'
  const is = (finding: Omit<Finding, 'name'>, kept: readonly Finding[] = []) => ({
    store: [{ name, ...finding }],
    kept,
  })
  if (gateway?.store?.kind === 'server') return is(elsewhere(gateway.store))
  if (gateway) return is({ state: 'ok', found: `embedded in ${home}, open in the gateway` })
  const startedAt = performance.now()
  const tried = await probes.tryStore(config).catch((thrown: unknown) => toAppError(thrown))
  if (tried instanceof AppError) return is({ state: 'fail', found: tried.message, fix: tried.fix })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const found = `embedded in ${home}, opened in ${seconds} s`
  return is({ state: 'ok', found }, keptFindings(config, tried))
}

function elsewhere(store: StorePlace): Omit<Finding, 'name'> {
  return {
    state: 'warn',
    found: `the gateway that runs here keeps its data in ${storeText(store)}`,
    fix: 'Set DATABASE_URL here as it is set there, to examine that store.',
  }
}

function keptFindings(config: Config, facts: StoreFacts): Finding[] {
  return [sealing(config, facts), ...firstKey(config, facts), ...facts.deadLetters.map(givenUp)]
}

function givenUp({ channel, count, lastError }: DeadLetters): Finding {
  return {
    name: `Sent by ${channel}`,
    state: 'warn',
    found: `${count} given up in the last day: ${lastError ?? 'no reason was recorded'}`,
    fix: 'Fix the cause. People can then have theirs sent again: docs/notifications.md says how.',
  }
}

function sealing({ secrets, database }: Config, { keyFault }: StoreFacts): Finding {
  const name = 'Sealing'
  if (keyFault !== undefined) return { name, state: 'fail', found: keyFault.message, fix: keyFault.fix }
  if (secrets.length > 0) return { name, state: 'ok', found: 'with SWITCHBOARD_SECRET' }
  if (database === undefined) return { name, state: 'ok', found: 'with the key file in the home folder' }
  return { name, state: 'ok', found: 'not set up: set SWITCHBOARD_SECRET before an account is connected' }
}

/** A gateway that needs a key for every call does not start before the first key is created. */
function firstKey(config: Config, { hasKey }: StoreFacts): Finding[] {
  if (hasKey || !needsKey(config)) return []
  const fix = 'Create one first: switchboard keys create admin --scopes admin'
  return [{ name: 'First key', state: 'fail', found: 'every call needs a key, and there is none', fix }]
}

async function examineServer(config: Config, address: ServerAddress, probes: StoreProbes): Promise<Examined> {
  const facts = await probes.askServer(config, address).catch((thrown: unknown) => toAppError(thrown))
  if (facts instanceof AppError) return { store: [serverFailure('PostgreSQL', facts)], kept: [] }
  const found = [version(facts), ...(await pooler(config, facts, probes)), trigrams(facts)]
  const store = [...found, schema(facts, probes.migrations()), skew(facts)]
  return { store, kept: keptFindings(config, facts) }
}

function serverFailure(name: string, { message, fix }: AppError): Finding {
  return { name, state: 'fail', found: message, fix: fix ?? 'Start the server, or correct DATABASE_URL.' }
}

/** Where sessions are shared, the queue and change notices need another connection. */
async function pooler(config: Config, { pooling }: ServerFacts, probes: StoreProbes): Promise<Finding[]> {
  const { directDatabase } = config
  const name = 'Pooler'
  if (directDatabase === undefined) {
    if (pooling === 'none') return []
    if (pooling === 'session')
      return [{ name, state: 'ok', found: 'in between, one session for each connection' }]
    const found =
      'shares sessions between transactions: other processes learn of changes only when they look again, and jobs start up to a second late'
    const fix = 'Set SWITCHBOARD_DIRECT_DATABASE_URL to an address of the same database without the pooler.'
    return [{ name, state: 'warn', found, fix }]
  }
  const direct = await probes.askServer(config, directDatabase).catch((thrown: unknown) => toAppError(thrown))
  if (direct instanceof AppError) return [serverFailure('SWITCHBOARD_DIRECT_DATABASE_URL', direct)]
  if (direct.pooling === 'transaction') {
    const fix = 'Give the address of the server itself, or of a pooler in session mode.'
    return [
      {
        name: 'SWITCHBOARD_DIRECT_DATABASE_URL',
        state: 'warn',
        found: `${direct.place} leads through a pooler too`,
        fix,
      },
    ]
  }
  return [{ name, state: 'ok', found: `in between, and around it ${direct.place}` }]
}

/** A version that is too old was refused when the doctor connected. */
function version({ place, version }: ServerFacts): Finding {
  return { name: 'PostgreSQL', state: 'ok', found: `${place}, version ${version}` }
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
  if (migrated === migrations)
    return { name, state: 'ok', found: `current, ${counted(migrations, 'migration')}` }
  if (migrated > migrations) {
    const fix = 'Run that version here too.'
    return {
      name,
      state: 'fail',
      found: `made by a later version (${migrated} of ${counted(migrations, 'migration')})`,
      fix,
    }
  }
  const found = `${migrated} of ${counted(migrations, 'migration')}; the next start runs the rest`
  if (mayCreate) return { name, state: 'ok', found }
  return {
    name,
    state: 'fail',
    found: `${migrated} of ${counted(migrations, 'migration')}, and no right to run the rest`,
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
  return {
    name: 'Queue',
    state: 'warn',
    found: 'in the database, which fails',
    fix: 'Fix the database first.',
  }
}

async function examineRedis(address: RedisAddress, probes: StoreProbes): Promise<Finding> {
  const name = 'Redis'
  const { host = '', port, path, db = 0 } = address
  const place = path ?? `${host.includes(':') ? `[${host}]` : host}:${port}${db === 0 ? '' : `/${db}`}`
  try {
    await probes.askRedis(address)
    return { name, state: 'ok', found: `${place} answers; it carries the queue` }
  } catch (thrown) {
    const { message, fix } = toAppError(thrown)
    return { name, state: 'fail', found: `${place}: ${message}`, fix }
  }
}
