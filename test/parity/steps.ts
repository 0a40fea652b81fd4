/** What makes a world for an example: calls of operations, and what a worker does to runs. */
import { exampleId } from '../../src/core/operation/ids.ts'
import { TEST_NOW, type TestGateway } from '../support/world/database.ts'
import type { RunDriver } from '../support/world/drive-run.ts'

type CallStep = readonly [operation: string, input: object]
/** A call, or what a worker does. */
export type Step = CallStep | ((worker: RunDriver, clock: TestGateway['clock']) => Promise<unknown>)

/** What an area brings to the world; its file stands beside the area's tests. */
export interface AreaWorld {
  /** Made before every example, in the order of the areas' names. */
  readonly base?: readonly Step[]
  /** What has to be so before an operation's example fits. */
  readonly before?: Readonly<Record<string, readonly Step[]>>
}

export const START: Step = [
  'runs.start',
  { agent: 'newsletter-editor', goal: 'Draft the newsletter of March.' },
]

/** A run that waits for a person, released by its worker. */
export function waits(reason: 'approval' | 'input' | 'outcome_unknown'): Step[] {
  return [
    START,
    async (worker, clock) => {
      // What is asked today has not expired.
      clock.set(TEST_NOW)
      const hold = await worker.claim(exampleId('run'))
      if (reason === 'approval') await worker.ask(hold)
      else if (reason === 'input') await worker.question(hold, 'Which newsletter?')
      else await worker.losesTrack(hold)
      await worker.release(hold, { state: 'waiting', reason })
    },
  ]
}

export function ended(state: 'succeeded' | 'failed'): Step[] {
  const reason = state === 'succeeded' ? 'finished' : 'provider_failed'
  return [
    START,
    async (worker) => {
      const hold = await worker.claim(exampleId('run'))
      await worker.end(hold, { state, reason, summary: 'As far as it came.' })
    },
  ]
}
