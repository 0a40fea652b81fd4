/** What people type to see how their agents did. */
import { defineIntent } from '../../core/intent/intent.ts'
import { CalendarDay } from '../../domain/projects/project.ts'
import { REPORT_KEYS } from '../../domain/runs/views/reports.ts'
import { reportRuns } from './report-runs.ts'

/** Days with today as the last, by the words for them. */
const SPANS: ReadonlyMap<string, number> = new Map([
  ['today', 1],
  ['week', 7],
  ['month', 30],
  ['quarter', 91],
  ['year', 365],
])

const isDay = (text: string) => CalendarDay.safeParse(text).success

export const reportIntents = [
  defineIntent({
    name: 'report',
    order: 690,
    says: [
      '[show] [me] [the] (report|reports) [for|of] [the|this|last] [<span>] [by <by>]',
      'report [for|of] [<day>] [by <by>]',
      'how (did|do|are) [my|the] (agents|runs) (do|doing|go|going) [the|this|last|in the last] [<span>]',
      'how much (did|have) (i|we) (spend|spent) [the|this|last|in the last] <span>',
    ],
    slots: {
      span: (text) => SPANS.has(text.toLowerCase()),
      day: isDay,
      by: (text) => REPORT_KEYS.some((key) => key === text.toLowerCase()),
    },
    example: 'report week by agent',
    does: 'Report on runs: today, week, month, or a day such as 2026-11-25',
    operation: reportRuns,
    input: ({ words: { span = '', day, by = '' } }) => ({
      days: SPANS.get(span.toLowerCase()),
      ...(day !== undefined && { from: day, until: day }),
      by: REPORT_KEYS.find((key) => key === by.toLowerCase()),
    }),
  }),
]
