/** Schedules in the database: for those who see them, and due ones for workers. */
import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Recorded } from '../../core/call/ledger.ts'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { refOf } from '../../core/operation/kind.ts'
import {
  editableBy,
  endableBy,
  hasLostSpace,
  mayOnlyRead,
  readNewest,
  visibleTo,
} from '../access/visible-to.ts'
import { changesOf } from '../db/changes-of.ts'
import type { Db } from '../db/db.ts'
import { insertNumbered, type NewRow } from '../db/insert-rows.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { assertRoomFor, countedLimit } from '../limits/counted-limit.ts'
import { heardOfRows, hearing, recordedIn } from '../outbox/hear.ts'
import { runs } from '../runs/tables.ts'
import type { LastOutcome } from './outcome.ts'
import { SCHEDULES_PER_OWNER, scheduleUri } from './schedule.ts'
import { answeredEvent, failedEvent, pausedEvent } from './schedule-events.ts'
import { scheduleKind } from './schedule-kind.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { schedules } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor'>
type Changer = Reader & Pick<Context, 'touched'>
type Writer = Changer & Pick<Context, 'now' | 'changed'>

export const scheduleLimit = countedLimit({
  name: 'schedules',
  unit: 'schedules',
  meaning: 'Schedules',
  of: 'everyone',
  most: SCHEDULES_PER_OWNER,
  counted: (owners) =>
    sql`select space_id as owner_id, count(*) as used from ${schedules} where space_id in (${owners}) group by 1`,
})

/** @throws AppError `conflict` when its owner already has the most schedules allowed */
export async function insertSchedule(ctx: Writer, schedule: NewRow<typeof schedules>): Promise<ScheduleRow> {
  const { spaceId } = schedule
  await assertRoomFor(ctx, scheduleLimit, spaceId)
  const [row] = await insertNumbered(ctx.db, schedules, [schedule])
  ctx.changed(scheduleUri(row.id), spaceId)
  ctx.touched(scheduleUri(row.id), spaceId)
  return row
}

/** @throws AppError `not_found` */
export async function getSchedule(ctx: Reader, id: string): Promise<ScheduleRow> {
  const [row] = await ctx.db.select().from(schedules).where(isSeen(ctx, id))
  if (!row) throw notFound('schedule', id)
  return row
}

/**
 * A schedule that the caller may change.
 * @throws AppError `not_found`, `forbidden` for one that the caller may only read
 */
export async function getEditableSchedule(ctx: Reader, id: string): Promise<ScheduleRow> {
  return assertEditable(id, await findEditable(ctx, id))
}

/**
 * A schedule that the caller may change, and that no other call can change and does not fire until this transaction ends.
 * @throws AppError `not_found`, `forbidden` for one that the caller may only read
 */
export async function lockSchedule(ctx: Changer, id: string): Promise<ScheduleRow> {
  return await lockWhere(ctx, id, editableBy(ctx, schedules))
}

/** The same for one that the caller may stop. @throws AppError `not_found`, `forbidden` */
export async function lockToEnd(ctx: Changer, id: string): Promise<ScheduleRow> {
  return await lockWhere(
    ctx,
    id,
    endableBy(ctx, schedules, { making: 'runs:write', changeable: editableBy(ctx, schedules) }),
  )
}

async function lockWhere(ctx: Changer, id: string, isAllowed: SQL): Promise<ScheduleRow> {
  const row = assertEditable(id, await lockSeen(() => findEditable(ctx, id, isAllowed), 'update'))
  ctx.touched(scheduleUri(id), row.spaceId)
  return row
}

function findEditable(ctx: Reader, id: string, isAllowed: SQL = editableBy(ctx, schedules)) {
  return ctx.db
    .select({ row: schedules, mayChange: sql<boolean>`(${isAllowed})` })
    .from(schedules)
    .where(isSeen(ctx, id))
}

