/** The whole command line: areas and verbs from the list of operations, and the other commands. */
import { Command, CommanderError, type HelpConfiguration } from 'commander'
import type { Area } from '../../core/area/area.ts'
import { lineFor } from '../../core/command-line/command-line.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { isForCallers } from '../../core/operation/catalog.ts'
import { toKebab } from '../../core/operation/name.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { errorJson, exitCodeOf, renderError } from '../render/render-error.ts'
import type { Finish, Surroundings } from '../surroundings.ts'
import { DEFAULT_WIDTH, plainText, type Terminal } from '../terminal.ts'
import { COMMAND_MAX_WORDS, withCommandWords, withoutHelpWord, withoutVainHelp } from './command-words.ts'
import { equip } from './operation-command.ts'
import { addRunningCommands } from './running-commands.ts'
import { addWatchCommand } from './watch-command.ts'

/** Help wider than this is hard to read. */
const HELP_MAX_WIDTH = 110

/** Commands that need no list of operations, so that they start sooner. */
const WITHOUT_OPERATIONS = new Set(['serve', 'mcp', 'doctor', '--version', '-V'])

/** Runs the typed command; resolves with the exit code and never throws. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0
  const finish: Finish = (code) => {
    exitCode = code
  }
  try {
    assertUtf8(argv)
    const typed = flagsLast(withoutHelpWord(argv))
    const areas = WITHOUT_OPERATIONS.has(typed[0] ?? '') ? [] : await surroundings.areas()
    const operations = areas.flatMap((area) => area.operations)
    const words = withCommandWords(typed, operations.filter(isForCallers))
    const program = buildProgram(words, areas, { surroundings, finish })
    assertArea(program, words, areas)
    await program.parseAsync(withoutVainHelp(program, words), { from: 'user' })
    return exitCode
  } catch (thrown) {
    return fail(thrown, argv, surroundings.terminal)
  }
}

/** Verbs that are typed without their area and offered with it: more than these are told by the help of an area. */
const OFFERED_MAX = 3

/**
 * `whoami` lacks its area: the parser compares only the first words of commands.
 * @throws AppError `invalid_input` that names the whole command
 */
function assertArea(program: Command, [word]: readonly string[], areas: readonly Area[]): void {
  if (word === undefined || program.commands.some((command) => command.name() === word)) return
  const meant = areas
    .flatMap(({ operations }) => operations.filter(isForCallers))
    .filter(({ verb }) => toKebab(verb) === word)
  if (meant.length === 0 || meant.length > OFFERED_MAX) return
  throw new AppError('invalid_input', `${word} needs its area before it.`, {
    fix: `Did you mean ${meant.map(({ command }) => `switchboard ${command}`).join(', or ')}?`,
  })
}

/** Node writes this in place of bytes that are not UTF-8. */
const REPLACEMENT = '\uFFFD'

/** @throws AppError `invalid_input` */
function assertUtf8(argv: readonly string[]): void {
  const word = argv.find((each) => each.includes(REPLACEMENT))
  if (word === undefined) return
  throw new AppError(
    'invalid_input',
    `"${word}" is not UTF-8, or contains U+FFFD, which replaces invalid bytes.`,
    {
      fix: 'Type it in a terminal that writes UTF-8; put a text that does contain U+FFFD in a file: --input @file.json',
    },
  )
}

/** Flags of every operation, by whether a value follows. */
const SWITCHES = new Set(['--json', '--local', '--yes', '-y', '--all'])
const VALUED = new Set(['--url', '--input', '--idempotency-key'])

/** `--json tasks list` is `tasks list --json`: the command decides which flags exist. */
function flagsLast(argv: readonly string[]): readonly string[] {
  let count = 0
  for (let word = argv[0]; word !== undefined; word = argv[count]) {
    if (SWITCHES.has(word) || VALUED.has(word.split('=')[0] ?? '')) count += VALUED.has(word) ? 2 : 1
    else break
  }
  const rest = argv.slice(count)
  const end = rest.findIndex((word) => word.startsWith('-'))
  const named = Math.min(end < 0 ? rest.length : end, COMMAND_MAX_WORDS)
  return [...rest.slice(0, named), ...argv.slice(0, count), ...rest.slice(named)]
}

interface Building {
  readonly surroundings: Surroundings
  readonly finish: Finish
}

interface AreaBuilding extends Building {
  /** The typed words. */
  readonly words: readonly string[]
}

