/** How a calendar is connected: by its secret address, or by CalDAV with a user and an app password. */
import { type CaldavAccess, findCalendars } from '../../clients/calendar/caldav-client.ts'
import { openCalendar } from '../../clients/calendar/open-calendar.ts'
import { createFetchPublic } from '../../clients/outbound/fetch-public.ts'
import { defineConnector } from '../../core/area/connector.ts'
import type { Settings } from '../../core/area/setting.ts'
import { AppError } from '../../core/errors.ts'
import { type CalendarClient, tokenOfCalendar } from '../../core/outbound/calendar.ts'
import { maskLately } from '../../core/text/redact.ts'
import { CALENDAR } from '../../domain/calendars/calendar.ts'
import { calendarHosts } from './settings.ts'

export const calendarConnector = defineConnector<CalendarClient>({
  name: CALENDAR,
  title: 'A calendar',
  connecting: {
    kind: 'token',
    whereToFind: 'Its secret address in iCal format is in the settings of the calendar.',
  },
  open: (access) => openCalendar(access, access.settings.of(calendarHosts)),
  check: (client, signal) => client.whoIs(signal),
})

/** A calendar that can be connected. */
export interface FoundCalendar {
  readonly outsideId: string
  readonly name: string
  readonly token: string
}

interface Finding {
  readonly settings: Settings
  readonly signal: AbortSignal
}

/** The calendars of a user by CalDAV. @throws AppError `invalid_input` */
export async function findDavCalendars(
  access: CaldavAccess,
  { settings, signal }: Finding,
): Promise<FoundCalendar[]> {
  const { user, password } = access
  maskLately([password])
  const parts = { fetchPublic: createFetchPublic(settings.of(calendarHosts)), refused }
  const found = await findCalendars(access, parts, signal)
  return found.map(({ id: outsideId, name, url }) => ({
    ...{ outsideId, name, token: tokenOfCalendar({ url, user, password }) },
  }))
}

function refused(cause?: unknown): AppError {
  return new AppError('invalid_input', 'The service does not accept this user and password.', {
    fix: 'Make an app password in the settings of the service: many refuse the password of the person.',
    cause,
  })
}