function assertEditable(
  id: string,
  [found]: readonly { readonly row: ScheduleRow; readonly mayChange: boolean }[],
): ScheduleRow {
  if (!found) throw notFound('schedule', id)
  const { row, mayChange } = found
  if (!mayChange) throw mayOnlyRead(`schedule ${refOf(scheduleKind, row.number)}`)
  return row
}

/** Changes a schedule that this transaction has locked. */
export async function changeSchedule(
  ctx: Writer,
  row: ScheduleRow,
  changes: Partial<ScheduleRow>,
): Promise<ScheduleRow> {
  const set = { ...changes, updatedAt: ctx.now }
  await ctx.db.update(schedules).set(set).where(eq(schedules.id, row.id))
  ctx.changed(scheduleUri(row.id), row.spaceId)
  return { ...row, ...set }
}

/** @throws AppError `not_found`, `forbidden` for one that the caller may not end */
export async function deleteSchedule(ctx: Writer, id: string): Promise<void> {
  const { spaceId } = await lockToEnd(ctx, id)
  await ctx.db.delete(schedules).where(eq(schedules.id, id))
  ctx.changed(scheduleUri(id), spaceId)
}

/** Newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function listSchedules(
  ctx: Reader,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: ScheduleRow[]; nextCursor: string | null }> {
  return await readNewest(ctx, schedules, { space: schedules.spaceId, ...page })
}

function isSeen(ctx: Reader, id: string) {
  return and(eq(schedules.id, id), visibleTo(ctx, schedules))
}

/** Whether the person for whom a schedule fires may no longer change what is where it belongs. */
export async function isShutOut(db: Db, id: string): Promise<boolean> {
  const isLost = and(eq(schedules.id, id), hasLostSpace(schedules))
  return (await db.select({ id: schedules.id }).from(schedules).where(isLost)).length > 0
}

/** A schedule of any person, for workers. */
export async function findSchedule(db: Db, id: string): Promise<ScheduleRow | undefined> {
  const [row] = await db.select().from(schedules).where(eq(schedules.id, id))
  return row
}

/** The timing of a schedule. */
export type ActiveSchedule = Pick<ScheduleRow, 'id' | 'cron' | 'timeZone' | 'nextAt'>

/** The schedules of all people that fire, up to `limit`, after `afterId`. */
export async function listActive(db: Db, afterId: string, limit: number): Promise<ActiveSchedule[]> {
  const { id, cron, timeZone, nextAt } = schedules
  return await db
    .select({ id, cron, timeZone, nextAt })
    .from(schedules)
    .where(and(eq(schedules.paused, false), gt(schedules.id, afterId)))
    .orderBy(schedules.id)
    .limit(limit)
}

/**
 * Schedules that should have fired by `by`, up to `limit`: the first of each owner goes before the second of any, so
 * that the many schedules of one owner do not delay others.
 */
