/** `watch` beside an operation that people can watch, and `--watch` for an operation that starts lasting work. */
import { Argument, type Command } from 'commander'
import { WATCH_VERB } from '../../core/command-line/command-line.ts'
import { toKebab } from '../../core/operation/name.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Finish, Surroundings } from '../surroundings.ts'
import type { WatchFlags } from './watch-stream.ts'

interface Building {
  readonly surroundings: Surroundings
  readonly finish: Finish
}

export function addWatchFlag(command: Command, { task }: Operation): void {
  if (task?.log !== undefined) command.option('--watch', 'Show what it does until it has ended')
}

/** The fields of the operation's path say what is watched. */
export function addWatchCommand(
  group: Command,
  { name, stream, pathFields }: Operation,
  { surroundings, finish }: Building,
): void {
  const watch = stream?.watch
  if (watch === undefined) return
  const command = group
    .command(WATCH_VERB)
    .description(`Show what a ${watch.noun} does, live, until it has ended.`)
    .option('--json', `Each event as a line of JSON, and the ${watch.noun} at its end`)
    .option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)')
  for (const field of pathFields) command.addArgument(new Argument(`<${toKebab(field)}>`))
  command.action(async () => {
    const { watchStream } = await import('./watch-stream.ts')
    const input = Object.fromEntries(pathFields.map((field, index) => [field, command.args[index]]))
    const flags: WatchFlags = command.opts()
    finish(await watchStream({ operation: name, input }, flags, surroundings))
  })
}
