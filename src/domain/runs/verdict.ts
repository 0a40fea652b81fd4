/** The verdict with which an evaluation ends, and the end of the run that follows from it. */
import { z } from 'zod'
import { parseName } from '../../core/operation/name.ts'
import { RUN_VERDICTS } from './run.ts'
import type { RunReason } from './states.ts'

/** The operation that gives verdicts; they are read from its steps. */
export const GIVE_VERDICT = 'runs.give_verdict'

/** Its name for agents. */
export const GIVE_VERDICT_TOOL = parseName(GIVE_VERDICT).toolName

export const RunVerdict = z.object({
  verdict: z
    .enum(RUN_VERDICTS)
    .describe(
      'complete: all of the goal is reached; partial: the most important part is; incomplete: it is not; failed: it cannot be',
    ),
  summary: z.string().min(1).max(10_000).describe('What was done, what was not, and how you know'),
})
type Verdict = z.output<typeof RunVerdict>['verdict']

interface VerdictEnding {
  readonly state: 'succeeded' | 'failed'
  readonly reason: RunReason
}

/** Each verdict has its own line, so that none is mistaken for another. */
const ENDINGS: Readonly<Record<Verdict, VerdictEnding>> = {
  complete: { state: 'succeeded', reason: 'finished' },
  partial: { state: 'succeeded', reason: 'finished' },
  incomplete: { state: 'failed', reason: 'verdict_failed' },
  failed: { state: 'failed', reason: 'verdict_failed' },
}

export function endingOf(verdict: Verdict): VerdictEnding {
  return ENDINGS[verdict]
}
