/** Keeps the mirrors of all calendars up to date. */
import { and, asc, eq, inArray, lte } from 'drizzle-orm'
import { NEVER_ABORTED } from '../../core/call/attempt.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Context, SettleContext } from '../../core/operation/context.ts'
import { partsOfCall, partsOfRuntime } from '../accounts/sync-parts.ts'
import { connectedAccounts } from '../accounts/tables.ts'
import { addMirrors, CALENDAR } from './calendar.ts'
import { refreshCalendar } from './refresh.ts'
import { calendars } from './tables.ts'

/** Calendars that one process reads at a time, and at most in one sweep. */
const AT_A_TIME = 4
const BATCH = 100

export async function sweepCalendars(runtime: Runtime): Promise<void> {
  const { db } = runtime.resources
  const now = runtime.now()
  await addMirrors(db, now)
  const due = await db
    .select({ accountId: calendars.accountId })
    .from(calendars)
    .innerJoin(connectedAccounts, eq(connectedAccounts.id, calendars.accountId))
    .where(and(eq(connectedAccounts.state, 'connected'), lte(calendars.nextAt, now)))
    .orderBy(asc(calendars.nextAt))
    .limit(BATCH)
  const ids = due.map(({ accountId }) => accountId)
  const parts = partsOfRuntime(runtime, CALENDAR)
  const work = async () => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift())
      await refreshCalendar(parts, id, NEVER_ABORTED)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
}

/** Has calendars read as soon as possible. */
export async function orderReading(
  { db, now }: Pick<Context, 'db' | 'now'>,
  accountIds: readonly string[],
): Promise<void> {
  await addMirrors(db, now)
  await db
    .update(calendars)
    .set({ nextAt: now })
    .where(inArray(calendars.accountId, [...accountIds]))
}

/** Milliseconds for which a caller waits for calendars. Workers read those that are not read by then. */
const WAIT_MAX_MS = 10_000

export async function readNow(ctx: SettleContext, accountIds: readonly string[]): Promise<void> {
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(WAIT_MAX_MS)])
  const parts = partsOfCall(ctx)
  await Promise.all(accountIds.map((id) => refreshCalendar(parts, id, signal)))
}
