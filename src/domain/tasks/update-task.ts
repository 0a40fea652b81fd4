/** Changes one task: omitted fields stay, null clears, and the rules hold for every field. */
import { eq } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { comparable, distinct } from '../../core/text/comparable.ts'
import { personTimeZone } from '../access/people.ts'
import { assertPeople } from '../people/visible-people.ts'
import { holdEditableProject } from '../projects/store.ts'
import type { Moment } from '../time/due.ts'
import { assertMayChange, assertMayTakeOut, isTrashed } from './given-tasks.ts'
import { lockGraph, refuseDependencyCycle, refuseParentCycle, setDependencies } from './graph.ts'

import { dueColumns, placeIn } from './insert-tasks.ts'
import { noteTaskChanged, noteTaskEvents } from './note-changes.ts'
import { deadlineFrom, readWhen } from './read-when.ts'
import {
  dueOf,
  type FullTaskRow,
  findTasks,
  lockTasks,
  type Place,
  placeOf,
  readHeldTask,
  taskRef,
  toTask,
} from './store.ts'
import { tasks } from './tables.ts'
import { TASK_LIMITS, type Task, type TaskChanges } from './task.ts'
import { emitTaskEvent, taskAssigned } from './task-events.ts'

export interface Updated {
  readonly task: Task
  /** The changed fields as they were: the changes that take this one back. */
  readonly before: TaskChanges
}

/**
 * Changes a task that is not in the trash.
 * @throws AppError `not_found` for the task or a reference; `conflict` for a cycle, or for a change of status that only
 * completing or reopening may make; `forbidden` for a change that only the owner may make; `invalid_input` for dates.
 */
export async function updateTask(ctx: Context, taskId: string, asked: TaskChanges): Promise<Updated> {
  if (asked.dependsOn || asked.parentId) await lockGraph(ctx, taskId)
  const row = (await lockTasks(ctx, [taskId])).get(taskId)
  if (!row) throw notFound('task', taskId)
  if (row.trashedAt) throw isTrashed(row)
  const changes = assertMayChange(row, asked)
  refuseStatusMove(row, changes.status)
  await checkReferences(ctx, row, changes)
  const place = await placeAfter(ctx, row, changes)
  await ctx.db
    .update(tasks)
    .set({
      ...plainColumns(row, changes),
      ...place,
      startedAt: startedAfter(ctx, row, changes),
      ...(await whenColumns(ctx, row, changes)),
      updatedAt: ctx.now,
    })
    .where(eq(tasks.id, taskId))
  if (changes.dependsOn) await setDependencies(ctx, taskId, changes.dependsOn)
  if (place.projectId !== row.projectId) await noteTaskEvents(ctx, [{ ...place, event: 'task_added' }])
  const after = await readHeldTask(ctx, taskId)
  const now = { ...row, ...place, title: after.title, assigneeId: after.assignee }
  noteTaskChanged(ctx, now, row)
  if (after.assignee !== null && after.assignee !== row.assigneeId) emitTaskEvent(ctx, taskAssigned, now)
  return { task: after, before: changedBefore(toTask(row), after) }
}

/** The fields that may change, without those that add to labels or take away from them. */
const FIELDS = [
  ...(['title', 'notes', 'priority', 'due', 'deadline', 'repeat', 'minutes', 'labels'] as const),
  ...(['projectId', 'parentId', 'dependsOn', 'assignee'] as const),
]

function changedBefore(before: Task, after: Task): TaskChanges {
  const differs = (field: (typeof FIELDS)[number]) =>
    JSON.stringify(before[field]) !== JSON.stringify(after[field])
  const status = before.status === after.status || before.status === 'done' ? {} : { status: before.status }
  return { ...Object.fromEntries(FIELDS.filter(differs).map((field) => [field, before[field]])), ...status }
}

/** Done and cancelled tasks are opened again only by reopening, which clears what completing them set. */
function refuseStatusMove(row: FullTaskRow, status: TaskChanges['status']): void {
  if (status === undefined || status === row.status) return
  if (row.status === 'open' || row.status === 'in_progress') return
  throw new AppError(
    'conflict',
    `Task ${taskRef(row)} is ${row.status}; its status cannot be set to ${status}.`,
    {
      fix: 'Reopen it first (tasks.reopen).',
    },
  )
}

