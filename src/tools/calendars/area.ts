/** Calendars: when people are free, by their calendars at other services. */
import { defineArea } from '../../core/area/area.ts'
import { defineSweep } from '../../core/area/sweep.ts'
import { CALENDAR, calendarLimit } from '../../domain/calendars/calendar.ts'
import { sweepCalendars } from '../../domain/calendars/sweep.ts'
import { disconnectAccountIn } from '../accounts/disconnect-account.ts'
import { checkCalendar } from './check-calendar.ts'
import { connectCalendar } from './connect-calendar.ts'
import { calendarConnector } from './connector.ts'
import { findFree } from './find-free.ts'
import { calendarIntents } from './intents.ts'
import { listCalendars } from './list-calendars.ts'
import { listEvents } from './list-events.ts'
import { calendarHosts } from './settings.ts'
import { updateCalendar } from './update-calendar.ts'

const disconnectCalendar = disconnectAccountIn({
  name: 'calendars',
  route: '/v1/calendars',
  connector: CALENDAR,
  title: 'calendar',
})

export const calendars = defineArea({
  name: 'calendars',
  scopes: { 'calendars:read': {}, 'calendars:write': { agents: true, keyless: true } },
  settings: [calendarHosts],
  connectors: [calendarConnector],
  limits: [calendarLimit],
  sweeps: [defineSweep({ name: 'calendars', wokenBy: 'account://', run: sweepCalendars })],
  intents: calendarIntents,
  operations: [
    findFree,
    listEvents,
    connectCalendar,
    listCalendars,
    updateCalendar,
    checkCalendar,
    disconnectCalendar,
  ],
})
