/** calendars.events.list: the events of some days. */
import { z } from 'zod'
import { idOf } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { tellList } from '../../core/operation/tell-list.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { askedDays, daysInput } from '../../domain/calendars/asked-days.ts'
import { doubtAbout, readCalendars } from '../../domain/calendars/calendar.ts'
import { readEvents } from '../../domain/calendars/events.ts'
import { dayNamed } from '../../domain/calendars/free-text.ts'
import { SHOWN_AS } from '../../domain/calendars/reading/occurrence.ts'
import { addDays, dayIn, startOfDay } from '../../domain/time/calendar.ts'
import { timeText } from '../../domain/time/moment-text.ts'
import { noneConnected } from './find-free.ts'

const EVENTS_MAX = 500

const Event = z.object({
  calendar: z.string(),
  accountId: z.string(),
  title: z.string(),
  startAt: z.string(),
  endAt: z.string(),
  isAllDay: z.boolean(),
  shownAs: z.enum(SHOWN_AS),
  isBusy: z.boolean().describe('Whether it takes up the time of its owner'),
})

export const listEvents = defineOperation({
  name: 'calendars.events.list',
  summary: 'List the events of your calendars and those of your teams on some days.',
  details: 'At most 31 days at once. Each event of a series is listed by itself.',
  keywords: 'meetings, appointments, agenda, what is on my calendar',
  route: 'GET /v1/calendars/events',
  input: z.object({
    ...daysInput,
    accountId: idOf('account').optional().describe('Of this calendar alone'),
    limit: z.int().min(1).max(EVENTS_MAX).default(100),
  }),
  output: z.object({
    items: z.array(Event),
    more: z.int().describe('Events that the limit leaves out'),
    timeZone: z.string(),
    doubts: z.array(z.string()).describe('Why events may be missing'),
  }),
  scope: 'calendars:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { from: 'this week' },
  async run({ accountId, limit, ...asked }, ctx) {
    const timeZone = await personTimeZone(ctx)
    const { from, to } = askedDays(asked, { now: ctx.now, timeZone })
    const calendars = await readCalendars(ctx, accountId)
    if (calendars.length === 0) throw noneConnected()
    const names = new Map(calendars.map((each) => [each.accountId, each.name]))
    const [first, last] = [startOfDay(from, timeZone), startOfDay(addDays(to, 1), timeZone)]
    const span = { from: first.getTime(), until: last.getTime() }
    const events = await readEvents(ctx, { ...span, timeZone, accountId })
    const items = events.slice(0, limit).map(({ from: start, until: end, ...event }) => ({
      ...{ ...event, calendar: names.get(event.accountId) ?? '' },
      ...{ startAt: new Date(start).toISOString(), endAt: new Date(end).toISOString() },
    }))
    const doubts = calendars.flatMap((each) => doubtAbout(each) ?? [])
    return { items, more: events.length - items.length, timeZone, doubts }
  },
  tell({ items, more, timeZone, doubts }, { timeZone: own = timeZone, today } = {}) {
    const line = ({ title, startAt, endAt, isAllDay, shownAs, calendar }: z.output<typeof Event>) => {
      const [start, end] = [new Date(startAt), new Date(endAt)]
      const times = isAllDay ? 'all day' : `${timeText(own, start)} to ${timeText(own, end)}`
      const shown = shownAs === 'busy' ? '' : `, ${shownAs}`
      return `${dayNamed(dayIn(own, start), today)} ${times}: ${title || 'an event'} (${calendar}${shown})`
    }
    return [
      tellList({ items }, { line, none: 'No events.' }),
      ...(more === 0 ? [] : [`${more} more: ask for fewer days.`]),
      ...doubts.map((doubt) => `Not certain. ${doubt}`),
    ].join('\n')
  },
})
