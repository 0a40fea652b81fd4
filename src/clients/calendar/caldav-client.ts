/** Reads calendars by CalDAV (RFC 4791). */
import { calendarQuery, createAccount, type DAVCalendar, propfind } from 'tsdav'
import type { AccountAtService } from '../../core/area/connector.ts'
import { AppError } from '../../core/errors.ts'
import type { CalendarAccess, CalendarAsked, CalendarClient } from '../../core/outbound/calendar.ts'
import { type FetchPublic, isSameSite, NoAnswer } from '../outbound/fetch-public.ts'
import { answerOf, type CalendarParts, idOfCalendar, Unexpected } from './answers.ts'

export interface CaldavAccess extends CalendarAccess {
  readonly user: string
  readonly password: string
}

export interface FoundCalendar extends AccountAtService {
  readonly url: string
}

const UNAUTHORIZED = 401
const BAD_REQUEST = 400

export function createCaldavClient(access: CaldavAccess, parts: CalendarParts): CalendarClient {
  const { url, user } = access

  async function versionOf(fetch: typeof globalThis.fetch): Promise<string | null> {
    const [found] = await propfind({
      ...{ url, depth: '0', fetch },
      props: { 'd:displayname': {}, 'cs:getctag': {}, 'd:sync-token': {} },
    })
    const version = found?.props?.getctag ?? found?.props?.syncToken
    return version === undefined ? null : String(version)
  }

  async function textsOf(fetch: typeof globalThis.fetch, { from, until }: CalendarAsked): Promise<string[]> {
    const timeRange = { _attributes: { start: basic(from), end: basic(until) } }
    const isEvent = { 'comp-filter': { _attributes: { name: 'VEVENT' }, 'time-range': timeRange } }
    const found = await calendarQuery({
      ...{ url, depth: '1', fetch },
      props: { 'd:getetag': {}, 'c:calendar-data': {} },
      filters: { 'comp-filter': { _attributes: { name: 'VCALENDAR' }, ...isEvent } },
    })
    return found.flatMap(({ props }) => textIn(props?.calendarData) ?? [])
  }

  return {
    self: /@/.test(user) ? user.toLowerCase() : null,
    async read(asked, signal) {
      const { fetch } = davFetch(access, parts.fetchPublic, {
        signal,
        isRefused: (status) => status >= BAD_REQUEST,
      })
      return await answerOf(parts.refused, async () => {
        const version = await versionOf(fetch)
        if (version !== null && version === asked.version) return { kind: 'unchanged' }
        return { kind: 'read', texts: await textsOf(fetch, asked), version }
      })
    },
    async whoIs(signal) {
      const found = await findCalendars(access, parts, signal)
      const [one, ...others] = found.filter((each) => each.url === url)
      const [only] = found
      const meant = one ?? (found.length === 1 ? only : undefined)
      if (meant !== undefined && others.length === 0) return meant
      throw new AppError('invalid_input', 'The address is not that of one calendar.', {
        fix: `Connect the calendars again: switchboard calendars connect.`,
      })
    },
  }
}

/** The calendars of a user at a server; where the address is that of one calendar, this one. @throws AppError */
export async function findCalendars(
  access: CaldavAccess,
  { fetchPublic, refused }: CalendarParts,
  signal: AbortSignal,
): Promise<FoundCalendar[]> {
  // Servers answer 404 and others where no service is announced, and the search goes on.
  const isRefused = (status: number) => status === UNAUTHORIZED
  const { fetch, first } = davFetch(access, fetchPublic, { signal, isRefused })
  try {
    const { calendars = [] } = await createAccount({
      account: { serverUrl: access.url, accountType: 'caldav' },
      ...{ fetch, loadCollections: true },
    })
    const withEvents = calendars.filter(({ components = [] }) => components.includes('VEVENT'))
    const named = withEvents.filter(({ url }) => isSamePath(url, access.url))
    return (named.length > 0 ? named : withEvents).map((calendar) => foundOf(calendar, access))
  } catch (thrown) {
    const { fault = thrown } = first
    if (fault instanceof Unexpected && fault.answer.status === UNAUTHORIZED) throw refused(fault)
    if (fault instanceof AppError) throw fault
    const why = fault instanceof NoAnswer || fault instanceof Unexpected ? fault.message : undefined
    throw new AppError(
      'invalid_input',
      `No calendars were found at the address${why === undefined ? '.' : `: it ${why}.`}`,
      { fix: 'Give the CalDAV address of the service, such as https://caldav.icloud.com.', cause: thrown },
    )
  }
}

function foundOf({ url, displayName }: DAVCalendar, { user }: CaldavAccess): FoundCalendar {
  const name = typeof displayName === 'string' && displayName !== '' ? displayName : new URL(url).hostname
  return { url, id: idOfCalendar(url, user), name }
}

function isSamePath(one: string, other: string): boolean {
  const [path, otherPath] = [one, other].map((url) => new URL(url).pathname.replace(/\/+$/, ''))
  return path === otherPath
}

interface Asking {
  readonly signal: AbortSignal
  /** The statuses for which it throws. */
  isRefused(status: number): boolean
}

/** A `fetch` that signs in. Its first fault is kept, because the library goes on after some. */
function davFetch(
  { url, user, password }: CaldavAccess,
  fetchPublic: FetchPublic,
  { signal, isRefused }: Asking,
) {
  const first: { fault?: unknown } = {}
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const home = new URL(url)

  async function fetch(input: string, init: RequestInit = {}): Promise<Response> {
    const headers = Object.fromEntries(new Headers(init.headers))
    try {
      const signed = isSameSite(home, new URL(input)) ? { ...headers, authorization } : headers
      const { status, text, ...answer } = await fetchPublic(input, {
        ...{ method: init.method ?? 'GET', headers: signed, signal },
        ...(typeof init.body === 'string' && { body: init.body }),
        ...(init.redirect === 'manual' && { redirect: 'manual' }),
      })
      if (isRefused(status)) throw new Unexpected({ status, headers: answer.headers })
      return new Response(text === '' ? null : text, { status, headers: answer.headers })
    } catch (thrown) {
      first.fault ??= thrown
      throw thrown
    }
  }

  return { fetch: fetch as typeof globalThis.fetch, first }
}

/** As XML holds it: as text, or as CDATA. */
function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  const { _cdata: text } = (value ?? {}) as { readonly _cdata?: unknown }
  return typeof text === 'string' ? text : undefined
}

function basic(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
