/** Reads the words of a command as people write them: with help before or after, by an operation's own name. */
import type { Command } from 'commander'
import type { Operation } from '../../core/operation/operation.ts'

/** An area, a noun and a verb. */
export const COMMAND_MAX_WORDS = 3

const HELP = new Set(['--help', '-h'])

/** `help tasks create` is `tasks create --help`. */
export function withoutHelpWord(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
}

/** `hooks.rotate_secret` and `hooks rotate_secret`, as docs and errors call it, are `hooks rotate-secret`. */
export function withCommandWords(
  words: readonly string[],
  operations: readonly Operation[],
): readonly string[] {
  for (let count = Math.min(COMMAND_MAX_WORDS, words.length); count > 0; count--) {
    const name = words.slice(0, count).join('.')
    const operation = operations.find((each) => each.name === name)
    if (operation !== undefined) return [...operation.command.split(' '), ...words.slice(count)]
  }
  return words
}

/** Asking for help with a command that does not exist is refused as the command is, rather than answered with other help. */
export function withoutVainHelp(program: Command, words: readonly string[]): readonly string[] {
  let group: Command | undefined = program
  for (const word of words) {
    if (word.startsWith('-') || group.commands.length === 0) return words
    group = group.commands.find((command) => command.name() === word)
    if (group === undefined) return words.filter((each) => !HELP.has(each))
  }
  return words
}
