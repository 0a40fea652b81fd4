/** Projects in the database, each read and written only for those who may. */
import { and, desc, eq, getTableColumns, inArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { readReference, refOf } from '../../core/operation/kind.ts'
import { personTimeZone } from '../access/people.ts'
import { editableBy, mayOnlyRead, visibleTo } from '../access/visible-to.ts'
import { comparableSql } from '../db/comparable.ts'
import { insertNumbered } from '../db/insert-rows.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { teamOf } from '../teams/space.ts'
import { dayIn } from '../time/calendar.ts'
import { isMoving } from './move-steps.ts'
import { projectUri } from './project.ts'
import { projectKind } from './project-kind.ts'
import { MOMENTUM, type ProjectState } from './rules.ts'
import type { PROJECT_TYPES } from './tables.ts'
import { projects } from './tables.ts'

export type ProjectRow = typeof projects.$inferSelect

/** The part of a context that reading and writing projects needs. */
type Scoped = Pick<Context, 'db' | 'actor'>

/** @throws AppError `not_found` when the person sees no such project. */
export async function getProject(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const [row] = await ctx.db
    .select()
    .from(projects)
    .where(and(eq(projects.id, projectId), visibleTo(ctx, projects)))
  if (!row) throw notFound('project', projectId)
  return row
}

/** A project that the caller may add to. @throws AppError `not_found`, or `forbidden` when they may only read it. */
export async function holdEditableProject(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const [row] = await holdProjects(ctx, [projectId])
  if (!row) throw notFound('project', projectId)
  return assertEditable(row)
}

/**
 * Locks a project until this transaction ends, but not its key, so that adding a task to it waits only where momentum
 * is written.
 * @throws AppError `not_found`, or `forbidden` when the caller may only read it.
 */
export async function lockProject(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const [row] = await lockSeen(() => selectSeen(ctx, eq(projects.id, projectId)), 'no key update')
  if (!row) throw notFound('project', projectId)
  return assertEditable(row)
}

/** A project, and whether the caller may change it. */
export type SeenProject = ProjectRow & { readonly isEditable: boolean }

/** The columns of a project, and whether the caller may change it. */
export function projectColumns(ctx: Scoped) {
  return {
    ...getTableColumns(projects),
    isEditable: sql<boolean>`${editableBy(ctx, projects)}`.as('is_editable'),
  }
}

/** @throws AppError `forbidden` when the caller may only read it, `conflict` while it is handed over */
export function assertEditable({ isEditable, ...row }: SeenProject): ProjectRow {
  if (isEditable) return row
  if (row.moving?.phase === 'handing_over') throw isMoving(row)
  throw mayOnlyRead(`project ${refOf(projectKind, row.number)}`)
}

/**
 * The projects with these ids that this person sees, ordered by id. Until this transaction ends, none of them moves to
 * another space, so that what is added to them is stored in theirs.
 */
export async function holdProjects(ctx: Scoped, ids: readonly string[]): Promise<SeenProject[]> {
  if (ids.length === 0) return []
  const distinct = [...new Set(ids)]
  return await lockSeen(() => selectSeen(ctx, inArray(projects.id, distinct)), 'key share')
}

/** In the order in which they are locked. */
function selectSeen(ctx: Scoped, which: SQL) {
  return ctx.db
    .select(projectColumns(ctx))
    .from(projects)
    .where(and(which, visibleTo(ctx, projects)))
    .orderBy(projects.id)
}

/**
 * The owners and spaces of projects to which tasks are added on behalf of those who may not see them. Until this
 * transaction ends, none of them moves.
 */
export async function holdPlaces(
  { db }: Pick<Context, 'db'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Pick<ProjectRow, 'ownerId' | 'spaceId'>>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: projects.id, ownerId: projects.ownerId, spaceId: projects.spaceId })
    .from(projects)
    .where(inArray(projects.id, [...ids]))
    .orderBy(projects.id)
    .for('key share')
  return new Map(rows.map(({ id, ...place }) => [id, place]))
}

/**
 * The project that a person means by a name such as `#home-renovation`, regardless of case, spaces, hyphens and
 * underscores. If several match, an active or planned one comes first, then the newest; archived ones are left out, and so are
 * those that the person may only read.
 */
export async function findProjectByName(ctx: Scoped, name: string): Promise<ProjectRow | undefined> {
  const number = /^p-\d/i.test(name) ? readReference(projectKind, name) : undefined
  const plain = (text: SQLWrapper) =>
    sql`regexp_replace(lower(trim(${comparableSql(text)})), '[\\s_-]+', '-', 'g')`
  const [row] = await ctx.db
    .select()
    .from(projects)
    .where(
      and(
        editableBy(ctx, projects),
        sql`${projects.state} <> 'archived'`,
        number === undefined
          ? sql`${plain(projects.name)} = ${plain(sql`${name}::text`)}`
          : eq(projects.number, number),
      ),
    )
    .orderBy(sql`${projects.state} in ('planning', 'active') desc`, desc(projects.id))
    .limit(1)
  return row
}

/** What a new project is made from. */
export interface ProjectDraft {
  readonly name: string
  readonly outcome: string | null
  readonly dueDate: string | null
  /** Undefined: business in a team, else personal. */
  readonly type?: (typeof PROJECT_TYPES)[number] | undefined
  readonly state: ProjectState
}

export async function insertProject(
  ctx: Context,
  { ownerId, today, type, ...draft }: ProjectDraft & { readonly ownerId: string; readonly today: string },
): Promise<ProjectRow> {
  const newProject = {
    ...draft,
    type: type ?? (teamOf(ownerId) === null ? 'personal' : 'business'),
    id: ctx.newId('project'),
    personId: ctx.actor.personId,
    ownerId,
    spaceId: ownerId,
    restricted: false,
    moving: null,
    momentum: MOMENTUM.start,
    momentumOn: today,
    stalledAt: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    completedAt: null,
  }
  const [row] = await insertNumbered(ctx.db, projects, [newProject])
  noteProjectChanged(ctx, row)
  return row
}

/** Notifies those who see a project, and adds the call to its owner's audit. */
export function noteProjectChanged(
  ctx: Pick<Context, 'changed' | 'touched'>,
  { id, spaceId, ownerId }: Pick<ProjectRow, 'id' | 'spaceId' | 'ownerId'>,
): void {
  ctx.changed(projectUri(id), spaceId)
  ctx.touched(projectUri(id), ownerId)
}

/** Fields that may change; its owner and space change only as a whole: see `place-project.ts`. */
export type ProjectChanges = Partial<
  Omit<
    ProjectRow,
    'id' | 'personId' | 'ownerId' | 'spaceId' | 'restricted' | 'moving' | 'createdAt' | 'updatedAt'
  >
>

/** Writes changes to a project that this transaction has locked, and notifies watchers if there are changes. */
export async function changeProject(
  ctx: Context,
  row: ProjectRow,
  changes: ProjectChanges,
): Promise<ProjectRow> {
  if (Object.keys(changes).length === 0) return row
  const changed = { ...changes, updatedAt: ctx.now }
  await ctx.db
    .update(projects)
    .set(changed)
    .where(and(eq(projects.id, row.id), editableBy(ctx, projects)))
  noteProjectChanged(ctx, row)
  return { ...row, ...changed }
}

/** The person's present calendar day. */
export async function todayOf(ctx: Context): Promise<string> {
  return dayIn(await personTimeZone(ctx), ctx.now)
}
