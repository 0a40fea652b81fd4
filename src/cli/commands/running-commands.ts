/**
 * The commands besides the operations: they run the gateway, serve MCP, take plain words, examine the machine, and call operations by
 * shorter names.
 */
import type { Command } from 'commander'
import type { Command as AreaCommand } from '../../core/area/command.ts'
import { showFindings } from '../doctor/doctor-report.ts'
import type { ConnectOptions, Finish, McpOptions, ServeOptions, Surroundings } from '../surroundings.ts'
import { equip } from './operation-command.ts'

interface Building {
  readonly surroundings: Surroundings
  readonly finish: Finish
}

export function addRunningCommands(
  program: Command,
  commands: readonly AreaCommand[],
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
    .option('--toolsets <areas>', 'Areas to show, separated by commas, or all')
    .option('--readonly', 'Hide and refuse everything that writes')
    .option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)')
    .option('--local', 'Open the store itself, as its owner, instead of calling a gateway')
    .action((options: McpOptions) => surroundings.serveMcp(options))
  program
    .command('chat')
    .argument('[message...]', 'What to say; without it, a conversation begins')
    .description('Work by typing in plain words, without a model')
    .option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)')
    .option('--local', 'Open the store itself, as its owner, instead of calling a gateway')
    .action(async (message: string[], options: ConnectOptions) => {
      const { chatHere } = await import('./chat-command.ts')
      finish(await chatHere(message.join(' '), options, surroundings))
    })
  addCommands(program, commands, { surroundings, finish })
  program
    .command('doctor')
    .description('Check this machine and the settings, and say how to fix what is wrong')
    .option('--json', 'The findings as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      finish(showFindings(await surroundings.examine(), surroundings.terminal, json === true))
    })
}

/** Other ways to type operations, in groups: `keys create` is `access create-key`. */
function addCommands(
  program: Command,
  commands: readonly AreaCommand[],
  { surroundings, finish }: Building,
): void {
  for (const group of new Set(commands.map(({ words }) => words[0]))) {
    const inGroup = commands.filter(({ words }) => words[0] === group)
    const above = program
      .command(group)
      .description(inGroup.map(({ words }) => words[1]).join(', '))
      .usage('<verb> [options]')
      .helpCommand(false)
    above.commandsGroup('Verbs:')
    for (const { words, operation } of inGroup) {
      const command = above.command(words[1]).description(operation.summary)
      equip(command, operation, surroundings, finish)
    }
  }
}
