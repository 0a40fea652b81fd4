/** Opens a calendar by its access. */
import type { Access } from '../../core/area/connector.ts'
import { type CalendarClient, readCalendarToken } from '../../core/outbound/calendar.ts'
import { maskLately } from '../../core/text/redact.ts'
import { createFetchPublic } from '../outbound/fetch-public.ts'
import { createCaldavClient } from './caldav-client.ts'
import { createIcsClient } from './ics-client.ts'

/** `hosts`: `name:port` of hosts that may be anywhere. */
export function openCalendar(
  { token, refused }: Pick<Access, 'token' | 'refused'>,
  hosts: readonly string[],
): CalendarClient {
  const access = readCalendarToken(token)
  const { url, user, password } = access
  const parts = { refused, fetchPublic: createFetchPublic(hosts) }
  if (user === null || password === null) {
    maskLately([url])
    return createIcsClient(url, parts)
  }
  maskLately([password])
  return createCaldavClient({ url, user, password }, parts)
}
