/** `runs watch`, and `--watch` where a run is started. */
import type { Command } from 'commander'
import type { Operation } from '../../core/operation/operation.ts'
import type { Finish, Surroundings } from '../surroundings.ts'
import type { WatchFlags } from './watch-run.ts'

/** The operation whose answer is a run to watch, and the area of the command that watches one. */
const STARTS = 'runs.start'
const AREA = 'runs'

interface Building {
  readonly surroundings: Surroundings
  readonly finish: Finish
}

export function addWatchFlag(command: Command, { name }: Operation): void {
  if (name === STARTS) command.option('--watch', 'Show what it does until it has ended')
}

export function addWatchCommand(area: Command, { surroundings, finish }: Building): void {
  if (area.name() !== AREA) return
  area
    .command('watch')
    .description('Show what a run does, live, until it has ended.')
    .argument('<run-id>', 'The run')
    .option('--json', 'Each event as a line of JSON, and the run at its end')
    .option('--url <address>', 'The gateway to call (also SWITCHBOARD_URL)')
    .action(async (runId: string, flags: WatchFlags) => {
      const { watchRun } = await import('./watch-run.ts')
      finish(await watchRun(runId, flags, surroundings))
    })
}
