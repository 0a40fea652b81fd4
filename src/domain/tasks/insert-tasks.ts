/** New tasks: completes the requested fields (dates read, references checked) and writes them in one statement. */

import { AppError, notFound, toRefusal } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { distinct } from '../../core/text/comparable.ts'
import { personTimeZone } from '../access/people.ts'
import { homeSpace } from '../access/visible-to.ts'
import { insertNumbered } from '../db/insert-rows.ts'
import { type AssertPerson, lookUpPeople } from '../people/visible-people.ts'
import { assertEditable, holdProjects, type ProjectRow, type SeenProject } from '../projects/store.ts'
import { newOwner } from '../teams/new-owner.ts'
import type { Moment } from '../time/due.ts'
import { type Due, dueSort } from '../time/due.ts'
import { addDependencies } from './graph.ts'
import { noteTaskChanged, noteTaskEvents } from './note-changes.ts'
import { deadlineFrom, readWhen } from './read-when.ts'
import { type FullTaskRow, findTasks, type NewTaskRow, type Place, placeOf, toTask } from './store.ts'
import { tasks } from './tables.ts'
import type { Task, TaskInput } from './task.ts'
import { emitTaskEvent, taskAssigned, taskCreated } from './task-events.ts'

/** A requested task, with an id if others of the batch refer to it. */
export type TaskDraft = TaskInput & { readonly id?: string }

const DEFAULT_PRIORITY = 4

/**
 * Writes new tasks, all or none.
 * @throws AppError for the first that is refused: `not_found` for a reference, `invalid_input` for its dates.
 */
export async function insertTasks(ctx: Context, drafts: readonly TaskDraft[]): Promise<Task[]> {
  const outcomes = await insertEach(ctx, drafts)
  return outcomes.map((outcome) => {
    if (outcome instanceof AppError) throw outcome
    return outcome
  })
}

/** Writes each new task that can be written, and gives the reason for each other one, in the given order. */
export async function insertEach(ctx: Context, drafts: readonly TaskDraft[]): Promise<(Task | AppError)[]> {
  const known = await references(ctx, drafts)
  const moment = await momentOf(ctx, drafts)
  const outcomes = drafts.map((draft): NewTaskRow | AppError => {
    try {
      checkReferences(draft, known)
      return rowOf(ctx, draft, { moment, known })
    } catch (thrown) {
      return toRefusal(thrown)
    }
  })
  const rows = outcomes.flatMap((outcome) => (outcome instanceof AppError ? [] : [outcome]))
  const inserted = rows.length > 0 ? await insertRows(ctx, rows) : []
  const made = new Map(inserted.map((row) => [row.id, toTask(row)]))
  return outcomes.map((outcome) => (outcome instanceof AppError ? outcome : taskOf(made, outcome)))
}

function taskOf(made: ReadonlyMap<string, Task>, { id }: NewTaskRow): Task {
  const task = made.get(id)
  if (task === undefined) throw new Error(`${id} was not inserted`)
  return task
}

/** Writes new rows in order, with their dependencies and their effects on projects. */
export async function insertRows(ctx: Context, rows: readonly NewTaskRow[]): Promise<readonly FullTaskRow[]> {
  const inserted = await insertNumbered(ctx.db, tasks, rows)
  await addDependencies(
    ctx,
    rows.map((row) => ({ taskId: row.id, dependsOn: row.waitsFor.map(({ id }) => id) })),
  )
  for (const row of rows) noteTaskChanged(ctx, row)
  for (const row of inserted) {
    emitTaskEvent(ctx, taskCreated, row)
    if (row.assigneeId !== null) emitTaskEvent(ctx, taskAssigned, row)
  }
  await noteTaskEvents(
    ctx,
    rows.map((row) => ({ ...placeOf(row), event: 'task_added' })),
  )
  return inserted
}

interface Known {
  readonly tasks: ReadonlyMap<string, KnownTask>
  readonly projects: ReadonlyMap<string, SeenProject>
  readonly assertPerson: AssertPerson
  /** Whose the tasks are that go into no project; an error where the caller may add none. */
  readonly home: string | AppError
}

interface KnownTask {
  readonly unfinished: boolean
  readonly trashed: boolean
  /** Where its subtasks go; null: where their maker's new tasks go. */
  readonly place: Place | null
}

