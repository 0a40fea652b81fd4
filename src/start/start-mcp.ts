/** Serves MCP on the standard streams through the gateway that runs here; if none runs, this process becomes it. */
import { callFound, createConnect } from '../cli/connect/connect.ts'
import { createLastingGateway } from '../cli/connect/lasting-gateway.ts'
import { listenOnce } from '../cli/connect/listen-once.ts'
import type { Connection, McpOptions } from '../cli/surroundings.ts'
import type { Config } from '../config/config.ts'
import type { Prompt } from '../core/area/prompt.ts'
import { type Actor, LOCAL_PERSON } from '../core/operation/actor.ts'
import type { Log } from '../core/operation/context.ts'
import type { Operation } from '../core/operation/operation.ts'
import { serveMcpStdio } from '../server/mcp/stdio.ts'
import { whoami } from '../tools/access/whoami.ts'
import { readVersion } from '../version.ts'
import { createLog } from './log.ts'

/** Opening a client must not let other machines in. */
const LOOPBACK = '127.0.0.1'
const ANY_PORT = 0

export interface McpParts {
  operations(): Promise<readonly Operation[]>
  prompts(): Promise<readonly Prompt[]>
  /** This program as an absolute command. */
  readonly command: readonly string[]
}

/** Serves until the client closes the standard input, or until a signal arrives. */
export async function serveMcpHere(config: Config, options: McpOptions, parts: McpParts): Promise<void> {
  const log = createLog({ level: config.logLevel })
  const ended = untilEnd()
  const connect = () => reach(options, { ...parts, config, log })
  const connection = createLastingGateway(await connect(), connect)
  const { toolsets, readonly } = options
  const actor = await actorOf(connection)
  const gateway = { ...connection.gateway, prompts: await parts.prompts() }
  const service = serveMcpStdio(gateway, actor, { toolsets, readonly: readonly ? '1' : undefined })
  await ended
  await service.close()
  await connection.close()
  process.stdin.destroy()
}

interface Reaching extends McpParts {
  readonly config: Config
  readonly log: Log
}

/**
 * The named or running gateway; otherwise a server's database, which many may share; otherwise a gateway of this
 * process.
 */
function reach(options: McpOptions, reaching: Reaching): Promise<Connection> {
  const { config, log, operations } = reaching
  const { home, url, key, allowsPlainHttp, database } = config
  const openStore = (given: string | undefined) =>
    database === undefined ? host(reaching) : share(reaching, given)
  const parts = { home, url, key, allowsPlainHttp, log, version: readVersion(), operations, openStore }
  return createConnect(parts)(options)
}

async function share({ config, log }: Reaching, key: string | undefined) {
  const { openStoreHere } = await import('./compose-command.ts')
  return openStoreHere(config, log, key)
}

/**
 * Only one process can open the embedded store, and a client may stay open for days. The process that holds the store
 * therefore serves it, so that other clients and commands can work meanwhile.
 */
async function host({ config, log, command, operations }: Reaching) {
  const { serve } = await import('./main.ts')
  const { home, key } = config
  const port = (await listenOnce(LOOPBACK, config.port)) === undefined ? config.port : ANY_PORT
  const { machine, stop } = await serve({ ...config, host: LOOPBACK, port }, { role: 'all', command, log })
  if (machine === undefined) throw new Error('a gateway that serves cannot be reached')
  const { gateway } = await callFound({ home, key, log, version: readVersion(), operations }, machine)
  return { gateway, close: stop }
}

/** The caller as the gateway sees it, so that a client is shown what it may really do. */
async function actorOf({ gateway }: Connection): Promise<Actor> {
  const { output } = await gateway.invoke(whoami, {}, { actor: LOCAL_PERSON, door: 'mcp' })
  const { kind, id, person, scopes } = output
  return { kind, id, personId: person.id, scopes }
}

function untilEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
