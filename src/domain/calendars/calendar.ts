/** A connected calendar as people see it: everything but its address. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { counted } from '../../core/text/counts.ts'
import { heldBy, mayOnlyRead, visibleTo } from '../access/visible-to.ts'
import { connectedAccounts as accounts } from '../accounts/tables.ts'
import type { Db } from '../db/db.ts'
import { assertRoomFor, countedLimit } from '../limits/counted-limit.ts'
import { calendars } from './tables.ts'

/** The name of their connector. */
export const CALENDAR = 'calendar'

/** Calendars of one person or team: each is read four times an hour. */
const CALENDARS_MAX = 20

export const calendarLimit = countedLimit({
  name: 'calendars',
  unit: 'calendars',
  meaning: 'Connected calendars',
  of: 'everyone',
  most: CALENDARS_MAX,
  counted: (owners) =>
    sql`select owner_id, count(*) as used from ${accounts}
      where connector = ${CALENDAR} and owner_id in (${owners}) group by 1`,
})

const MINUTE_MS = 60_000

/** Minutes after which a calendar is out of date: it was to be read several times since. */
const STALE_MINUTES = 60

export const Calendar = z.object({
  accountId: z.string(),
  name: z.string(),
  owner: z.string().describe('The person or the team that it belongs to'),
  isCounted: z.boolean().describe('Whether its events take up your time'),
  readAt: z.string().nullable().describe('When it was last read; null: never'),
  ageMinutes: z.int().nullable().describe('Since then'),
  fault: z.string().nullable().describe('Why its events may be missing or out of date'),
  unread: z.int().describe('Events that could not be read, or only in part'),
})
export type Calendar = z.output<typeof Calendar>

export type CalendarRow = typeof calendars.$inferSelect
type AccountRow = typeof accounts.$inferSelect

type Reader = Pick<Context, 'db' | 'actor' | 'now'>

/** The calendars that the caller sees. */
export async function readCalendars(ctx: Reader, accountId?: string): Promise<Calendar[]> {
  const rows = await ctx.db
    .select({ account: accounts, mirror: calendars })
    .from(accounts)
    .leftJoin(calendars, eq(calendars.accountId, accounts.id))
    .where(
      and(
        visibleTo(ctx, accounts),
        eq(accounts.connector, CALENDAR),
        accountId === undefined ? undefined : eq(accounts.id, accountId),
      ),
    )
    .orderBy(accounts.id)
  return rows.map(({ account, mirror }) => toCalendar(account, mirror, ctx.now))
}

/** @throws AppError `not_found`, or `forbidden` where the caller may only read it */
export async function getHeldCalendar(ctx: Reader, accountId: string): Promise<Calendar> {
  const [calendar] = await readCalendars(ctx, accountId)
  if (calendar === undefined) throw notFound('calendar', accountId)
  const [held] = await ctx.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(heldBy(ctx, accounts), eq(accounts.id, accountId)))
  if (held === undefined) throw mayOnlyRead(`the calendar ${accountId}`)
  return calendar
}

function toCalendar(account: AccountRow, mirror: CalendarRow | null, now: Date): Calendar {
  const { id: accountId, name, ownerId, state, brokenBecause } = account
  const { isCounted = true, readAt = null, unread = 0, fault = null } = mirror ?? {}
  const ageMinutes =
    readAt === null ? null : Math.max(0, Math.floor((now.getTime() - readAt.getTime()) / MINUTE_MS))
  const late = ageMinutes !== null && ageMinutes >= STALE_MINUTES ? 'was not read in time' : null
  return {
    ...{ accountId, name, owner: ownerId, isCounted, readAt: readAt?.toISOString() ?? null, ageMinutes },
    fault: (state === 'broken' ? brokenBecause : fault) ?? (readAt === null ? 'was not read yet' : late),
    unread,
  }
}

/** Why free time that goes by this calendar may not be free, as a sentence; undefined: nothing is known against it. */
export function doubtAbout({ name, fault, ageMinutes, unread }: Calendar): string | undefined {
  if (fault !== null) {
    const age =
      ageMinutes === null ? 'None of its events are known.' : `Its events are of ${ageText(ageMinutes)} ago.`
    return `${name}: ${fault.replace(/\.$/, '')}. ${age}`
  }
  if (unread === 0) return undefined
  return `${name}: ${counted(unread, 'event')} could not be read.`
}

const MINUTES_PER_HOUR = 60
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR

function ageText(minutes: number): string {
  if (minutes < MINUTES_PER_HOUR) return `${minutes} min`
  if (minutes < 2 * MINUTES_PER_DAY) return `${Math.floor(minutes / MINUTES_PER_HOUR)} h`
  return `${Math.floor(minutes / MINUTES_PER_DAY)} days`
}

export function calendarLine(calendar: Calendar): string {
  const { accountId, name, isCounted, ageMinutes } = calendar
  const age = ageMinutes === null ? '' : `, read ${ageText(ageMinutes)} ago`
  const doubt = doubtAbout(calendar)
  return `${accountId} ${name}: ${isCounted ? 'counts as busy' : 'does not count as busy'}${age}${doubt === undefined ? '' : `. ${doubt}`}`
}

export function calendarUri(accountId: string): string {
  return `calendar://${accountId}`
}

/** Makes a mirror for each calendar that still lacks one. */
export async function addMirrors(db: Db, now: Date): Promise<void> {
  await db.execute(sql`insert into ${calendars} (account_id, space_id, next_at)
    select id, space_id, ${now.toISOString()}::timestamptz from ${accounts}
    where connector = ${CALENDAR} and not exists (select from ${calendars} where account_id = ${accounts.id})
    on conflict do nothing`)
}

/** A calendar that is connected already takes no room. @throws AppError `conflict` */
export async function assertRoomForCalendars(
  ctx: Pick<Context, 'db' | 'actor'>,
  ownerId: string,
  outsideIds: readonly string[],
): Promise<void> {
  const isKnown = and(
    eq(accounts.ownerId, ownerId),
    eq(accounts.connector, CALENDAR),
    inArray(accounts.outsideId, [...outsideIds]),
  )
  const known = await ctx.db.select({ id: accounts.id }).from(accounts).where(isKnown)
  if (known.length < outsideIds.length) await assertRoomFor(ctx, calendarLimit, ownerId)
}

/** @throws AppError `not_found`, `forbidden` */
export async function setCounted(ctx: Reader, accountId: string, isCounted: boolean): Promise<Calendar> {
  const calendar = await getHeldCalendar(ctx, accountId)
  await addMirrors(ctx.db, ctx.now)
  await ctx.db.update(calendars).set({ isCounted }).where(eq(calendars.accountId, accountId))
  return { ...calendar, isCounted }
}
