/** Momentum in the database: its value today as an expression, and the events that raise it. */
import { and, eq, isNotNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { dayIn } from '../time/calendar.ts'
import { DECAYING_STATES, MOMENTUM, MOMENTUM_GAINS, type ProjectEvent } from './rules.ts'
import { projects } from './tables.ts'

/** `momentumNow` of the rules in SQL, for filters, orders and updates; the day is `today` (YYYY-MM-DD). */
export function momentumSql(today: string | SQL): SQL<number> {
  const idle = sql`greatest(0, ${today}::date - ${projects.momentumOn} - 1)`
  const lost = sql`${sql.raw(String(MOMENTUM.lostPerIdleDay))} * ${idle}`
  return sql<number>`case when ${projects.state} in (${DECAYING})
    then greatest(0, ${projects.momentum} - ${lost}) else ${projects.momentum} end`
}

/** Whether a project has stalled: `auditState` of the rules in SQL. */
export function isStalledSql(today: string | SQL): SQL {
  return sql`(${projects.state} in (${DECAYING}) and ${momentumSql(today)} < ${sql.raw(String(MOMENTUM.activeFrom))})`
}

const DECAYING = sql.raw(DECAYING_STATES.map((state) => `'${state}'`).join(', '))

/** Something that happened to the tasks of a project. */
export interface NotedEvent {
  readonly projectId: string
  /** The space of the task, which is that of its project. */
  readonly spaceId: string
  readonly event: ProjectEvent
  /** The number of tasks in the event. */
  readonly count: number
  readonly now: Date
  /** The owner's IANA time zone, which determines the day. */
  readonly timeZone: string
}

/**
 * Raises a project's momentum by an event, after the loss of idle days, in one statement: racing events all count. A
 * project at its highest with an event today is left alone, so that busy projects do not become a bottleneck. Events of
 * several projects are noted in one transaction in the order of their ids, so that two transactions do not wait for
 * each other.
 */
export async function noteProjectEvent(db: Db, noted: NotedEvent): Promise<void> {
  const { projectId, spaceId, event, count, now, timeZone } = noted
  if (count <= 0) return
  const today = dayIn(timeZone, now)
  const gain = MOMENTUM_GAINS[event] * count
  const max = sql.raw(String(MOMENTUM.max))
  await db
    .update(projects)
    .set({
      momentum: sql`least(${max}, ${momentumSql(today)} + ${gain}::int)`,
      momentumOn: sql`greatest(${projects.momentumOn}, ${today}::date)`,
    })
    .where(
      and(
        eq(projects.id, projectId),
        // While a large project moves, some of its tasks are still in its earlier space.
        or(eq(projects.spaceId, spaceId), isNotNull(projects.moving)),
        or(lt(projects.momentum, MOMENTUM.max), lt(projects.momentumOn, today)),
      ),
    )
}
