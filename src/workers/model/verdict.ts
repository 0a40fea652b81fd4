/** The typed verdict with which an evaluation ends, and what each makes of the run. */
import { z } from 'zod'
import { RUN_VERDICTS } from '../../domain/runs/run.ts'
import type { EndedRun } from '../runs/executor.ts'

export const VERDICT_TOOL = 'give_verdict'

export const VerdictInput = z.object({
  verdict: z
    .enum(RUN_VERDICTS)
    .describe(
      'complete: all of the goal is reached; partial: the most important part is; incomplete: it is not; failed: it cannot be',
    ),
  summary: z.string().min(1).max(10_000).describe('What was done, what was not, and how you know'),
})
export type Verdict = z.output<typeof VerdictInput>['verdict']

/** Each verdict has its own line here, so that none is ever taken for another. */
const ENDINGS: Readonly<Record<Verdict, Pick<EndedRun, 'state' | 'reason'>>> = {
  complete: { state: 'succeeded', reason: 'finished' },
  partial: { state: 'succeeded', reason: 'finished' },
  incomplete: { state: 'failed', reason: 'verdict_failed' },
  failed: { state: 'failed', reason: 'verdict_failed' },
}

export function endingOf(verdict: Verdict): Pick<EndedRun, 'state' | 'reason'> {
  return ENDINGS[verdict]
}
