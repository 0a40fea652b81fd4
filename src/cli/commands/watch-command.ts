/** `runs watch` for what streams, and `--watch` where something is started that goes on. */
import type { Command } from 'commander'
import type { Operation } from '../../core/operation/operation.ts'
import { WATCH_VERB } from '../input/command-line.ts'
import type { Finish, Surroundings } from '../surroundings.ts'
import type { WatchFlags } from './watch-run.ts'

interface Building {
  readonly surroundings: Surroundings
  readonly finish: Finish
}

export function addWatchFlag(command: Command, { task }: Operation): void {
  if (task?.log !== undefined) command.option('--watch', 'Show what it does until it has ended')
}

/** Beside an operation that streams, the command that shows its stream. */
export function addWatchCommand(
  group: Command,
  { stream }: Operation,
  { surroundings, finish }: Building,
): void {
  if (stream === undefined) return
  group
    .command(WATCH_VERB)
    .description('Show what a run does, live, until it has ended.')
    .argument('<run-id>', 'The run')
    .option('--json', 'Each event as a line of JSON, and the run at its end')
    .option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)')
    .action(async (runId: string, flags: WatchFlags) => {
      const { watchRun } = await import('./watch-run.ts')
      finish(await watchRun(runId, flags, surroundings))
    })
}
