/**
 * Serves our MCP door for the official conformance suite, behind the application's own gate: with the suite's fixtures,
 * or (`--plain`) with the product's own list on a database in memory.
 */
import type { Gateway } from '../../src/core/area/gateway.ts'
import { createInvoke } from '../../src/core/call/invoke.ts'
import { openEmbeddedDatabase } from '../../src/domain/db/embedded/embedded-database.ts'
import { migrateEmbedded } from '../../src/domain/db/embedded/migrate-embedded.ts'
import { createPeers } from '../../src/server/access/address.ts'
import { createAuth } from '../../src/server/access/auth.ts'
import { createApp } from '../../src/server/app.ts'
import { listen } from '../../src/server/http/listen.ts'
import type { Caller } from '../../src/server/mcp/exchange/caller.ts'
import { createMcpDoor, type McpDoor } from '../../src/server/mcp/mcp.ts'
import { createConsent } from '../../src/server/mcp/sessions/consent.ts'
import { createRuntime } from '../../src/start/create-runtime.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { areas, operations } from '../../src/tools/registry.ts'
import { openFixture } from '../support/world/fixture-operations.ts'
import { NO_ACCOUNTS, NOTHING } from '../support/world/no-models.ts'
import { conformancePrompts, conformanceResources } from './fixture-contents.ts'
import { createJobs } from './fixture-jobs.ts'
import { conformanceOperations, conformanceTools } from './fixture-tools.ts'

const SECRET = 'a secret that only this test server has'

interface Served {
  readonly gateway: Gateway
  readonly door: McpDoor
}

function withFixtures(): Served {
  const jobs = createJobs()
  const { gateway } = openFixture([...conformanceOperations, ...jobs.operations])
  // Puts the fixtures' own state through the door's signature, as the door itself does.
  const { codec } = createConsent(SECRET, (ctx) => ctx.http?.authInfo?.extra?.caller as Caller)
  const extras = {
    tools: conformanceTools(codec, jobs),
    resources: conformanceResources,
    prompts: conformancePrompts,
    capabilities: { logging: {} },
  }
  return { gateway, door: createMcpDoor(gateway, { secret: SECRET, extras }) }
}

async function withOwnList(): Promise<Served> {
  const database = await openEmbeddedDatabase()
  await migrateEmbedded(database)
  const { settings } = readConfig({})
  const ids = areas.flatMap((area) => area.ids)
  const lent = { settings, defaultTimeZone: 'UTC', ...NOTHING }
  const { gateway: plain } = openFixture()
  const { log, watch } = plain
  const quiet = { publish: () => undefined, enqueue: async () => undefined, watch, log }
  const gateway = {
    ...plain,
    operations,
    invoke: createInvoke(createRuntime({ database, lent, lend: NO_ACCOUNTS, operations, ids, ...quiet })),
  }
  return { gateway, door: createMcpDoor(gateway) }
}

const { gateway, door } = process.argv.includes('--plain') ? await withOwnList() : withFixtures()
const peers = createPeers()
const { authenticate } = createAuth({
  mode: 'local',
  keyring: {
    recall: () => undefined,
    verify: async () => ({ ok: false, reason: 'unknown' }),
  },
  log: gateway.log,
  ...peers,
})
const app = createApp({
  gateway,
  mcp: door,
  authenticate,
  rateLimit: async () => ({}),
  ready: async () => ({ ok: true, checks: {} }),
  isDraining: () => false,
  keysRequired: false,
})

const server = await listen(app, { host: '127.0.0.1', port: 0, onRequest: peers.note })
process.stdout.write(`${server.url}/mcp\n`)
process.once('SIGTERM', () => {
  void door.close().finally(() => process.exit(0))
})
