/** What a due schedule does: for which moment it fires, and when it is due next. */
import { nextDue } from './next-due.ts'
import { GRACE_MS, nextAfter, type ScheduleRow } from './schedule.ts'

export interface Turn {
  /** The moment for which a run is started; null: all moments were missed, and are skipped. */
  readonly dueAt: Date | null
  /** The latest skipped moment. */
  readonly skippedAt: Date | null
  readonly nextAt: Date
}

type Timed = Pick<ScheduleRow, 'cron' | 'timeZone' | 'nextAt' | 'catchUp'>

/** Of several past moments only the latest counts: a schedule catches up with one run, never with a burst. */
export function turnOf(schedule: Timed, now: Date): Turn {
  const latest = latestDue(schedule, now)
  const nextAt = nextAfter(schedule, latest)
  const isMissed = now.getTime() - latest.getTime() > GRACE_MS
  return isMissed && schedule.catchUp === 'skip'
    ? { dueAt: null, skippedAt: latest, nextAt }
    : { dueAt: latest, skippedAt: null, nextAt }
}

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/**
 * How far back the search goes, the nearest range first: after a long downtime a schedule of every minute has very many
 * moments.
 */
const LOOK_BACK_MS = [HOUR_MS, DAY_MS, 40 * DAY_MS, 400 * DAY_MS]

function latestDue({ cron, timeZone, nextAt }: Timed, now: Date): Date {
  for (const backMs of LOOK_BACK_MS) {
    const from = Math.max(now.getTime() - backMs, nextAt.getTime())
    let latest: Date | undefined
    let due = nextDue(cron, timeZone, new Date(from))
    while (due !== undefined && due <= now) {
      latest = due
      due = nextDue(cron, timeZone, due)
    }
    if (latest !== undefined) return latest
    if (from === nextAt.getTime()) break
  }
  return nextAt
}
