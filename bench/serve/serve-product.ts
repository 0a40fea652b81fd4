/** Serves the product with its whole list of operations, and one more that needs no database. Configured by its argument. */
import { z } from 'zod'
import { NO_ACCOUNTS, NOTHING } from '../../test/support/world/no-models.ts'
import { built } from '../built.ts'
import type { StoreAddress } from '../stores.ts'

const { store } = JSON.parse(process.argv[2] ?? '{}') as { store: StoreAddress }

const { areas, operations } = await built<typeof import('../../src/tools/registry.ts')>('tools/registry')
const { defineOperation } =
  await built<typeof import('../../src/core/operation/operation.ts')>('core/operation/operation')
const { createRuntime } =
  await built<typeof import('../../src/start/create-runtime.ts')>('start/create-runtime')
const { readConfig } = await built<typeof import('../../src/start/read-config.ts')>('start/read-config')
const { createInvoke } = await built<typeof import('../../src/core/call/invoke.ts')>('core/call/invoke')
const { createKeyring } =
  await built<typeof import('../../src/domain/access/keyring.ts')>('domain/access/keyring')
const { createAuth } = await built<typeof import('../../src/server/access/auth.ts')>('server/access/auth')
const { createRateLimit } =
  await built<typeof import('../../src/server/access/rate-limit.ts')>('server/access/rate-limit')
const { createPeers } =
  await built<typeof import('../../src/server/access/address.ts')>('server/access/address')
const { createMcpDoor } = await built<typeof import('../../src/server/mcp/mcp.ts')>('server/mcp/mcp')
const { createApp } = await built<typeof import('../../src/server/app.ts')>('server/app')
const { listen } = await built<typeof import('../../src/server/http/listen.ts')>('server/http/listen')

const echo = defineOperation({
  name: 'bench.echo',
  summary: 'Say the same again.',
  route: 'POST /v1/echo',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  scope: 'profile:read',
  effect: 'read',
  repeat: 'natural',
  example: { text: 'hello' },
  run: async ({ text }) => ({ text }),
  tell: ({ text }) => text,
})

async function openStore() {
  if ('home' in store) {
    const { openEmbeddedStore } = await built<typeof import('../../src/domain/db/embedded/open-embedded.ts')>(
      'domain/db/embedded/open-embedded',
    )
    return openEmbeddedStore(store.home)
  }
  const { openServerDatabase } = await built<typeof import('../../src/domain/db/server/server-database.ts')>(
    'domain/db/server/server-database',
  )
  return openServerDatabase(store.url)
}

const database = await openStore()
const silent = () => undefined
const log = { debug: silent, info: silent, warn: console.warn, error: console.error }
const { settings } = readConfig({})
const ids = areas.flatMap((area) => area.ids)
const lent = { settings, defaultTimeZone: 'UTC', ...NOTHING }
const quiet = { publish: silent, watch: () => silent, enqueue: async () => undefined, log }
const now = () => new Date()
const gateway = {
  operations: [...operations, echo],
  invoke: createInvoke(createRuntime({ database, lent, lend: NO_ACCOUNTS, operations, ids, ...quiet })),
  log,
  version: '0.0.0',
  watch: () => silent,
  watchFor: () => silent,
}
const peers = createPeers()
const door = createMcpDoor(gateway)
const auth = createAuth({
  mode: 'local',
  keyring: createKeyring({ db: database.db, now, log }),
  log,
  ...peers,
})
const app = createApp({
  gateway,
  authenticate: auth.authenticate,
  rateLimit: createRateLimit({ log, addressOf: peers.addressOf }),
  mcp: door,
  ready: async () => ({ ok: true, checks: {} }),
  isDraining: () => false,
  keysRequired: false,
})
const server = await listen(app, { host: '127.0.0.1', port: 0, onRequest: peers.note })
process.stdout.write(`${server.url}\n`)
process.once('SIGTERM', () => {
  void server
    .close(0)
    .then(() => Promise.all([door.close(), database.close()]))
    .finally(() => process.exit(0))
})
