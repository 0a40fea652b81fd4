/** All that a case of the crash harness takes place in: stores, stand-ins, proxies and the processes of the product. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import { hashKey, hintOf, makeKey } from '../../../src/domain/access/key-form.ts'
import { insertKey } from '../../../src/domain/access/keys.ts'
import type { Db } from '../../../src/domain/db/db.ts'
import { openServerDatabase } from '../../../src/domain/db/server/server-database.ts'
import { administer, databaseUrl } from '../../support/world/server.ts'
import { type CountingServer, openCountingServer } from '../servers/counting-server.ts'
import { type DeliveryServer, openDeliveryServer } from '../servers/delivery-server.ts'
import { createGatewayClient, type GatewayClient } from '../servers/gateway-client.ts'
import { type ModelServer, openModelServer } from '../servers/model-server.ts'
import { openProxy, type TcpProxy } from '../servers/proxy.ts'
import { freePort, openRedisServer, type RedisServer } from '../servers/redis-server.ts'
import { createServedProcess, type ServedProcess } from '../servers/served-process.ts'
import { openSlackServer, type SlackServer } from '../servers/slack-server.ts'
import { createTrap, type Trap } from './trap.ts'

/** Seconds of a lease: short, so that a case is short. */
const LEASE_S = 2

/** A process and the connections between it and its stores. */
export interface Inhabitant {
  readonly process: ServedProcess
  readonly postgres: TcpProxy | undefined
  readonly redis: TcpProxy | undefined
}

/** The clock of all processes, which a case sets forward rather than wait. */
export interface WorldClock {
  now(): Date
  /** Sets the clock of every process, now and whenever it starts again. An earlier moment changes nothing. */
  setForwardTo(moment: Date): Promise<void>
}

export interface World {
  readonly trap: Trap
  readonly counting: CountingServer
  readonly model: ModelServer
  readonly receiver: DeliveryServer
  readonly slack: SlackServer
  readonly client: GatewayClient
  readonly clock: WorldClock
  readonly inhabitants: ReadonlyMap<string, Inhabitant>
  readonly redis: RedisServer | undefined
  close(): Promise<void>
}

interface Making extends Pick<World, 'trap' | 'counting' | 'model' | 'receiver' | 'slack' | 'clock'> {
  readonly inhabitants: Map<string, Inhabitant>
  /** Ends of all that was opened, the last one first. */
  readonly closers: (() => Promise<void>)[]
}

async function begin(): Promise<Making> {
  const trap = createTrap()
  const counting = await openCountingServer(trap)
  const model = await openModelServer(trap)
  const receiver = await openDeliveryServer(trap)
  const inhabitants = new Map<string, Inhabitant>()
  const clock = createClock(inhabitants)
  const slack = await openSlackServer(trap, () => clock.now().getTime())
  const closers = [counting, model, receiver, slack].map((each) => () => each.close())
  return { trap, counting, model, receiver, slack, inhabitants, clock, closers }
}

function createClock(inhabitants: ReadonlyMap<string, Inhabitant>): WorldClock {
  let aheadMs = 0
  return {
    now: () => new Date(Date.now() + aheadMs),
    async setForwardTo(moment) {
      aheadMs = Math.max(aheadMs, moment.getTime() - Date.now())
      await Promise.all([...inhabitants.values()].map(({ process }) => process.setAhead(aheadMs)))
    },
  }
}

/** Seals the secrets of hooks and webhooks on a server that processes share. */
const SEALED_WITH = 'what the secrets of the crash harness are sealed with'

async function closeAll({ closers }: Making): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

/** Settings of every process. */
function environmentOf({ model, receiver, slack }: Making, name: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: '',
    REDIS_URL: '',
    SWITCHBOARD_LEASE_SECONDS: String(LEASE_S),
    SWITCHBOARD_TIME_ZONE: 'UTC',
    SWITCHBOARD_SECRET: SEALED_WITH,
    SWITCHBOARD_WEBHOOK_HOSTS: receiver.host,
    SWITCHBOARD_RATE_LIMIT: '1000000',
    SWITCHBOARD_MODEL: 'anthropic/claude-haiku-4-5',
    ANTHROPIC_API_KEY: 'stand-in',
    ANTHROPIC_BASE_URL: model.urlFor(name),
    ...slack.settingsFor(name),
    OPENAI_API_KEY: '',
    OPENAI_BASE_URL: '',
    LOG_LEVEL: process.env.CRASH_LOG_LEVEL ?? 'warn',
  }
}

export interface EmbeddedWorld extends World {
  /** Folder of the store, which is read when no process has it open. */
  readonly home: string
}

/** One process that does everything, on an embedded store. */
export async function openEmbeddedWorld(): Promise<EmbeddedWorld> {
  const making = await begin()
  const { closers, ...standIns } = making
  try {
    const home = await mkdtemp(join(tmpdir(), 'switchboard-crash-'))
    closers.push(() => rm(home, { recursive: true, force: true }))
    const port = await freePort()
    const name = 'worker'
    const process = createServedProcess({
      name,
      role: 'all',
      countingUrl: standIns.counting.urlFor(name),
      environment: { ...environmentOf(making, name), SWITCHBOARD_HOME: home, PORT: String(port) },
    })
    closers.push(() => process.kill())
    await process.start()
    const client = createGatewayClient(`http://127.0.0.1:${port}`, () => notedSecret(home))
    standIns.inhabitants.set(name, { process, postgres: undefined, redis: undefined })
    return { ...standIns, client, redis: undefined, home, close: () => closeAll(making) }
  } catch (error) {
    await closeAll(making)
    throw error
  }
}