function buildProgram(
  words: readonly string[],
  areas: readonly Area[],
  { surroundings, finish }: Building,
): Command {
  const { terminal, version } = surroundings
  const program = new Command('switchboard')
    .description('Tasks, projects and agents: one gateway for MCP, HTTP and the command line.')
    .usage('<area> [noun] <verb> [options]')
    .version(version, '-V, --version', 'Show the version')
    .helpOption('-h, --help', 'Show help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput(outputOf(terminal))
    .configureHelp(helpStyle(terminal))
    .showSuggestionAfterError(true)
  program.commandsGroup('Operations:')
  for (const { operations } of areas) {
    addArea(program, operations.filter(isForCallers), { surroundings, finish, words })
  }
  program.commandsGroup('Running:')
  const commands = areas.flatMap((area) => area.commands)
  addRunningCommands(program, commands, { surroundings, finish })
  const operations = areas.flatMap((area) => area.operations)
  program.addHelpText('after', () => firstSteps(terminal, operations))
  return program
}

/** Only the typed command is built whole: the others are only listed in help and suggestions. */
function addArea(program: Command, operations: readonly Operation[], building: AreaBuilding): void {
  const [first] = operations
  if (!first) return
  const area = addGroup(
    program,
    first.area,
    operations.map(({ noun, verb }) => noun ?? verb),
  )
  addVerbs(
    area,
    operations.filter(({ noun }) => noun === undefined),
    building,
  )
  for (const noun of new Set(operations.flatMap((operation) => operation.noun ?? []))) {
    const about = operations.filter((operation) => operation.noun === noun)
    addVerbs(
      addGroup(
        area,
        noun,
        about.map(({ verb }) => verb),
      ),
      about,
      building,
    )
  }
}

/** A command that only contains others. */
function addGroup(above: Command, name: string, below: readonly string[]): Command {
  const group = above
    .command(toKebab(name))
    .description([...new Set(below)].map(toKebab).join(', '))
    .usage('<verb> [options]')
    .helpCommand(false)
  group.commandsGroup('Verbs:')
  return group
}

function addVerbs(group: Command, operations: readonly Operation[], building: AreaBuilding): void {
  const { surroundings, finish, words } = building
  for (const operation of operations) {
    const command = group.command(toKebab(operation.verb)).description(operation.summary)
    if (isTyped(operation, words)) equip(command, operation, surroundings, finish)
  }
  for (const operation of operations) addWatchCommand(group, operation, building)
}

function isTyped({ command }: Operation, words: readonly string[]): boolean {
  return words.slice(0, command.split(' ').length).join(' ') === command
}

function outputOf({ out, err }: Terminal) {
  const width = (output: Terminal['out']) => Math.min(output.width ?? DEFAULT_WIDTH, HELP_MAX_WIDTH)
  return {
    writeOut: out.write,
    // The error is reported once, in our own words, where it is caught.
    outputError: () => undefined,
    writeErr: err.write,
    getOutHelpWidth: () => width(out),
    getErrHelpWidth: () => width(err),
    getOutHasColors: () => out.colours.isColorSupported,
    getErrHasColors: () => err.colours.isColorSupported,
  }
}

function helpStyle({ out }: Terminal): HelpConfiguration {
  const { bold, cyan, yellow, dim } = out.colours
  return {
    subcommandTerm: (command) => command.name(),
    styleTitle: (text) => bold(text),
    styleCommandText: (text) => cyan(text),
    styleSubcommandText: (text) => cyan(text),
    styleOptionText: (text) => yellow(text),
    styleArgumentText: (text) => cyan(text),
    styleSubcommandDescription: (text) => text,
    styleOptionDescription: (text) => dim(text),
  }
}

function firstSteps({ out }: Terminal, operations: readonly Operation[]): string {
  const { bold, dim } = out.colours
  const steps = [
    ['switchboard serve', 'start the gateway'],
    ...operations.flatMap((operation) => {
      const { firstStep } = operation
      return firstStep ? [[lineFor(operation, firstStep.input), firstStep.why] as const] : []
    }),
    ['switchboard <area> <verb> --help', 'what a command takes'],
  ] as const
  const width = Math.max(...steps.map(([step]) => step.length))
  const lines = steps.map(([step, why]) => `  ${step.padEnd(width)}  ${dim(why)}`)
  return ['', bold('First steps:'), ...lines].join('\n')
}

function fail(thrown: unknown, argv: readonly string[], terminal: Terminal): number {
  if (thrown instanceof CommanderError && isHelp(thrown)) return thrown.code === 'commander.help' ? 2 : 0
  const error = thrown instanceof CommanderError ? usageError(thrown) : toAppError(thrown)
  const isJson = argv.includes('--json')
  terminal.err.write(`${isJson ? errorJson(error) : renderError(error, terminal, (path) => path)}\n`)
  // An error outside any operation is not logged, so it is shown to the person here.
  if (!isJson && error.cause instanceof Error && error.code === 'internal') {
    terminal.err.write(`${terminal.err.colours.dim(plainText(error.cause.stack ?? error.cause.message))}\n`)
  }
  return exitCodeOf(error)
}

function isHelp({ code }: CommanderError): boolean {
  return code === 'commander.help' || code === 'commander.helpDisplayed' || code === 'commander.version'
}

/** The parser's error, with its suggestion as the fix. */
function usageError(thrown: CommanderError): AppError {
  const [said = '', suggestion] = thrown.message.replace(/^error: /, '').split('\n')
  const message = `${said.charAt(0).toUpperCase()}${said.slice(1)}`
  return new AppError('invalid_input', /[.?!]$/.test(message) ? message : `${message}.`, {
    fix:
      suggestion?.replace(/^\((.*)\)$/, '$1') ??
      'Run it with --help to see the options. Put -- before words that begin with a dash.',
  })
}