/** A task that leaves its project stays with its owner. */
async function placeAfter(ctx: Context, row: FullTaskRow, { projectId }: TaskChanges): Promise<Place> {
  if (projectId === undefined || projectId === row.projectId) return placeOf(row)
  const after =
    projectId === null
      ? { projectId, ownerId: row.ownerId, spaceId: row.ownerId }
      : placeIn(await holdEditableProject(ctx, projectId))
  if (after.spaceId !== row.spaceId) await assertMayTakeOut(ctx, row)
  return after
}

/** Work begins once: opening a task again and going on does not change its start. */
function startedAfter(ctx: Context, row: FullTaskRow, changes: TaskChanges): Date | null {
  return row.startedAt ?? (changes.status === 'in_progress' ? ctx.now : null)
}

async function checkReferences(ctx: Context, row: FullTaskRow, changes: TaskChanges): Promise<void> {
  const { assignee } = changes
  const isNewPerson = assignee && ![row.assigneeId, row.ownerId].includes(assignee)
  if (isNewPerson) await assertPeople(ctx, [assignee])
  const wanted = [...(changes.parentId ? [changes.parentId] : []), ...(changes.dependsOn ?? [])]
  const found = new Set(
    (await findTasks(ctx, wanted)).filter((task) => !task.trashedAt).map((task) => task.id),
  )
  for (const id of wanted) if (!found.has(id)) throw notFound('task', id)
  if (changes.dependsOn) await refuseDependencyCycle(ctx, row.id, changes.dependsOn)
  if (changes.parentId) await refuseParentCycle(ctx, row.id, changes.parentId)
}

function plainColumns(row: FullTaskRow, changes: TaskChanges) {
  return {
    title: changes.title ?? row.title,
    notes: notesAfter(row.notes, changes),
    status: changes.status ?? row.status,
    priority: changes.priority ?? row.priority,
    minutes: changes.minutes === undefined ? row.minutes : changes.minutes,
    labels: labelsAfter(row.labels, changes),
    parentId: changes.parentId === undefined ? row.parentId : changes.parentId,
    assigneeId: changes.assignee === undefined ? row.assigneeId : changes.assignee,
  }
}

/** @throws AppError `invalid_input` for notes that are too long */
function notesAfter(before: string | null, { notes = before, addNote }: TaskChanges): string | null {
  if (addNote === undefined) return notes
  const after = notes === null || notes === '' ? addNote : `${notes}\n${addNote}`
  if (after.length <= TASK_LIMITS.notesChars) return after
  throw new AppError(
    'invalid_input',
    `The notes of a task have at most ${TASK_LIMITS.notesChars} characters.`,
    {
      fix: 'Add a shorter note, or replace the notes with notes.',
      issues: [{ path: 'addNote', message: 'makes the notes too long' }],
    },
  )
}

function labelsAfter(labels: readonly string[], changes: TaskChanges): string[] {
  const removed = new Set(changes.removeLabels?.map(comparable))
  const after = distinct([...(changes.labels ?? labels), ...(changes.addLabels ?? [])]).filter(
    (label) => !removed.has(comparable(label)),
  )
  if (after.length > TASK_LIMITS.labels) {
    throw new AppError(
      'invalid_input',
      `A task has at most ${TASK_LIMITS.labels} labels; this one would have ${after.length}.`,
      {
        fix: 'Remove some labels in the same call (removeLabels).',
      },
    )
  }
  return after
}

async function whenColumns(ctx: Context, row: FullTaskRow, changes: TaskChanges) {
  if ([changes.due, changes.deadline, changes.repeat].every((said) => said === undefined)) return {}
  const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
  const said = changes.deadline
  return {
    ...dueAfter(row, changes, moment),
    ...(said !== undefined && { deadline: said === null ? null : deadlineFrom(said, moment) }),
  }
}

function dueAfter(row: FullTaskRow, changes: TaskChanges, moment: Moment) {
  if (changes.due === undefined && changes.repeat === undefined) return {}
  const said = { due: changes.due, repeat: changes.repeat === undefined ? row.repeat : changes.repeat }
  const { due, repeat } = readWhen(said, moment, changes.due === undefined ? dueOf(row) : null)
  return { ...dueColumns(due), repeat }
}
