/** What a due schedule does: for which moment it fires, and when it is due next. */
import { nextDue } from './next-due.ts'
import type { ScheduleRow } from './schedule-row.ts'

/** Milliseconds after which a moment counts as missed: ten minutes, longer than a restart takes. */
export const GRACE_MS = 10 * 60 * 1000

/** The most missed moments that a schedule makes up for one by one: a day of an hourly one. Older ones are skipped. */
export const CATCH_UP_MAX = 24

export interface Turn {
  /** The moment for which a call is made; null: all moments were missed, and are skipped. */
  readonly dueAt: Date | null
  /** The latest skipped moment. */
  readonly skippedAt: Date | null
  /** The moment after which the schedule is due next. */
  readonly after: Date
}

type Timed = Pick<ScheduleRow, 'cron' | 'timeZone' | 'nextAt' | 'catchUp'>

/**
 * Of several past moments only the latest counts, so that a schedule catches up with one call and not with a burst. One
 * that is to make up for all of them takes the oldest of the last few, and is due again at once.
 */
export function turnOf(schedule: Timed, now: Date): Turn {
  if (schedule.catchUp === 'all') return callFor(lastDues(schedule, now, CATCH_UP_MAX)[0] ?? schedule.nextAt)
  const latest = lastDues(schedule, now, 1)[0] ?? schedule.nextAt
  const isMissed = now.getTime() - latest.getTime() > GRACE_MS
  return isMissed && schedule.catchUp === 'skip'
    ? { dueAt: null, skippedAt: latest, after: latest }
    : callFor(latest)
}

function callFor(dueAt: Date): Turn {
  return { dueAt, skippedAt: null, after: dueAt }
}

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/**
 * How far back the search goes, the nearest range first: after a long downtime a schedule of every minute has very many
 * moments.
 */
const LOOK_BACK_MS = [HOUR_MS, DAY_MS, 40 * DAY_MS, 400 * DAY_MS]

/** The last moments up to `now`, at most `count`, the oldest first; none before the schedule's next moment. */
function lastDues({ cron, timeZone, nextAt }: Timed, now: Date, count: number): Date[] {
  let dues: Date[] = []
  for (const backMs of LOOK_BACK_MS) {
    const from = new Date(Math.max(now.getTime() - backMs, nextAt.getTime()))
    const isWhole = from.getTime() === nextAt.getTime()
    dues = isWhole ? [nextAt] : []
    for (let due = nextDue(cron, timeZone, from); due !== undefined && due <= now; ) {
      dues.push(due)
      due = nextDue(cron, timeZone, due)
    }
    if (isWhole || dues.length >= count) break
  }
  return dues.slice(-count)
}
