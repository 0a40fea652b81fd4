/** One operation as a command: words and options from its schema, help from its description. */
import { Argument, type Command, Option } from 'commander'
import { lineFor, quoted } from '../../core/command-line/command-line.ts'
import {
  COMMON_FLAGS,
  type Field,
  isBoolean,
  type Positional,
  type Shape,
  shapeOf,
} from '../../core/command-line/shape.ts'
import type { Typed } from '../../core/command-line/typed-fields.ts'
import { AppError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { describeField, placeholderOf } from '../input/describe-field.ts'
import type { Finish, Surroundings } from '../surroundings.ts'
import type { CallFlags } from './typed-call.ts'
import { addWatchFlag } from './watch-command.ts'

/** Gives `command` the words, options, help and action of `operation`. */
export function equip(
  command: Command,
  operation: Operation,
  surroundings: Surroundings,
  finish: Finish,
): void {
  const shape = shapeOf(operation)
  command
    .summary(operation.summary)
    .description([operation.summary, operation.details ?? ''].join('\n\n').trim())
  for (const positional of shape.positionals) command.addArgument(argumentOf(positional))
  const named = addOptions(command, operation, [...shape.options, ...(shape.batch?.options ?? [])])
  const spelled = shape.positionals
    .filter(({ words }) => !COMMON_FLAGS.has(words))
    .map((positional): [Field, Option] => [positional, addSpelled(command, positional)])
  addWatchFlag(command, operation)
  addCommonOptions(command, operation)
  command.usage(usageOf(shape))
  command.addHelpText('after', () => reference(operation, surroundings))
  command.allowExcessArguments()
  command.action(async () => {
    const flags: CallFlags & { readonly input?: string } = command.opts()
    const given = new Map(spelled.flatMap(([field, option]) => givenWords(command, field, option)))
    const typed: Typed = {
      positionals: dealt(shape, command.args, given),
      options: new Map(named.flatMap(([field, option]) => givenWords(command, field, option))),
      input: flags.input,
    }
    const { callOperation } = await import('./call-operation.ts')
    finish(await callOperation({ operation, shape, typed, flags }, surroundings))
  })
}

/** A field that is a word may also be given as an option: `--title "Buy milk"`. */
function addSpelled(command: Command, { words }: Positional): Option {
  const option = new Option(`--${words} <text>`).argParser(collect).hideHelp()
  command.addOption(option)
  return option
}

/**
 * Assigns the words without a flag to the fields that were not given as options.
 * @throws AppError `invalid_input` when words are left over
 */
function dealt(
  { positionals }: Shape,
  words: readonly string[],
  spelled: ReadonlyMap<string, readonly string[]>,
): (readonly string[])[] {
  const left = [...words]
  const hands = positionals.map(
    ({ name, repeated }) => spelled.get(name) ?? left.splice(0, repeated ? left.length : 1),
  )
  if (left.length === 0) return hands
  throw new AppError('invalid_input', `Unexpected: ${left.map(quoted).join(' ')}.`, {
    fix: 'Put quotes around text that has spaces, and give other fields as options such as --name; --help shows them.',
  })
}

/** To the parser all words are optional, because `--input` may give the fields. */
function argumentOf(positional: Positional): Argument {
  const name = positional.repeated ? `[${positional.words}...]` : `[${positional.words}]`
  return new Argument(name, describeField(positional.schema, positional.required))
}

function usageOf({ positionals, options }: Shape): string {
  const words = positionals.map(({ words, repeated }) => `<${words}>${repeated ? '...' : ''}`)
  const needed = options
    .filter(({ required }) => required)
    .map(({ words, schema }) => `--${words} ${placeholderOf(schema)}`.trim())
  return [...words, ...needed, '[options]'].join(' ')
}

function addOptions(command: Command, operation: Operation, fields: readonly Field[]): [Field, Option][] {
  return fields.map((field) => {
    const placeholder = placeholderOf(field.schema)
    // A change keeps omitted fields, so clearing a field must be explicit.
    const meaning = describeField(field.schema, field.required || operation.method === 'PATCH')
    const description = field.required ? `${meaning} (required)`.trim() : meaning
    const option = new Option(`--${field.words}${placeholder && ` ${placeholder}`}`, description)
    if (isBoolean(field.schema)) {
      const negative = new Option(`--no-${field.words}`, `The opposite of --${field.words}`)
      command.addOption(field.schema.default === true ? option.hideHelp() : option)
      command.addOption(field.schema.default === true ? negative : negative.hideHelp())
      command.setOptionValue(option.attributeName(), undefined)
    } else {
      command.addOption(option.argParser(collect))
    }
    return [field, option]
  })
}

/** An option may be given several times; the schema decides what that means. */
function collect(word: string, before: unknown): string[] {
  return [...(Array.isArray(before) ? before.map(String) : []), word]
}

function addCommonOptions(command: Command, operation: Operation): void {
  const common = [
    new Option('--json', 'The answer as JSON'),
    ...(isPaged(operation) ? [new Option('--all', 'All pages')] : []),
    ...(operation.effect === 'destroy' ? [new Option('-y, --yes', 'Do it without asking')] : []),
    new Option(
      '--input <json>',
      'Fields as a JSON object; - reads it from the standard input, @file from a file',
    ),
    ...(operation.effect === 'read'
      ? []
      : [new Option('--idempotency-key <key>', 'Makes a repeated call take effect once')]),
    new Option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)'),
    new Option('--local', 'Open the store itself, as its owner, instead of calling a gateway'),
  ]
  for (const option of common) command.addOption(option.helpGroup('Everywhere:'))
}

/** Whether an operation answers in pages. */
function isPaged(operation: Operation): boolean {
  return 'cursor' in (operation.inputSchema.properties ?? {})
}

function givenWords(command: Command, field: Field, option: Option): [string, readonly string[]][] {
  const value: unknown = command.getOptionValue(option.attributeName())
  return value === undefined ? [] : [[field.name, wordsOf(value)]]
}

function wordsOf(value: unknown): readonly string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

function reference(operation: Operation, { terminal }: Surroundings): string {
  const { colours } = terminal.out
  const { method, path, toolName, scope, audience } = operation
  const elsewhere = audience === 'people' ? '' : ` · MCP ${toolName}`
  return [
    '',
    colours.bold('Example:'),
    `  ${lineFor(operation, operation.example)}`,
    '',
    colours.dim(`HTTP ${method} ${path}${elsewhere} · scope ${scope}`),
  ].join('\n')
}
