/** Opens the doors of a gateway: HTTP and MCP behind one gate, on one socket. */
import { openRedis } from '../clients/queue/redis.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/operation/context.ts'
import { authModeFor } from '../domain/access/auth-mode.ts'
import { createKeyring, type KeyringOptions } from '../domain/access/keyring.ts'
import { hasActiveKey } from '../domain/access/keys.ts'
import { makeMachineSecret } from '../domain/access/machine-secret.ts'
import { rateLimits } from '../domain/access/tables.ts'
import { mcpSessionsLimit, openStreamsLimit, readHeldRoom } from '../domain/limits/held-limits.ts'
import { findEndedAccess, findRunsByKey } from '../domain/runs/hold/run-keys.ts'
import { createPeers } from '../server/access/address.ts'
import { assertStartable, createAuth } from '../server/access/auth.ts'
import { createKeyEnds, endingWithKey } from '../server/access/key-ends.ts'
import type { RateLimitStore } from '../server/access/rate-counter.ts'
import { createRateLimit } from '../server/access/rate-limit.ts'
import { createApp } from '../server/app.ts'
import { createHookLimit } from '../server/hooks/hook-limit.ts'
import { listen } from '../server/http/listen.ts'
import { createPlaces } from '../server/http/places.ts'
import { createMcpDoor } from '../server/mcp/mcp.ts'
import { createEventStreams } from '../server/streams/event-stream.ts'
import type { Composition } from './compose.ts'
import { createConsentDoor } from './compose-consent.ts'
import { createInvitationDoor } from './compose-invitations.ts'
import { createMailDoors } from './compose-mail-doors.ts'
import { sessionSecrets } from './compose-secrets.ts'
import { createSlackDoor } from './slack/open-door.ts'

/** A key with the scope `admin` may make this many times the calls of a plain key. */
const ADMIN_SHARE = 10

/** The doors that listen in front of the parts. */
export interface Front {
  readonly url: string
  /** The address for programs on this machine. */
  readonly localUrl: string
  /** Proves that such a program is the owner's, and that the gateway is the one it means. */
  readonly machineSecret: string
  readonly keysRequired: boolean
  /** Refuses new calls from now on. */
  drain(): void
  /** Ends open streams and closes, cutting off what is left after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** @throws AppError when the port is unavailable, or when every call would need a key and no key exists */
export async function openDoors(
  config: Config,
  parts: Composition,
  command: readonly string[] | undefined,
): Promise<Front> {
  const { database, now } = parts
  const keys = createKeyEnds({
    watch: parts.gateway.watch,
    now,
    findEnded: (actors) => findEndedAccess(database.db, actors, now()),
  })
  const gateway = { ...parts.gateway, invoke: endingWithKey(parts.gateway.invoke, keys) }
  const { log } = gateway
  const mode = authModeFor(config)
  await assertStartable(mode, () => hasActiveKey(database.db, now()))
  const [secret, ...earlierSecrets] = await sessionSecrets(parts.keyRing, database, now())

  const { db } = database
  const { operations } = gateway
  const findRuns: KeyringOptions['findRuns'] = (hashes) =>
    findRunsByKey(db, hashes, { operations, now: now() })
  const keyring = createKeyring({ db, now, log, findRuns })
  const { addressOf, signOfForwarding, note } = createPeers(config.trustedProxies)
  const { allowedHosts, allowedOrigins } = config
  const machineSecret = makeMachineSecret()
  const { authenticate } = createAuth({
    ...{ mode, keyring, machineSecret, log, addressOf, signOfForwarding },
    ...{ allowedHosts, allowedOrigins },
  })
  const counting = openCounting(config, parts, log)
  const perMinute = config.rateLimitPerMinute
  const rateLimit = createRateLimit({
    limits: { user: perMinute, admin: perMinute * ADMIN_SHARE },
    store: counting.store,
    log,
    addressOf,
  })
  const places = createPlaces({}, (ownerId) => readHeldRoom(db, openStreamsLimit, ownerId))
  const mcp = createMcpDoor(gateway, {
    ...{ secret, earlierSecrets, keys },
    findSessionShares: (ownerId) => readHeldRoom(db, mcpSessionsLimit, ownerId),
  })
  parts.held.set(openStreamsLimit.name, places.streamsOf)
  parts.held.set(mcpSessionsLimit.name, mcp.sessionsOf)
  const stopNotices = gateway.watch(keyring.notice)
  const streams = createEventStreams({ gateway, authenticate, keys })
  const hookLimit = createHookLimit({ store: counting.store, log, addressOf })
  const slack = createSlackDoor({
    ...{ settings: config.settings, db, log, now, app: parts.slack, store: parts.hooks.store },
    ...{ operations: gateway.operations, invoke: gateway.invoke, defaultTimeZone: config.timeZone },
    shortcuts: config.areas.flatMap(({ shortcuts }) => shortcuts),
    choices: config.areas.flatMap(({ choices }) => choices),
  })
  let isDraining = false
  let localUrl = ''
  const app = createApp({
    gateway,
    authenticate,
    rateLimit,
    addressOf,
    mcp,
    places,
    streams,
    ready: parts.ready,
    isDraining: () => isDraining,
    keysRequired: mode === 'required',
    origins: allowedOrigins,
    signOfForwarding,
    consent: createConsentDoor(gateway.invoke, parts),
    hooks: { ...parts.hooks, limit: hookLimit },
    services: { ...slack.reports, limit: hookLimit },
    invitations: createInvitationDoor(gateway.invoke, { ...parts, publicUrl: config.publicUrl }),
    mail: createMailDoors(gateway, parts),
    machineProof: { secret: machineSecret, url: () => localUrl },
    ...(command && { command }),
  })

  async function release(): Promise<void> {
    await mcp.close()
    stopNotices()
    await keyring.close()
    counting.close()
  }

  try {
    const listening = await listen(app, { host: config.host, port: config.port, onRequest: note })
    const listener = await slack.listen()
    localUrl = urlOnThisMachine(listening.url)
    parts.listensAt(localUrl)
    return {
      url: listening.url,
      localUrl,
      machineSecret,
      keysRequired: mode === 'required',
      drain() {
        isDraining = true
        streams.close()
      },
      async close(graceMs) {
        streams.close()
        const closed = Promise.all([listening.close(graceMs), listener?.close()])
        await release()
        await closed
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** An address that means all addresses of a machine cannot be called. */
function urlOnThisMachine(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

/** Gateways that share a store count calls together: in Redis if there is one, otherwise in the server's database. */
function openCounting({ redis }: Config, { database }: Composition, log: Log) {
  if (redis === undefined) {
    const shared = { kind: 'postgres', db: database.db, table: rateLimits } as const
    const store: RateLimitStore = database.kind === 'server' ? shared : { kind: 'memory' }
    return { store, close: () => undefined }
  }
  const { client, close } = openRedis(redis, log)
  const store: RateLimitStore = { kind: 'redis', client }
  return { store, close }
}