async function references(ctx: Context, drafts: readonly TaskDraft[]): Promise<Known> {
  const taskIds = drafts.flatMap((draft) => [
    ...(draft.parentId ? [draft.parentId] : []),
    ...(draft.dependsOn ?? []),
  ])
  const projectIds = drafts.flatMap((draft) => (draft.projectId ? [draft.projectId] : []))
  const assertPerson = await lookUpPeople(
    ctx,
    drafts.flatMap(({ assignee }) => assignee ?? []),
  )
  const rows = await findTasks(ctx, taskIds)
  const ofParents = rows.flatMap(({ shownProjectId }) => shownProjectId ?? [])
  const projects = await holdProjects(ctx, [...new Set([...projectIds, ...ofParents])])
  const known = new Map<string, KnownTask>(
    rows.map((row) => [
      row.id,
      {
        unfinished: row.status === 'open' || row.status === 'in_progress',
        trashed: row.trashedAt !== null,
        place: row.right === 'hold' && row.spaceId !== homeSpace(ctx) ? placeOf(row) : null,
      },
    ]),
  )
  for (const { id } of drafts) if (id) known.set(id, { unfinished: true, trashed: false, place: null })
  const home = await newOwner(ctx, undefined).catch(toRefusal)
  const byId = new Map(projects.map((project) => [project.id, project]))
  return { tasks: known, projects: byId, assertPerson, home }
}

function checkReferences(draft: TaskDraft, known: Known): void {
  if (draft.assignee) known.assertPerson(draft.assignee)
  if (draft.projectId) {
    const project = known.projects.get(draft.projectId)
    if (project === undefined) throw notFound('project', draft.projectId)
    assertEditable(project)
  }
  for (const id of [...(draft.parentId ? [draft.parentId] : []), ...(draft.dependsOn ?? [])]) {
    const task = known.tasks.get(id)
    if (!task || task.trashed) throw notFound('task', id)
  }
}

/** The moment for reading words; the person's zone is looked up only when there are words to read. */
async function momentOf(ctx: Context, drafts: readonly TaskDraft[]): Promise<Moment> {
  const reads = drafts.some((draft) => draft.due || draft.repeat || draft.deadline)
  return { now: ctx.now, timeZone: reads ? await personTimeZone(ctx) : 'UTC' }
}

function rowOf(
  ctx: Context,
  draft: TaskDraft,
  { moment, known }: { moment: Moment; known: Known },
): NewTaskRow {
  const { due, repeat } = readWhen(draft, moment)
  const dependsOn = [...new Set(draft.dependsOn ?? [])].sort()
  const place = newPlace(draft, known)
  return {
    id: draft.id ?? ctx.newId('task'),
    personId: ctx.actor.personId,
    ...place,
    assigneeId: draft.assignee ?? null,
    title: draft.title,
    notes: draft.notes ?? null,
    status: 'open',
    priority: draft.priority ?? DEFAULT_PRIORITY,
    ...dueColumns(due),
    deadline: draft.deadline == null ? null : deadlineFrom(draft.deadline, moment),
    repeat,
    minutes: draft.minutes ?? null,
    labels: distinct(draft.labels ?? []),
    parentId: draft.parentId ?? null,
    seriesId: null,
    shownProjectId: place.projectId,
    shownParentId: draft.parentId ?? null,
    source: draft.source ?? ctx.door,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    startedAt: null,
    completedAt: null,
    trashedAt: null,
    right: 'hold',
    waitsFor: dependsOn.map((id) => ({ id, isUnfinished: known.tasks.get(id)?.unfinished ?? false })),
  }
}

/**
 * Where a new task goes: into its project; else, below a task of a team or of a shared project, to that task, so that
 * those who see the parent see its subtasks; else to its maker.
 */
function newPlace(draft: TaskDraft, known: Known): Place {
  const project = draft.projectId ? known.projects.get(draft.projectId) : undefined
  if (project !== undefined) return placeIn(project)
  const parent = draft.parentId ? known.tasks.get(draft.parentId)?.place : undefined
  // The project may have moved since the parent was read; now it is held.
  const itsProject = parent?.projectId ? known.projects.get(parent.projectId) : undefined
  if (itsProject !== undefined) return placeIn(itsProject)
  if (parent) return parent
  if (known.home instanceof AppError) throw known.home
  return { projectId: null, ownerId: known.home, spaceId: known.home }
}

/** The place of the tasks of a project. */
export function placeIn({ id, ownerId, spaceId }: ProjectRow): Place {
  return { projectId: id, ownerId, spaceId }
}

/** The columns that hold a due date. */
export function dueColumns(due: Due | null) {
  return {
    dueDate: due?.date ?? null,
    dueTime: due?.time ?? null,
    dueTimeZone: due?.timeZone ?? null,
    dueAt: due?.at ? new Date(due.at) : null,
    dueSort: dueSort(due),
  }
}
