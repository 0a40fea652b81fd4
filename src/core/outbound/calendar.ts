/** Calendars at other services as the gateway reads them: by an address that answers with iCalendar text, or by CalDAV. */
import { z } from 'zod'
import type { AccountAtService } from '../area/connector.ts'
import { parseJson } from '../text/json.ts'

/** Everything that is needed to read a calendar. Where there is no password, the address is the secret. */
export const CalendarAccess = z.object({
  url: z.string(),
  user: z.string().nullable(),
  password: z.string().nullable(),
})
export type CalendarAccess = z.output<typeof CalendarAccess>

/** The form in which the access is kept as the token of an account. */
export function tokenOfCalendar(access: CalendarAccess): string {
  return JSON.stringify(access)
}

/** A token that was pasted is an address. */
export function readCalendarToken(token: string): CalendarAccess {
  const read = CalendarAccess.safeParse(parseJson(token))
  return read.success ? read.data : { url: token, user: null, password: null }
}

export interface CalendarAsked {
  /** The version that is known; null: it is read in any case. */
  readonly version: string | null
  /** What has to be in the answer; the second moment is not included. */
  readonly from: Date
  readonly until: Date
}

export type CalendarAnswer =
  /** `version`: null where the service gives none. */
  | { readonly kind: 'read'; readonly texts: readonly string[]; readonly version: string | null }
  | { readonly kind: 'unchanged' }
  /** The words are safe to show, and follow the name of the calendar. */
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs: number | undefined }

/** Reads one calendar. Each method throws the refusal of the account where the service refuses the password. */
export interface CalendarClient {
  /** The mail address of its owner, as far as it is known. */
  readonly self: string | null
  read(asked: CalendarAsked, signal: AbortSignal): Promise<CalendarAnswer>
  /** @throws AppError `invalid_input` for an address without a calendar, `unavailable` */
  whoIs(signal: AbortSignal): Promise<AccountAtService>
}

declare module '../area/connector.ts' {
  interface AccountClients {
    readonly calendar: CalendarClient
  }
}

/** What an address answered with instead of a calendar, as a phrase; undefined: it is one. */
export function whatElse(text: string): string | undefined {
  if (/^\uFEFF?BEGIN:VCALENDAR\s*$/im.test(text)) return undefined
  return /^\s*</.test(text)
    ? 'answers with a web page, not with a calendar: it may ask to sign in'
    : 'does not answer with a calendar'
}
