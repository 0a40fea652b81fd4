/** Reads the work of a caller: what is open, and what was completed, here and at Todoist. */
import { and, desc, eq, gte, isNull, lt, lte, notExists, or, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { grants } from '../../core/operation/scopes.ts'
import { ownView, visibleTo } from '../access/visible-to.ts'
import { lastNearDeadline } from '../planning/score.ts'
import { listTasks } from '../tasks/list-tasks.ts'
import { readTasks, selectTasks, toTask } from '../tasks/store.ts'
import { tasks } from '../tasks/tables.ts'
import { makeDue } from '../time/due.ts'
import { todoistLinks, todoistPairs } from '../todoist/links/tables.ts'
import { zoneOfUser } from '../todoist/sync/read-wire.ts'
import { todoistItems as items, todoistAccounts, todoistThings } from '../todoist/tables.ts'
import { type ItemOrder, readFirst } from '../todoist/tasks/first-items.ts'
import { selectSeen } from '../todoist/tasks/read-items.ts'
import { type ItemRow, type ItemSeen, minutesOf } from '../todoist/tasks/task.ts'
import { compareByDue, type WorkRead, workAtTodoist, workOfTask } from './work.ts'

interface Most {
  readonly soonest: number
  readonly mostImportant: number
}

/** Enough to include what matters, and few enough to rank in a moment: the soonest due, those with a near deadline, and the most important. */
const FOR_A_DAY: Most = { soonest: 300, mostImportant: 200 }
/** Enough for nearly everybody to see all that they have. */
const FOR_A_REVIEW: Most = { soonest: 3_000, mostImportant: 1_000 }

/** The most completed tasks that are counted in a span. */
const DONE_MAX = 10_000

type Reader = Pick<Context, 'db' | 'actor' | 'now'>

/** The caller's open tasks that wait for nothing. If there are very many: the soonest due, those with a near deadline, and the most important. */
export async function readOpenWork(ctx: Reader): Promise<WorkRead[]> {
  return await readOpen(ctx, FOR_A_DAY)
}

/** The same with many more tasks. */
export async function readAllOpenWork(ctx: Reader): Promise<WorkRead[]> {
  return await readOpen(ctx, FOR_A_REVIEW)
}

async function readOpen(ctx: Reader, most: Most): Promise<WorkRead[]> {
  const own = ownView(ctx)
  const open = [...(await openHere(own, most)), ...(await openAtTodoist(own, most))]
  return open.sort(compareByDue)
}

async function openHere(own: Reader, { soonest: limit, mostImportant }: Most): Promise<WorkRead[]> {
  const filter = { status: ['open', 'in_progress'], blocked: false } as const
  const soonest = await listTasks(own, filter, { sort: 'due', limit })
  if (soonest.nextCursor === null) return soonest.items.map(workOfTask)
  const important = await listTasks(own, filter, { sort: 'priority', limit: mostImportant })
  const near = { ...filter, deadlineTo: lastNearDeadline(own.now) }
  const pressing = await listTasks(own, near, { sort: 'due', limit })
  const all = new Map(
    [...soonest.items, ...important.items, ...pressing.items].map((task) => [task.id, task]),
  )
  return [...all.values()].map(workOfTask)
}

async function openAtTodoist(own: Reader, { soonest: limit, mostImportant }: Most): Promise<WorkRead[]> {
  const soonest = await firstAtTodoist(own, { order: 'due', limit })
  if (soonest.length < limit) return soonest
  const important = await firstAtTodoist(own, { order: 'priority', limit: mostImportant })
  const isNear = lte(items.deadline, lastNearDeadline(own.now))
  const pressing = await firstAtTodoist(own, { order: 'due', limit, which: isNear })
  const all = new Map(
    [...soonest, ...important, ...pressing].map((work) => [`${work.accountId} ${work.ref}`, work]),
  )
  return [...all.values()]
}

interface First {
  readonly order: ItemOrder
  readonly limit: number
  readonly which?: SQL
}

async function firstAtTodoist(own: Reader, { which, ...first }: First): Promise<WorkRead[]> {
  if (!mayReadTodoist(own)) return []
  return await workOfItems(own, await readFirst(own, { which: and(isOwnAlone(own), which), ...first }))
}

/** Moments, the second not included. */
interface Span {
  readonly from: Date
  readonly until: Date
}

/** What the caller's tasks were completed in a span, the latest first. */
export async function readDoneWork(ctx: Reader, { from, until }: Span): Promise<WorkRead[]> {
  const own = ownView(ctx)
  const isDone = and(
    visibleTo(own, tasks),
    isNull(tasks.trashedAt),
    eq(tasks.status, 'done'),
    gte(tasks.completedAt, from),
    lt(tasks.completedAt, until),
  )
  const here = await readTasks(
    own,
    sql`${selectTasks(own)} from ${tasks} where ${isDone} order by ${tasks.completedAt} desc limit ${DONE_MAX}`,
  )
  const isDoneThere = and(eq(items.checked, true), gte(items.completedAt, from), lt(items.completedAt, until))
  const there = mayReadTodoist(own)
    ? await selectSeen(own.db, and(visibleTo(own, items), isOwnAlone(own), isDoneThere))
        .orderBy(desc(items.completedAt), items.accountId, items.id)
        .limit(DONE_MAX)
    : []
  return [...here.map((row) => workOfTask(toTask(row))), ...(await workOfItems(own, there))].sort(
    (one, other) => Date.parse(other.completedAt ?? '') - Date.parse(one.completedAt ?? ''),
  )
}

function mayReadTodoist({ actor }: Reader): boolean {
  return grants(actor.scopes, 'todoist:read')
}

/** Neither another person of a shared project has it, nor is it a task here as well. */
function isOwnAlone(own: Reader): SQL | undefined {
  const ownAtTodoist = sql`(select user_wire ->> 'id' from ${todoistAccounts} account
    where account.account_id = ${items.accountId})`
  const isOwn = or(isNull(items.responsibleId), sql`${items.responsibleId} = ${ownAtTodoist}`)
  return and(isOwn, notExists(linkedTasks(own)))
}

async function workOfItems(own: Reader, rows: readonly ItemSeen[]): Promise<WorkRead[]> {
  if (rows.length === 0) return []
  const accounts = await own.db
    .select({ id: todoistAccounts.accountId, user: todoistAccounts.userWire })
    .from(todoistAccounts)
    .where(visibleTo(own, todoistAccounts))
  const zones = new Map(accounts.map(({ id, user }) => [id, zoneOfUser(user)]))
  const isInbox = and(
    eq(todoistThings.kind, 'projects'),
    sql`${todoistThings.wire} ->> 'inbox_project' = 'true'`,
  )
  const inboxes = await own.db
    .select({ id: todoistThings.id, accountId: todoistThings.accountId })
    .from(todoistThings)
    .where(and(visibleTo(own, todoistThings), isInbox))
  return rows.map(({ item }) => {
    const { accountId, projectId } = item
    const isInInbox = inboxes.some((inbox) => inbox.accountId === accountId && inbox.id === projectId)
    return workOfItem(item, { timeZone: zones.get(accountId) ?? 'UTC', isInInbox })
  })
}

/** The task here that a task of Todoist is linked to, if the caller sees it: it counts once, as the one here. */
function linkedTasks(own: Reader) {
  return own.db
    .select({ id: tasks.id })
    .from(todoistPairs)
    .innerJoin(todoistLinks, eq(todoistLinks.id, todoistPairs.linkId))
    .innerJoin(tasks, eq(tasks.id, todoistPairs.taskId))
    .where(
      and(
        eq(todoistPairs.itemId, items.id),
        eq(todoistLinks.accountId, items.accountId),
        isNull(tasks.trashedAt),
        visibleTo(own, tasks),
      ),
    )
}

interface KnownOfItem {
  /** The user's. */
  readonly timeZone: string
  readonly isInInbox: boolean
}

function workOfItem(item: ItemRow, { timeZone, isInInbox }: KnownOfItem): WorkRead {
  const { id, accountId, content, description, priority, dueDate, dueTime, deadline, labels, wire } = item
  const moment = { now: new Date(0), timeZone }
  const createdAt = momentOf(wire.added_at)
  return workAtTodoist({
    ...{ id, accountId, title: content, notes: description === '' ? null : description },
    ...{ status: item.checked ? 'done' : 'open', priority, labels, projectId: item.projectId },
    due: dueDate === null ? null : (makeDue({ date: dueDate, time: dueTime }, moment) ?? null),
    ...{
      deadline,
      repeats: item.isRecurring,
      minutes: minutesOf(wire),
      assignee: null,
      createdAt,
      isInInbox,
    },
    changedAt: momentOf(wire.updated_at ?? wire.added_at),
    completedAt: item.completedAt?.toISOString() ?? null,
  })
}

/** As Todoist says it; the beginning of time where it does not. */
function momentOf(said: unknown): string {
  const at = new Date(typeof said === 'string' ? said : 0)
  return (Number.isNaN(at.getTime()) ? new Date(0) : at).toISOString()
}
