/** Calls that decide about the tasks of a ritual: as many as its reader can take in at once. */

import type { NextCall } from '../../core/operation/next-call.ts'
import { cutText } from '../../core/text/cut.ts'
import { TOP_MAX } from '../work/day.ts'
import type { Work } from '../work/work.ts'
import type { Decision } from './mark-task.ts'

/** Characters of a title on a button. */
const TITLE_MAX_CHARS = 30

/** For each of the first three tasks one call a decision. */
export function nextMarks(tasks: readonly Work[], decisions: readonly Decision[]): NextCall[] {
  return tasks.slice(0, TOP_MAX).flatMap(({ ref, title, accountId }) =>
    decisions.map((decision) => ({
      operation: 'rituals.mark',
      input: { task: ref, decision, ...(accountId !== null && { accountId }) },
      // A task of Todoist has no number.
      ...(accountId !== null && { named: cutText(title, TITLE_MAX_CHARS, '…') }),
    })),
  )
}
