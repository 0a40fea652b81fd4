/** What the examples of artifacts find. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import { addArtifact } from '../../../src/domain/runs/artifacts/artifacts.ts'
import { lockRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { type AreaWorld, START, type Step } from '../../parity/steps.ts'

/** A run that has made a file. */
export const MADE: Step[] = [
  START,
  async (worker) => {
    const hold = await worker.claim(exampleId('run'))
    const stepId = await worker.plan(hold.runId)
    await worker.write(async (writes) => {
      const run = await lockRun(writes.db, hold.runId)
      const file = { name: 'letter.md', mediaType: 'text/markdown', content: 'Write the letter of March' }
      await addArtifact(writes, { run, stepId, ...file })
    })
  },
]

export const world: AreaWorld = {
  before: {
    'artifacts.list': MADE,
    'artifacts.read': MADE,
  },
}
