/** Reads a calendar at its service, and keeps its events for the coming months. */
import { and, eq, lte } from 'drizzle-orm'
import { toAppError } from '../../core/errors.ts'
import type { CalendarAnswer } from '../../core/outbound/calendar.ts'
import type { SyncParts } from '../accounts/sync-parts.ts'
import { connectedAccounts } from '../accounts/tables.ts'
import type { Db } from '../db/db.ts'
import { CALENDAR, type CalendarRow, calendarUri } from './calendar.ts'
import type { Occurrence } from './reading/occurrence.ts'
import { type CalendarRead, readCalendar } from './reading/read-calendar.ts'
import { NotACalendar } from './reading/split-components.ts'
import { calendars, calendarEvents as events } from './tables.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Milliseconds between two readings, and between attempts while they fail. */
const READ_EVERY_MS = 15 * MINUTE_MS
const RETRY_MS = 5 * MINUTE_MS
const RETRY_MAX_MS = 6 * 60 * MINUTE_MS
/** Milliseconds after which a process that reads a calendar counts as lost. */
const CLAIM_MS = 2 * MINUTE_MS

/** Days of which events are mirrored: before today, at most after it, and at least. */
export const PAST_DAYS = 31
const AHEAD_DAYS = 120
export const AHEAD_MIN_DAYS = 90

/** Rows of one statement. */
const BATCH = 1_000

/** Reads a calendar that is due, unless another process does. Does not throw for what its service says. */
export async function refreshCalendar(
  parts: SyncParts,
  accountId: string,
  signal: AbortSignal,
): Promise<void> {
  const now = parts.now()
  const claimed = await claim(parts.db, accountId, now)
  if (claimed === undefined) return
  const outcome = await readAnswer(parts, { row: claimed, now, signal })
  await parts.transaction(async ({ db }) => await store(db, claimed, outcome))
  parts.publish({ uris: [calendarUri(accountId)], spaceId: claimed.spaceId })
}

async function claim(db: Db, accountId: string, now: Date): Promise<CalendarRow | undefined> {
  const [row] = await db
    .update(calendars)
    .set({ nextAt: later(now, CLAIM_MS) })
    .where(and(eq(calendars.accountId, accountId), lte(calendars.nextAt, now)))
    .returning()
  return row
}

interface Outcome {
  readonly changes: Partial<CalendarRow>
  /** In place of those that are stored. */
  readonly occurrences?: readonly Occurrence[]
}

interface Reading {
  readonly row: CalendarRow
  readonly now: Date
  readonly signal: AbortSignal
}

async function readAnswer(parts: SyncParts, reading: Reading): Promise<Outcome> {
  const { row, now, signal } = reading
  const { accountId, readUntil } = row
  const [account] = await parts.db.select().from(connectedAccounts).where(eq(connectedAccounts.id, accountId))
  if (account === undefined) return { changes: {} }
  const lent = parts.lend(account.ownerId)
  const window = { from: later(now, -PAST_DAYS * DAY_MS), until: later(now, AHEAD_DAYS * DAY_MS) }
  // What is stored no longer reaches far enough: it is read again, changed or not.
  const isShort = readUntil === null || readUntil < later(now, AHEAD_MIN_DAYS * DAY_MS)
  try {
    const client = await lent.account(CALENDAR, accountId)
    const answer = await client.read({ version: isShort ? null : row.version, ...window }, signal)
    if (answer.kind === 'failed') return failed(reading, answer)
    if (answer.kind === 'unchanged') return { changes: succeeded(now) }
    const read: CalendarRead = await readCalendar(answer.texts, { ...window, self: client.self })
    return {
      changes: {
        ...{ ...succeeded(now), version: answer.version, readUntil: window.until, unread: read.unread },
      },
      occurrences: read.occurrences,
    }
  } catch (thrown) {
    // The caller no longer waits: a worker reads it.
    if (signal.aborted) return { changes: { nextAt: now } }
    if (thrown instanceof NotACalendar)
      return failed(reading, { why: thrown.message, retryAfterMs: undefined })
    const { message } = toAppError(await lent.failed(thrown))
    return failed(reading, { why: message, retryAfterMs: undefined })
  }
}

function succeeded(now: Date): Partial<CalendarRow> {
  return { readAt: now, fault: null, failures: 0, nextAt: later(now, READ_EVERY_MS) }
}

function failed(
  { row, now }: Reading,
  { why, retryAfterMs }: Pick<Extract<CalendarAnswer, { kind: 'failed' }>, 'why' | 'retryAfterMs'>,
): Outcome {
  const failures = row.failures + 1
  const pauseMs = Math.min(RETRY_MS * 2 ** Math.min(failures - 1, 10), RETRY_MAX_MS)
  return {
    changes: { fault: why, failures, nextAt: later(now, Math.max(pauseMs, retryAfterMs ?? 0)) },
  }
}

async function store(db: Db, { accountId, spaceId }: CalendarRow, outcome: Outcome): Promise<void> {
  const { changes, occurrences } = outcome
  if (Object.keys(changes).length === 0) return
  const kept = await db
    .update(calendars)
    .set(changes)
    .where(eq(calendars.accountId, accountId))
    .returning({ accountId: calendars.accountId })
  // It was disconnected meanwhile.
  if (kept.length === 0 || occurrences === undefined) return
  await db.delete(events).where(eq(events.accountId, accountId))
  const rows = [...occurrences]
    .sort((one, other) => one.startAt.getTime() - other.startAt.getTime())
    .map((each, number) => ({ ...each, accountId, spaceId, number }))
  for (let at = 0; at < rows.length; at += BATCH) await db.insert(events).values(rows.slice(at, at + BATCH))
}

function later(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds)
}
