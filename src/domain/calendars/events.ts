/** Events in the mirrors of calendars, as their reader's clock shows them. */
import { and, asc, eq, gt, lt } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { visibleTo } from '../access/visible-to.ts'
import type { ShownAs } from './reading/occurrence.ts'
import { ianaZone } from './reading/zones.ts'
import { calendars, calendarEvents as events } from './tables.ts'
import type { Span } from './time/spans.ts'

const DAY_MS = 86_400_000

export interface TimedEvent extends Span {
  readonly accountId: string
  readonly title: string
  /** It is of whole days. */
  readonly isAllDay: boolean
  readonly shownAs: ShownAs
  /** Whether it takes up the time of its owner. */
  readonly isBusy: boolean
}

interface EventsQuery extends Span {
  readonly timeZone: string
  readonly accountId?: string | undefined
}

type Reader = Pick<Context, 'db' | 'actor'>

/** Those that touch a span, by their starts. */
export async function readEvents(ctx: Reader, query: EventsQuery): Promise<TimedEvent[]> {
  const { from, until, timeZone, accountId } = query
  const rows = await ctx.db
    .select({ event: events, isCounted: calendars.isCounted })
    .from(events)
    .innerJoin(calendars, eq(calendars.accountId, events.accountId))
    .where(
      and(
        visibleTo(ctx, events),
        accountId === undefined ? undefined : eq(events.accountId, accountId),
        // By a day more, since times of the reader's own clock are stored as if in UTC.
        lt(events.startAt, new Date(until + DAY_MS)),
        gt(events.endAt, new Date(from - DAY_MS)),
      ),
    )
    .orderBy(asc(events.startAt))
  const zone = ianaZone(timeZone)
  return rows
    .map(({ event, isCounted }): TimedEvent => {
      const { title, clock, shownAs } = event
      const [start, end] = [event.startAt, event.endAt].map((at) =>
        clock === 'instant' ? at.getTime() : zone(at.getTime()),
      ) as [number, number]
      return {
        ...{ accountId: event.accountId, title, shownAs, from: start, until: end },
        isAllDay: clock === 'day',
        isBusy: isCounted && shownAs !== 'free',
      }
    })
    .filter((event) => event.from < until && (event.until > from || event.from >= from))
    .sort((one, other) => one.from - other.from || one.until - other.until)
}
