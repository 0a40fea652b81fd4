/** How the runs that a person sees went, by day, project or agent: counts, cost and times from one statement. */
import { type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { grants } from '../../../core/operation/scopes.ts'
import { type Viewer, visibleTo } from '../../access/visible-to.ts'
import { toUsd } from '../../money.ts'
import { projects } from '../../projects/tables.ts'
import { dayFrom } from '../../tasks/read-when.ts'
import { localDate, type Moment } from '../../time/due.ts'
import { runEvents, runFeedback, runs } from '../tables.ts'

export const REPORT_KEYS = ['day', 'project', 'agent'] as const
export type ReportKey = (typeof REPORT_KEYS)[number]

/** The days of one report. */
export const REPORT_DAYS = { default: 30, max: 366 } as const
const DAY_MAX_CHARS = 100
/** A date, or words for days. */
export const ReportDay = z.string().trim().min(1).max(DAY_MAX_CHARS)
/** The most rows of one report: all of its days, or the projects or agents with the most runs. */
const ROWS_MAX = 400

const Percentiles = z.object({ p50: z.int(), p95: z.int() })

export const RunFigures = z.object({
  runs: z.int().describe('Runs that ended, including delegated ones'),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  successRate: z.number().nullable().describe('Share among the runs not cancelled, 0 to 1'),
  costUsd: z.number().nullable().describe('null: the cost of some runs is unknown'),
  tokens: z.int(),
  timeToStartMs: Percentiles.nullable(),
  timeTakenMs: Percentiles.nullable(),
  rating: z.number().nullable().describe('Average of 1 to 5'),
  ratings: z.int(),
})
export type RunFigures = z.output<typeof RunFigures>

export const ReportRow = z.object({
  key: z.string().nullable().describe('Day, project id or agent; null: no project'),
  name: z.string(),
  ...RunFigures.shape,
})
export type ReportRow = z.output<typeof ReportRow>

/** Local days, both included, in this time zone. */
export interface Span {
  readonly from: string
  readonly until: string
  readonly timeZone: string
}

/**
 * The range of days, with defaults for missing ones.
 * @throws AppError `invalid_input` for words that are no days, for an empty range, or one longer than a report covers
 */
export function readSpan(
  asked: { from?: string | undefined; until?: string | undefined; days: number },
  moment: Moment,
): Span {
  const until = asked.until === undefined ? localDate(moment) : dayFrom(asked.until, moment, 'until')
  const last = Temporal.PlainDate.from(until)
  const from =
    asked.from === undefined
      ? last.subtract({ days: asked.days - 1 }).toString()
      : dayFrom(asked.from, moment, 'from')
  const count = Temporal.PlainDate.from(from).until(last, { largestUnit: 'days' }).days + 1
  if (count >= 1 && count <= REPORT_DAYS.max) return { from, until, timeZone: moment.timeZone }
  const message = count < 1 ? 'from is after until' : `a report covers ${REPORT_DAYS.max} days at most`
  throw new AppError('invalid_input', `The days of the report are not valid: ${message}.`, {
    fix: 'Give from first, and until no more than a year later, such as 2026-11-25 or "last week".',
    issues: [{ path: 'from', message }],
  })
}

interface FigureRow extends Record<string, unknown> {
  is_total: number
  key: string | null
  name: string | null
  runs: number
  succeeded: number
  failed: number
  cancelled: number
  unpriced: number
  cost_micros: number
  tokens: number
  start_p50: number | null
  start_p95: number | null
  taken_p50: number | null
  taken_p95: number | null
  rating: number | null
  ratings: number
}

/** The figures of the runs that ended within the span; totals cover all of them, however many rows there are. */
export async function reportRuns(
  ctx: Pick<Context, 'db' | 'actor'>,
  by: ReportKey,
  span: Span,
): Promise<{ rows: ReportRow[]; totals: RunFigures }> {
  const found = await ctx.db.execute<FigureRow>(sql`
    select grouping(key) as is_total, key, max(name) as name, count(*)::int as runs,
      count(*) filter (where state = 'succeeded')::int as succeeded,
      count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state = 'cancelled')::int as cancelled,
      count(*) filter (where not cost_known)::int as unpriced,
      coalesce(sum(cost_micros), 0)::bigint as cost_micros, coalesce(sum(tokens), 0)::bigint as tokens,
      percentile_disc(0.5) within group (order by start_ms) as start_p50,
      percentile_disc(0.95) within group (order by start_ms) as start_p95,
      percentile_disc(0.5) within group (order by taken_ms) as taken_p50,
      percentile_disc(0.95) within group (order by taken_ms) as taken_p95,
      avg(rating)::float8 as rating, count(rating)::int as ratings
    from (${endedRuns(ctx, by, span)}) as ended
    group by grouping sets ((key), ())
    order by is_total desc, ${by === 'day' ? sql`key` : sql`runs desc, key`}
    limit ${ROWS_MAX + 1}`)
  const [total, ...rows] = found
  if (total === undefined) throw new Error('a report came without its totals')
  return { rows: rows.map((row) => toRow(by, row)), totals: toFigures(total) }
}

/**
 * A run waits from the moment when it may start, not from its creation. If `start_after` is later than the start, the
 * run was put off afterwards, by its worker: its original value is in its first event.
 */
const WAS_PUT_BACK = sql`r.start_after > r.started_at`
const MIGHT_START = sql`greatest(r.created_at,
  case when ${WAS_PUT_BACK} then (e.data->>'startAfter')::timestamptz else r.start_after end)`
/** The tables of a report under their short names. */
const ended = alias(runs, 'r')
const ofRun = alias(projects, 'p')
const START_MS = sql`(extract(epoch from r.started_at - ${MIGHT_START}) * 1000)::float8`
const TAKEN_MS = sql`(extract(epoch from r.finished_at - r.started_at) * 1000)::float8`

function endedRuns(viewer: Viewer, by: ReportKey, { from, until, timeZone }: Span): SQL {
  const begin = new Date(Temporal.PlainDate.from(from).toZonedDateTime(timeZone).epochMilliseconds)
  const dayAfter = Temporal.PlainDate.from(until).add({ days: 1 })
  const end = new Date(dayAfter.toZonedDateTime(timeZone).epochMilliseconds)
  const keys: Record<ReportKey, { key: SQL; name: SQL }> = {
    day: { key: sql`(r.finished_at at time zone ${timeZone})::date::text`, name: sql`null::text` },
    // A project without its name shows its id.
    project: {
      key: sql`r.project_id`,
      name: grants(viewer.actor.scopes, 'projects:read') ? sql`p.name` : sql`null::text`,
    },
    agent: { key: sql`r.agent_slug`, name: sql`null::text` },
  }
  const { key, name } = keys[by]
  return sql`
    select ${key} as key, ${name} as name, r.state, r.cost_known, r.spent_usd_micros as cost_micros,
      r.spent_tokens as tokens, ${START_MS} as start_ms, ${TAKEN_MS} as taken_ms, f.rating
    from ${runs} r
    left join lateral (select avg(rating)::float8 as rating from ${runFeedback} where run_id = r.id) f on true
    left join ${runEvents} e on e.run_id = r.id and e.position = 1 and ${WAS_PUT_BACK}
    left join ${projects} p on p.id = r.project_id and ${visibleTo(viewer, ofRun)}
    where ${visibleTo(viewer, ended)} and r.finished_at >= ${begin} and r.finished_at < ${end}
      and r.state in ('succeeded', 'failed', 'cancelled')`
}

function toRow(by: ReportKey, row: FigureRow): ReportRow {
  const { key } = row
  const name = row.name ?? key ?? (by === 'project' ? '(no project)' : '')
  return { key, name, ...toFigures(row) }
}

function toFigures(row: FigureRow): RunFigures {
  const { succeeded, failed, rating } = row
  const finished = succeeded + failed
  return {
    runs: row.runs,
    succeeded,
    failed,
    cancelled: row.cancelled,
    successRate: finished === 0 ? null : succeeded / finished,
    costUsd: row.unpriced > 0 ? null : toUsd(row.cost_micros),
    tokens: row.tokens,
    timeToStartMs: percentiles(row.start_p50, row.start_p95),
    timeTakenMs: percentiles(row.taken_p50, row.taken_p95),
    rating: rating === null ? null : Math.round(rating * 100) / 100,
    ratings: row.ratings,
  }
}

function percentiles(p50: number | null, p95: number | null): z.output<typeof Percentiles> | null {
  return p50 === null || p95 === null ? null : { p50: wholeMs(p50), p95: wholeMs(p95) }
}

/** Clocks of several processes may differ a little, and no duration is negative. */
function wholeMs(ms: number): number {
  return Math.max(0, Math.round(ms))
}
