/** runs.give_verdict: a run that evaluates its own work gives its verdict. */
import { defineOperation } from '../../../core/operation/operation.ts'
import { GIVE_VERDICT, RunVerdict } from '../../../domain/runs/verdict.ts'

export const giveVerdict = defineOperation({
  name: GIVE_VERDICT,
  summary: 'Give the verdict on this run. Ends it.',
  route: 'POST /v1/run/verdict',
  input: RunVerdict,
  output: RunVerdict,
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'runs',
  forRuns: { isHarmless: true, phase: 'evaluate' },
  example: {
    verdict: 'partial',
    summary: 'The letter is written. It was not sent: there is no tool for it.',
  },
  // The run's worker reads the verdict from the step that stores this answer.
  run: async (verdict) => verdict,
  tell: ({ verdict, summary }) => `The verdict is ${verdict}: ${summary}`,
})