export async function listDueInTurns(
  db: Db,
  { by, except, limit }: { readonly by: Date; readonly except: readonly string[]; readonly limit: number },
): Promise<string[]> {
  const excepted = sql`select jsonb_array_elements_text(${JSON.stringify(except)}::jsonb)`
  const rows = await db.execute<{ id: string }>(sql`select id from (
      select id, row_number() over (partition by space_id order by next_at, id) as nth from ${schedules}
      where not paused and next_at <= ${by.toISOString()}::timestamptz and id not in (${excepted})) as due
    order by nth, random() limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** Moves a schedule on from the state that was read. False: another worker has moved it, or a person has changed it. */
export async function moveOn(db: Db, read: ScheduleRow, set: Partial<ScheduleRow>): Promise<boolean> {
  const moved = await db.update(schedules).set(set).where(stands(read)).returning({ id: schedules.id })
  return moved.length > 0
}

type Teller = Pick<Context, 'db' | 'now' | 'newId'>

/** Pauses a schedule as `moveOn` would, and tells its person. Undefined: it was moved or changed. */
export async function pauseLost(
  teller: Teller,
  read: ScheduleRow,
  lastProblem: string,
): Promise<Recorded | undefined> {
  return await moveTelling(teller, read, { set: { paused: true, lastProblem }, toEvent: pausedEvent })
}

/** Moves a schedule on as `moveOn` would after its call failed, and tells of it. Undefined: it was moved or changed. */
export async function moveOnFailed(
  teller: Teller,
  read: ScheduleRow,
  set: Pick<ScheduleRow, 'nextAt' | 'lastDueAt' | 'lastProblem'>,
): Promise<Recorded | undefined> {
  return await moveTelling(teller, read, { set, toEvent: failedEvent })
}

interface ToldMove {
  readonly set: Partial<ScheduleRow>
  readonly toEvent: typeof pausedEvent
}

async function moveTelling(
  { db, now, newId }: Teller,
  read: ScheduleRow,
  { set, toEvent }: ToldMove,
): Promise<Recorded | undefined> {
  const { parts, columns } = heardOfRows([toEvent({ id: newId('event'), at: now })], sql`moved`)
  const [record] = await db.execute(sql`
    with moved as (update ${schedules} set ${changesOf(schedules, set)} where ${stands(read)} returning *),
      ${sql.join([...parts], sql`, `)}
    select ${columns} from moved`)
  return record && recordedIn(record)
}

/** A schedule as it was read. */
function stands({ id, nextAt, updatedAt }: ScheduleRow) {
  return and(
    eq(schedules.id, id),
    eq(schedules.nextAt, nextAt),
    eq(schedules.updatedAt, updatedAt),
    eq(schedules.paused, false),
  )
}

/** Whether there is a run for this moment: after a clock was set back, a moment comes a second time. */
export async function hasFired(db: Db, id: string, dueAt: Date): Promise<boolean> {
  const [run] = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.scheduleId, id), eq(runs.dueAt, dueAt)))
  return run !== undefined
}

/**
 * Locks a due schedule until this transaction ends. False: another worker has moved it, or a person has changed it.
 */
export async function lockDue(db: Db, read: ScheduleRow): Promise<boolean> {
  return (await db.select({ id: schedules.id }).from(schedules).where(stands(read)).for('update')).length > 0
}

/** Records that a call for this moment has begun, so that no change of the schedule makes it fire for it again. */
export async function markBegun(db: Db, id: string, dueAt: Date): Promise<void> {
  await db.update(schedules).set({ lastDueAt: dueAt }).where(eq(schedules.id, id))
}

/**
 * Records the outcome of a call, and moves the schedule on from the moment for which the call was made. A person who
 * changed the schedule meanwhile may have moved it already.
 */
export async function noteFired(
  db: Db,
  { id, nextAt }: ScheduleRow,
  { nextAt: next, ...fired }: LastOutcome & Pick<ScheduleRow, 'nextAt' | 'lastDueAt'>,
): Promise<void> {
  const moved = sql`case when ${schedules.nextAt} = ${nextAt}::timestamptz
    then ${next}::timestamptz else ${schedules.nextAt} end`
  await db
    .update(schedules)
    .set({ ...fired, nextAt: moved })
    .where(eq(schedules.id, id))
}

/** Tells the person of a schedule with `notify` of an answer. Of a run that it has started, the run itself tells. */
export async function tellAnswer(
  { db, now, newId }: Pick<Context, 'db' | 'now' | 'newId'>,
  row: ScheduleRow,
  { lastOutcome, lastRunId }: Pick<LastOutcome, 'lastOutcome' | 'lastRunId'>,
): Promise<void> {
  if (!row.notify || lastOutcome === null || lastRunId !== null) return
  await db.execute(hearing.insert([answeredEvent(row, lastOutcome, newId('event'))], now))
}

/** Records the outcome of a call that a person asked for. */
export async function noteOutcome(db: Db, id: string, outcome: LastOutcome): Promise<void> {
  await db.update(schedules).set(outcome).where(eq(schedules.id, id))
}
