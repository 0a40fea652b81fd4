/** Serves MCP on the standard streams through the gateway that runs here; if none runs, this process becomes it. */
import { createLastingGateway } from '../cli/connect/lasting-gateway.ts'
import type { Connection, McpOptions } from '../cli/surroundings.ts'
import type { Config } from '../config/config.ts'
import type { Prompt } from '../core/area/prompt.ts'
import { type Actor, LOCAL_PERSON } from '../core/operation/actor.ts'
import type { Operation } from '../core/operation/operation.ts'
import { serveMcpStdio } from '../server/mcp/stdio.ts'
import { whoami } from '../tools/access/whoami.ts'
import { createLog } from './log.ts'
import { reach } from './reach-gateway.ts'

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