/** The secret of the machine, as the gateway on an embedded store notes it at each start. */
function notedSecret(home: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(home, 'gateway.json'), 'utf8')).secret
  } catch {
    return undefined
  }
}

/** A key of the owner's, which stays the same when the gateway starts again. */
async function makeOwnerKey(db: Db): Promise<string> {
  const key = makeKey()
  const now = new Date()
  await insertKey(
    { db },
    {
      ...{ id: newId('key'), hash: hashKey(key), hint: hintOf(key), label: 'crash harness' },
      ...{ personId: LOCAL_PERSON.personId, kind: 'person', scopes: ['admin'], createdBy: LOCAL_PERSON.id },
      ...{ createdAt: now, expiresAt: null, revokedAt: null, lastUsedAt: null },
    },
  )
  return key
}

export interface ServerWorld extends World {
  /** The database itself, past all proxies. */
  readonly database: ReturnType<typeof openServerDatabase>
  /** What waiting does: ends what lost workers hold, and the pauses before further attempts. */
  endWaits(): Promise<void>
  /** Ends every session but the harness' own. */
  terminateSessions(): Promise<void>
}

/** A world whose rows can be read while it lives. */
export type ReadableWorld = World & Pick<ServerWorld, 'database'>

interface ServerWorldOptions {
  /** A server on which databases may be made. */
  readonly url: string
  readonly withRedis: boolean
}

/** Claims of events, leases of senders, calls that reach outside, and pauses before another attempt. */
const END_WAITS = [
  `update inbox_events set next_at = received_at where state in ('received', 'running')`,
  `update outbox set next_at = happened_at, lease_until = to_timestamp(0) where state in ('waiting', 'sending')`,
  `update idempotency_keys set stale_at = to_timestamp(0) where state = 'under_way'`,
]

const NAMES = ['gateway', 'worker-1', 'worker-2'] as const

/** A gateway and two workers on a database of their own. */
export async function openServerWorld(options: ServerWorldOptions): Promise<ServerWorld> {
  const { url, withRedis } = options
  const making = await begin()
  const { closers, ...standIns } = making
  try {
    const name = `switchboard_crash_${randomBytes(6).toString('hex')}`
    await administer(url, `create database ${name}`)
    closers.push(() => administer(url, `drop database ${name} with (force)`))
    const own = databaseUrl(url, name)
    const home = await mkdtemp(join(tmpdir(), 'switchboard-crash-'))
    closers.push(() => rm(home, { recursive: true, force: true }))
    const database = openServerDatabase(own, { poolSize: 1 })
    closers.push(() => database.close())
    const redis = withRedis ? await openRedisServer() : undefined
    if (redis) closers.push(() => redis.close())
    const port = await freePort()
    const { inhabitants } = making
    for (const each of NAMES) {
      inhabitants.set(each, await openInhabitant(making, { name: each, databaseUrl: own, redis, port, home }))
    }
    // The first one makes the tables, for which the others would only wait.
    for (const { process } of inhabitants.values()) await process.start()
    const owner = await makeOwnerKey(database.db)
    return {
      ...{ ...standIns, redis, database },
      client: createGatewayClient(`http://127.0.0.1:${port}`, () => owner),
      close: () => closeAll(making),
      async endWaits() {
        for (const statement of END_WAITS) await database.db.execute(statement)
      },
      async terminateSessions() {
        await database.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = ${name} and pid <> pg_backend_pid()`)
      },
    }
  } catch (error) {
    await closeAll(making)
    throw error
  }
}

interface InhabitantOptions {
  readonly name: (typeof NAMES)[number]
  readonly databaseUrl: string
  readonly home: string
  readonly redis: RedisServer | undefined
  /** The gateway's, the same after every start. */
  readonly port: number
}

async function openInhabitant(making: Making, options: InhabitantOptions): Promise<Inhabitant> {
  const { name, redis, port, home } = options
  const { trap, counting, closers } = making
  const database = new URL(options.databaseUrl)
  const to = { host: database.hostname, port: Number(database.port || 5432) }
  const postgresProxy = await openProxy({ to, watched: { trap, process: name } })
  closers.push(() => postgresProxy.close())
  database.host = `127.0.0.1:${postgresProxy.port}`
  const redisProxy = redis && (await openProxy({ to: { host: '127.0.0.1', port: redis.port } }))
  if (redisProxy) closers.push(() => redisProxy.close())
  const process = createServedProcess({
    name,
    role: name === 'gateway' ? 'gateway' : 'worker',
    countingUrl: counting.urlFor(name),
    environment: {
      ...environmentOf(making, name),
      DATABASE_URL: database.href,
      SWITCHBOARD_HOME: home,
      REDIS_URL: redisProxy ? `redis://127.0.0.1:${redisProxy.port}` : '',
      ...(name === 'gateway' && { PORT: String(port) }),
    },
  })
  closers.push(() => process.kill())
  return { process, postgres: postgresProxy, redis: redisProxy }
}
