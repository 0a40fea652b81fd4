/** What people type to see how their agents did. */
import { defineIntent } from '../../core/intent/intent.ts'
import { REPORT_KEYS } from '../../domain/runs/views/reports.ts'
import { isDays } from '../../domain/tasks/talk/slots.ts'
import { reportRuns } from './report-runs.ts'

/** Days with today as the last, by the words for them. */
const SPANS: ReadonlyMap<string, number> = new Map([
  ['today', 1],
  ['week', 7],
  ['month', 30],
  ['quarter', 91],
  ['year', 365],
])

/** A weekday that a report names has passed. */
const past = (text: string) => (/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$/i.test(text) ? `last ${text}` : text)

export const reportIntents = [
  defineIntent({
    name: 'report',
    order: 690,
    says: [
      '[show] [me] [the] (report|reports) [for|of] [the|this|last] [<span>] [by <by>]',
      '[show|give|get|run] [me] [my|the] (report|reports) [for|of|on|from|about] <days> [by <by>]',
      '[show|give|get|run] [me] [my|the] (report|reports) since <since> [by <by>]',
      'what did [my|the] (agents|runs) do [on|in] <days>',
      'how (did|do|are) [my|the] (agents|runs) (do|doing|go|going) [the|this|last|in the last] [<span>]',
      'how much (did|have) (i|we) (spend|spent) [the|this|last|in the last] <span>',
    ],
    slots: {
      span: (text) => SPANS.has(text.toLowerCase()),
      days: isDays,
      since: isDays,
      by: (text) => REPORT_KEYS.some((key) => key === text.toLowerCase()),
    },
    example: 'report week by agent',
    does: 'Report on runs: today, yesterday, last week, since monday, or a day such as 2026-11-25',
    operation: reportRuns,
    input: ({ words: { span = '', days, since, by = '' } }) => ({
      days: SPANS.get(span.toLowerCase()),
      ...(days !== undefined && { from: past(days), until: past(days) }),
      ...(since !== undefined && { from: past(since) }),
      by: REPORT_KEYS.find((key) => key === by.toLowerCase()),
    }),
  }),
]
