/** Projects in the database, each read and written only for its owner. */
import { and, desc, eq, inArray, type SQLWrapper, sql } from 'drizzle-orm'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { homeSpace } from '../access/visible-to.ts'
import { comparableSql } from '../db/comparable.ts'
import { insertNumbered } from '../db/insert-rows.ts'
import { dayIn } from '../time/calendar.ts'
import { projectUri } from './project.ts'
import { MOMENTUM, type ProjectState } from './rules.ts'
import type { PROJECT_TYPES } from './tables.ts'
import { projects } from './tables.ts'

export type ProjectRow = typeof projects.$inferSelect

/** The part of a context that reading and writing projects needs. */
type Scoped = Pick<Context, 'db' | 'actor'>

/** @throws AppError `not_found` when the person has no such project. */
export async function assertProject(ctx: Scoped, projectId: string): Promise<void> {
  const [found] = await ctx.db.select({ id: projects.id }).from(projects).where(isTheirs(ctx, projectId))
  if (!found) throw notFound('project', projectId)
}

/** @throws AppError `not_found` when the person has no such project. */
export async function getProject(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const [row] = await ctx.db.select().from(projects).where(isTheirs(ctx, projectId))
  if (!row) throw notFound('project', projectId)
  return row
}

/**
 * Locks a project until this transaction ends, but not its key, so that adding a task to it waits only where momentum
 * is written.
 * @throws AppError `not_found` when the person has no such project.
 */
export async function lockProject(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const [row] = await ctx.db.select().from(projects).where(isTheirs(ctx, projectId)).for('no key update')
  if (!row) throw notFound('project', projectId)
  return row
}

/** The projects of this person with these ids, ordered by id. */
export async function findProjects(ctx: Scoped, ids: readonly string[]): Promise<ProjectRow[]> {
  if (ids.length === 0) return []
  return ctx.db
    .select()
    .from(projects)
    .where(and(eq(projects.personId, ctx.actor.personId), inArray(projects.id, [...ids])))
    .orderBy(projects.id)
}

/**
 * The project that a person means by a name such as `#home-renovation`, regardless of case, spaces, hyphens and
 * underscores. If several match, an active or planned one comes first, then the newest; archived ones are left out.
 */
export async function findProjectByName(ctx: Scoped, name: string): Promise<ProjectRow | undefined> {
  const plain = (text: SQLWrapper) =>
    sql`regexp_replace(lower(trim(${comparableSql(text)})), '[\\s_-]+', '-', 'g')`
  const [row] = await ctx.db
    .select()
    .from(projects)
    .where(
      and(
        eq(projects.personId, ctx.actor.personId),
        sql`${projects.state} <> 'archived'`,
        sql`${plain(projects.name)} = ${plain(sql`${name}::text`)}`,
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
  readonly type: (typeof PROJECT_TYPES)[number]
  readonly state: ProjectState
}

export async function insertProject(ctx: Context, draft: ProjectDraft, today: string): Promise<ProjectRow> {
  const newProject = {
    ...draft,
    id: ctx.newId('project'),
    personId: ctx.actor.personId,
    ownerId: homeSpace(ctx),
    spaceId: homeSpace(ctx),
    restricted: false,
    momentum: MOMENTUM.start,
    momentumOn: today,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    completedAt: null,
  }
  const [row] = await insertNumbered(ctx.db, projects, [newProject])
  ctx.changed(projectUri(row.id))
  return row
}

/** Fields that may change; a project's owner and creation time do not. */
export type ProjectChanges = Partial<Omit<ProjectRow, 'id' | 'personId' | 'createdAt' | 'updatedAt'>>

/** Writes changes to a project that this transaction has locked, and notifies watchers if there are changes. */
export async function changeProject(
  ctx: Context,
  row: ProjectRow,
  changes: ProjectChanges,
): Promise<ProjectRow> {
  if (Object.keys(changes).length === 0) return row
  const changed = { ...changes, updatedAt: ctx.now }
  await ctx.db.update(projects).set(changed).where(isTheirs(ctx, row.id))
  ctx.changed(projectUri(row.id))
  return { ...row, ...changed }
}

/** The person's present calendar day. */
export async function todayOf(ctx: Context): Promise<string> {
  return dayIn(await personTimeZone(ctx), ctx.now)
}

function isTheirs(ctx: Scoped, projectId: string) {
  return and(eq(projects.id, projectId), eq(projects.personId, ctx.actor.personId))
}
