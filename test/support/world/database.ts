/** A fresh, migrated database for a test file, and a gateway on it: embedded, or on the server of DATABASE_URL. */
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { createOAuth } from '../../../src/clients/oauth/oauth.ts'
import type { Area } from '../../../src/core/area/area.ts'
import type { Connector } from '../../../src/core/area/connector.ts'
import type { Gateway } from '../../../src/core/area/gateway.ts'
import type { Call } from '../../../src/core/call/call.ts'
import { createInvoke } from '../../../src/core/call/invoke.ts'
import type { Runtime } from '../../../src/core/call/runtime.ts'
import { type Actor, LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import type { Change, Log, QueuedJob, Resources } from '../../../src/core/operation/context.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createConsents } from '../../../src/domain/accounts/consents.ts'
import { createAccounts } from '../../../src/domain/accounts/use-accounts.ts'
import type { Database, Db } from '../../../src/domain/db/db.ts'
import { openServerDatabase } from '../../../src/domain/db/server/server-database.ts'
import { createMappings } from '../../../src/domain/hooks/mapping.ts'
import { createMappingProcesses } from '../../../src/domain/hooks/mapping-processes.ts'
import { createLinkKeys, type LinkKeys } from '../../../src/domain/mail/link-keys.ts'
import { createMailLinks } from '../../../src/domain/mail/mail-links.ts'
import type { ChannelState } from '../../../src/domain/notifications/channel.ts'
import { createAddressCodes } from '../../../src/domain/people/address-codes.ts'
import { invokeWithRunKeys } from '../../../src/domain/runs/calls/invoke-with-run-keys.ts'
import { createKeyRing, type KeyRing, type KeySources } from '../../../src/domain/secrets/key-ring.ts'
import { createSecrets, type OpenSecret } from '../../../src/domain/secrets/secrets.ts'
import { createWatchFor, findSeers } from '../../../src/domain/teams/watch-for.ts'
import { createRuntime } from '../../../src/start/create-runtime.ts'
import { readConfig } from '../../../src/start/read-config.ts'
import { NO_AGENT_FILES, NO_MODELS } from './no-models.ts'
import { administer, databaseUrl } from './server.ts'
import { openSharedEngine } from './shared-engine.ts'

/** Connections of a test file's own pool: few, since files run side by side. */
const TEST_POOL_SIZE = 4

/** Opens a database of this test's own, migrated and empty. Close it in `afterAll`. */
export async function openTestDatabase(): Promise<Database & { readonly url: string | undefined }> {
  const template = inject('databaseTemplate')
  if (template.kind === 'embedded') {
    return { ...(await openSharedEngine(template.snapshot)), url: undefined }
  }
  const name = `${template.name}_${randomBytes(6).toString('hex')}`
  await administer(template.url, `create database ${name} template ${template.name}`)
  const url = databaseUrl(template.url, name)
  const database = openServerDatabase(url, { poolSize: TEST_POOL_SIZE })
  return {
    ...database,
    url,
    async close() {
      await database.close()
      await administer(template.url, `drop database ${name} with (force)`)
    },
  }
}

/** A clock that stands still until it is set. */
export interface TestClock {
  now(): Date
  set(moment: string | Date): void
  advance(milliseconds: number): void
}

/** Where a test's clock stands at first: a Wednesday morning. */
export const TEST_NOW = '2026-03-04T09:00:00.000Z'

function createTestClock(start: string | Date = TEST_NOW): TestClock {
  let current = new Date(start)
  return {
    now: () => new Date(current),
    set(moment) {
      current = new Date(moment)
    },
    advance(milliseconds) {
      current = new Date(current.getTime() + milliseconds)
    },
  }
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

/** A log that keeps its lines. */
export function createTestLog(lines: LogLine[]): Log {
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields, message })
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

export interface TestGateway extends Gateway {
  readonly database: Database
  /** The server's address of this database; undefined where it is embedded. */
  readonly url: string | undefined
  readonly db: Db
  readonly runtime: Runtime
  readonly clock: TestClock
  readonly keyRing: KeyRing
  readonly linkKeys: LinkKeys
  readonly openSecret: OpenSecret
  /** Every change that was published, oldest first. */
  readonly changes: readonly Change[]
  /** Every job that was put on the queue, oldest first. */
  readonly jobs: readonly QueuedJob[]
  readonly logged: readonly LogLine[]
  /** A call as the local person, or as `actor`, in this process. */
  as(actor?: Partial<Actor>): Call
  close(): Promise<void>
}

export interface TestGatewayOptions {
  readonly operations?: readonly Operation[]
  /** Where the clock stands at first; it moves only when told. */
  readonly now?: string | Date
  readonly timeZone?: string
  readonly models?: Resources['models']
  readonly agentFiles?: Resources['agentFiles']
  readonly openRunsPerPerson?: number
  /** What the gateway lends to its calls beside that. */
  readonly lent?: Partial<Resources>
  /** What its secrets are sealed with. */
  readonly keys?: KeySources
  readonly connectors?: readonly Connector[]
  readonly channels?: readonly ChannelState[]
  /** Whether mails are sent, with links to `TEST_PUBLIC_URL`. */
  readonly mails?: boolean
  /** Areas beside those of the product, whose settings are read from `environment`. */
  readonly areas?: readonly Area[]
  readonly environment?: Readonly<Record<string, string>>
  readonly inboxHandlers?: Resources['inboxHandlers']
  /** The Slack app, of a stand-in of Slack. */
  readonly slack?: Resources['slack']
}

/** Where browsers come back to. */
export const TEST_PUBLIC_URL = 'http://127.0.0.1:3000'

/** What the secrets of a test are sealed with. */
const TEST_SECRET = 'the secret of a test, with which it seals'

/** A gateway in process on a database of its own. Close it in `afterAll`. */
export async function openTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = await openTestDatabase()
  const clock = createTestClock(options.now)
  const logged: LogLine[] = []
  const changes: Change[] = []
  const watchers = new Set<(change: Change) => void>()
  const jobs: QueuedJob[] = []
  const keyRing = createKeyRing(options.keys ?? { secrets: [TEST_SECRET] })
  const { secrets, openSecret } = createSecrets(keyRing)
  const linkKeys = createLinkKeys({ ring: keyRing, secrets, openSecret })
  const connectors = options.connectors ?? []
  const consents = createConsents(keyRing)
  const publish = (change: Change) => {
    changes.push(change)
    for (const watcher of watchers) watcher(change)
  }
  const lend = createAccounts({
    ...{ database, secrets, openSecret, ring: keyRing, connectors, publish },
    oauth: createOAuth(),
  })
  const { settings, areas } = readConfig(options.environment ?? {}, {}, options.areas)
  const lent = {
    settings,
    events: areas.flatMap(({ events }) => events),
    messages: areas.flatMap(({ messages }) => messages),
    letters: areas.flatMap(({ letters }) => letters),
    channels: options.channels ?? [],
    defaultTimeZone: options.timeZone ?? 'UTC',
    models: options.models ?? NO_MODELS,
    agentFiles: options.agentFiles ?? NO_AGENT_FILES,
    secrets,
    connectors,
    limits: areas.flatMap((area) => area.limits),
    hookPaths: areas.flatMap(({ hooks }) => hooks.map(({ path }) => path)),
    consents,
    mappings: createMappings(createMappingProcesses()),
    publicUrl: () => TEST_PUBLIC_URL,
    mailLinks:
      options.mails === true
        ? createMailLinks({ db: database.db, keys: linkKeys, publicUrl: TEST_PUBLIC_URL })
        : undefined,
    addressCodes: options.mails === true ? createAddressCodes(linkKeys) : undefined,
    slack: options.slack,
    held: new Map(),
    ...(options.inboxHandlers && { inboxHandlers: options.inboxHandlers }),
    ...(options.openRunsPerPerson !== undefined && { openRunsPerPerson: options.openRunsPerPerson }),
    ...options.lent,
  }
  const watch = (listener: (change: Change) => void) => {
    watchers.add(listener)
    return () => watchers.delete(listener)
  }
  const runtime = createRuntime({
    database,
    lent,
    lend,
    publish,
    watch,
    operations: options.operations ?? [],
    ids: areas.flatMap(({ ids }) => ids),
    async enqueue(more) {
      jobs.push(...more)
    },
    now: clock.now,
    log: createTestLog(logged),
  })
  return {
    operations: options.operations ?? [],
    invoke: invokeWithRunKeys(runtime, createInvoke(runtime)),
    log: runtime.log,
    version: '0.0.0-test',
    watch,
    watchFor: createWatchFor({
      log: runtime.log,
      watch,
      seersOf: (spaceId) => findSeers(database.db, spaceId),
    }),
    database,
    url: database.url,
    db: database.db,
    runtime,
    clock,
    ...{ keyRing, linkKeys },
    openSecret,
    changes,
    jobs,
    logged,
    as: (actor = {}) => ({ actor: { ...LOCAL_PERSON, ...actor }, door: 'process' }),
    close: () => database.close(),
  }
}
