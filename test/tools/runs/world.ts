/** What the examples of runs find. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import { type AreaWorld, ended, START, type Step, waits } from '../../parity/steps.ts'

/** A run that its worker holds. */
const HELD: Step[] = [START, async (worker) => await worker.claim(exampleId('run'))]

export const world: AreaWorld = {
  before: {
    'runs.get': waits('input'),
    'runs.list': [START],
    'runs.wait': [START],
    'runs.events': [START],
    'runs.result': ended('succeeded'),
    'runs.steps': waits('outcome_unknown'),
    'runs.cancel': [START],
    'runs.pause': [START],
    'runs.resume': [START, ['runs.pause', { runId: exampleId('run') }]],
    'runs.retry': ended('failed'),
    'runs.steer': [START],
    'runs.answer': waits('input'),
    'runs.settle_step': waits('outcome_unknown'),
    'runs.rate': ended('succeeded'),
    'runs.ask_person': HELD,
    'runs.delegate': HELD,
    'runs.save_artifact': HELD,
    'runs.give_verdict': HELD,
  },
}
