/** Tasks in the database, read only by those who may see them: see `visibleTo`. */
import { and, inArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { refOf } from '../../core/operation/kind.ts'
import { editableBy, heldBy, type Viewer, visibleTo } from '../access/visible-to.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { rowReader } from '../db/read-rows.ts'
import { writtenOnce } from '../db/written-once.ts'
import { bucketOf } from '../planning/effort.ts'
import { isLinkedUnfinished, joinLinked, linked } from './linked-task.ts'
import { tasks } from './tables.ts'
import type { Task } from './task.ts'
import { taskKind } from './task-kind.ts'

/** The part of a context that reading and writing tasks needs. */
export type Scoped = Pick<Context, 'db' | 'actor'>

/** The tasks for which a task waits, as far as the caller sees them: what follows `select ... from`. */
function dependenciesOf(taskId: SQLWrapper, viewer: Viewer): SQL {
  return sql`task_dependencies d ${joinLinked(sql`d.depends_on_id`)}
    where d.task_id = ${taskId} and ${visibleTo(viewer, linked)}`
}

/** Whether a task waits for an unfinished one that the caller sees. */
export function isBlocked(viewer: Viewer, taskId: SQLWrapper = sql`tasks.id`): SQL<boolean> {
  return sql<boolean>`exists (select from ${dependenciesOf(taskId, viewer)} and ${isLinkedUnfinished})`
}

/** The project of a task, null for those to whom only the task was given. */
function shownProjectId(viewer: Viewer): SQL<string | null> {
  return sql<
    string | null
  >`case when ${visibleTo(viewer, { spaceId: tasks.spaceId })} then tasks.project_id end`
}

/** The parent of a task, null if the caller may not see it. */
export function shownParentId(viewer: Viewer): SQL<string | null> {
  return sql<string | null>`(select linked.id from tasks linked
    where linked.id = tasks.parent_id and ${visibleTo(viewer, linked)})`
}

/** A task that another waits for. */
export interface Waited {
  readonly id: string
  readonly isUnfinished: boolean
}

/** Marks the id of an unfinished task: one list with marks takes half as long to build as two lists. */
const UNFINISHED = '!'

function waitsFor(viewer: Viewer): SQL<readonly string[]> {
  return sql<readonly string[]>`array(
    select linked.id || case when ${isLinkedUnfinished} then ${UNFINISHED} else '' end
    from ${dependenciesOf(sql`tasks.id`, viewer)} order by linked.id)`
}

function readWaited(word: string): Waited {
  const isUnfinished = word.endsWith(UNFINISHED)
  return { id: isUnfinished ? word.slice(0, -UNFINISHED.length) : word, isUnfinished }
}

/**
 * What a person may do with a task that they see: `hold` it, which also means to place, give and delete it; `work` on
 * it; only `read` it; or do so until its project, which is being `moved`, has arrived.
 */
export type TaskRight = 'hold' | 'work' | 'read' | 'moved'

function rightTo(viewer: Viewer): SQL<TaskRight> {
  return sql<TaskRight>`case when ${heldBy(viewer, tasks)} then 'hold'
    when ${editableBy(viewer, tasks)} then 'work'
    when exists (select from projects where projects.id = tasks.project_id
      and projects.moving ->> 'phase' = 'handing_over') then 'moved' else 'read' end`
}

/** The links of a task to a project and to other tasks that the caller sees, and what the caller may do with it. */
export function taskLinks(viewer: Viewer) {
  return {
    shownProjectId: shownProjectId(viewer),
    shownParentId: shownParentId(viewer),
    waitsFor: waitsFor(viewer),
    right: rightTo(viewer),
  }
}

/** `select` of tasks with their links, up to `from`. `*`: naming a task's columns one by one takes longer than reading the task. */
export const selectTasks = writtenOnce((viewer) => {
  const links = taskLinks(viewer)
  return sql`select tasks.*, ${links.shownProjectId} as shown_project_id,
    ${links.shownParentId} as shown_parent_id, ${links.waitsFor} as waits_for, ${links.right} as "right"`
})

const isVisible = writtenOnce((viewer) => visibleTo(viewer, tasks))

const readTask = rowReader(tasks)

interface LinkedRecord extends Record<string, unknown> {
  readonly shown_project_id: string | null
  readonly shown_parent_id: string | null
  readonly waits_for: readonly string[]
  readonly right: TaskRight
}

/** Runs a statement that selects tasks by `selectTasks`. */
export async function readTasks({ db }: Pick<Context, 'db'>, statement: SQL): Promise<FullTaskRow[]> {
  const records = await db.execute<LinkedRecord>(statement)
  return records.map((record) => ({
    shownProjectId: record.shown_project_id,
    shownParentId: record.shown_parent_id,
    waitsFor: record.waits_for.map(readWaited),
    right: record.right,
    ...readTask(record),
  }))
}

export type TaskRow = typeof tasks.$inferSelect

/**
 * A task with its links as one person sees them. `projectId` and `parentId` are the stored values, and must not appear
 * in answers.
 */
export type FullTaskRow = TaskRow & {
  readonly shownProjectId: string | null
  readonly shownParentId: string | null
  readonly waitsFor: readonly Waited[]
  readonly right: TaskRight
}

/** The project, owner and space of a task. */
export type Place = Pick<TaskRow, 'projectId' | 'ownerId' | 'spaceId'>

export function placeOf({ projectId, ownerId, spaceId }: Place): Place {
  return { projectId, ownerId, spaceId }
}

/** A task before it is written; writing it assigns its number. */
export type NewTaskRow = Omit<FullTaskRow, 'number'>

/** A task as seen by the person for whom its row was read. */
export function toTask(row: FullTaskRow): Task {
  return {
    id: row.id,
    ref: taskRef(row),
    title: row.title,
    notes: row.notes,
    status: row.status,
    priority: row.priority,
    due: dueOf(row),
    deadline: row.deadline,
    repeat: row.repeat,
    minutes: row.minutes,
    bucket: bucketOf(row.title, row.minutes),
    labels: row.labels,
    projectId: row.shownProjectId,
    parentId: row.shownParentId,
    dependsOn: row.waitsFor.map(({ id }) => id),
    blocked: row.waitsFor.some(({ isUnfinished }) => isUnfinished),
    owner: row.ownerId,
    assignee: row.assigneeId,
    source: row.source,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    trashedAt: row.trashedAt?.toISOString() ?? null,
  }
}

/** What people call a task: `T-12`. */
export function taskRef({ number }: Pick<TaskRow, 'number'>): string {
  return refOf(taskKind, number)
}

export function dueOf(row: Pick<TaskRow, 'dueDate' | 'dueTime' | 'dueTimeZone' | 'dueAt'>): Task['due'] {
  if (row.dueDate === null) return null
  return {
    date: row.dueDate,
    time: row.dueTime,
    timeZone: row.dueTimeZone,
    at: row.dueAt?.toISOString() ?? null,
  }
}

/** A task, in the trash or not. @throws AppError `not_found` */
export async function getTask(ctx: Scoped, taskId: string): Promise<Task> {
  const [row] = await findTasks(ctx, [taskId])
  if (!row) throw notFound('task', taskId)
  return toTask(row)
}

/**
 * A task that this transaction has locked, as it is now, even if the caller has just given it out of their own sight.
 */
export async function readHeldTask(ctx: Scoped, taskId: string): Promise<Task> {
  const [row] = await readTasks(ctx, sql`${selectTasks(ctx)} from tasks where id = ${taskId}`)
  if (!row) throw notFound('task', taskId)
  return toTask(row)
}

/** The tasks with these ids that this person may read, in the trash or not, ordered by id. */
export async function findTasks(ctx: Scoped, ids: readonly string[]): Promise<FullTaskRow[]> {
  if (ids.length === 0) return []
  return readTasks(
    ctx,
    // Not an array in one parameter: PostgreSQL would plan the statement again each time, since it takes ten for granted.
    sql`${selectTasks(ctx)} from tasks where ${inArray(tasks.id, [...new Set(ids)])} and ${isVisible(ctx)} order by id`,
  )
}

/**
 * Like `findTasks`, and locks the tasks until this transaction ends. They are locked in the order of their ids, so that
 * two calls over the same tasks never wait for each other.
 */
export async function lockTasks(ctx: Scoped, ids: readonly string[]): Promise<Map<string, FullTaskRow>> {
  if (ids.length === 0) return new Map()
  const distinct = [...new Set(ids)]
  const isOne = and(inArray(tasks.id, distinct), visibleTo(ctx, tasks))
  const seen = () => ctx.db.select({ id: tasks.id }).from(tasks).where(isOne).orderBy(tasks.id)
  await lockSeen(seen, 'update')
  // Read again once locked: the transaction that held the lock may have changed their dependencies.
  return new Map((await findTasks(ctx, ids)).map((row) => [row.id, row]))
}
