/** What a schedule keeps of the answer to its call. */
import type { Description } from '../../core/operation/description.ts'
import { cutText } from '../../core/text/cut.ts'
import { redactText } from '../../core/text/redact.ts'
import type { ScheduleRow } from './schedule-row.ts'

/** The most characters that are kept of an answer in words. */
const OUTCOME_MAX_CHARS = 2_000

export type LastOutcome = Pick<ScheduleRow, 'lastRunId' | 'lastOutcome' | 'lastProblem'>

/** `timeZone`: in which moments are told. */
export function outcomeOf(
  { task, tell }: Description,
  output: object,
  { timeZone }: Pick<ScheduleRow, 'timeZone'>,
): LastOutcome {
  // The output is that of this operation, which the type system cannot see.
  const answer = output as never
  return {
    lastRunId: task?.startedBy(answer) ?? null,
    lastOutcome: cutText(redactText(tell(answer, { timeZone })), OUTCOME_MAX_CHARS, '…'),
    lastProblem: null,
  }
}
