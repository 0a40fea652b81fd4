/** reports.runs: how runs went, by day, project or agent. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { FIGURE_HEADS, figureCells, reportMarkdown } from '../../domain/runs/views/report-text.ts'
import {
  REPORT_DAYS,
  REPORT_KEYS,
  ReportDay,
  ReportRow,
  RunFigures,
  reportRuns as readReport,
  readSpan,
} from '../../domain/runs/views/reports.ts'

export const reportRuns = defineOperation({
  name: 'reports.runs',
  summary: 'Report on runs by day, project or agent: success, cost, tokens, times, ratings.',
  details:
    'Counts runs that ended on the days from and until, both included, in your time zone. Time to start is the time from when a run could start until a worker took it.',
  keywords:
    'statistics, analytics, spending, spend, spent, expenses, usage, bill, week, month, how much did agents cost',
  route: 'GET /v1/reports/runs',
  input: z.object({
    by: z.enum(REPORT_KEYS).default('day'),
    from: ReportDay.optional().describe(
      'The first day, in place of days: a date or words such as "last week"',
    ),
    until: ReportDay.optional().describe('Default: today'),
    days: z.int().min(1).max(REPORT_DAYS.max).default(REPORT_DAYS.default).describe('With the last'),
    format: z.enum(['json', 'markdown']).default('json').describe('markdown: also as text'),
  }),
  output: z.object({
    by: z.enum(REPORT_KEYS),
    from: z.iso.date(),
    until: z.iso.date(),
    timeZone: z.string(),
    rows: z.array(ReportRow),
    totals: RunFigures,
    markdown: z.string().nullable(),
  }),
  scope: 'runs:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { by: 'agent', from: '2026-01-01', until: '2026-03-31' },
  async run({ by, format, ...asked }, ctx) {
    const span = readSpan(asked, { now: ctx.now, timeZone: await personTimeZone(ctx) })
    const report = { by, ...span, ...(await readReport(ctx, by, span)) }
    return { ...report, markdown: format === 'markdown' ? reportMarkdown(report) : null }
  },
  tell: (report) => report.markdown ?? reportMarkdown(report),
  // A caller who asks for Markdown gets exactly that.
  table: ({ by, rows, totals, markdown }) => ({
    columns: [by, ...FIGURE_HEADS],
    rows:
      markdown === null
        ? [...rows.map((row) => [row.name, ...figureCells(row)]), ['all', ...figureCells(totals)]]
        : [],
  }),
})
