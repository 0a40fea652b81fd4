/** The commands beside the operations: they run the gateway, serve MCP, handle keys and look after the machine. */
import type { Command } from 'commander'
import type { Operation } from '../../core/operation/operation.ts'
import { showFindings } from '../doctor/doctor-report.ts'
import type { Finish, McpOptions, ServeOptions, Surroundings } from '../surroundings.ts'
import { equip } from './operation-command.ts'

interface Building {
  readonly surroundings: Surroundings
  readonly finish: Finish
}

export function addRunningCommands(
  program: Command,
  operations: readonly Operation[],
  { surroundings, finish }: Building,
): void {
  program
    .command('serve')
    .description('Start the gateway and its worker')
    .option('--role <role>', 'all, gateway or worker', 'all')
    .option('--port <number>', 'Port to listen on (also PORT)')
    .option('--host <address>', 'Address to listen on (also HOST)')
    .action((options: ServeOptions) => surroundings.serve(options))
  program
    .command('mcp')
    .description('Serve MCP on the standard streams, for Claude Desktop and others')
    .option('--toolsets <areas>', 'Areas to show, with commas between them, or all')
    .option('--readonly', 'Hide and refuse everything that writes')
    .option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)')
    .option('--local', 'Open the store itself, as its owner, instead of calling a gateway')
    .action((options: McpOptions) => surroundings.serveMcp(options))
  addKeys(program, operations, { surroundings, finish })
  program
    .command('doctor')
    .description('Check this machine and the settings, and say how to fix what is wrong')
    .option('--json', 'The findings as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      finish(showFindings(await surroundings.examine(), surroundings.terminal, json === true))
    })
}

/** `keys create` is `access create-key`: every operation of the area `access` that is about keys. */
function addKeys(
  program: Command,
  operations: readonly Operation[],
  { surroundings, finish }: Building,
): void {
  const aboutKeys = operations.filter(({ area, verb }) => area === 'access' && /_keys?$/.test(verb))
  const keys = program
    .command('keys')
    .description('API keys: create, list, revoke')
    .usage('<verb> [options]')
    .helpCommand(false)
  keys.commandsGroup('Verbs:')
  for (const operation of aboutKeys) {
    const command = keys.command(operation.verb.replace(/_keys?$/, '')).description(operation.summary)
    equip(command, operation, surroundings, finish)
  }
}
