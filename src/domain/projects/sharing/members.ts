/** The people with whom a project is shared by name. */
import { and, asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { governedBy, visibleTo } from '../../access/visible-to.ts'
import { lockSeen } from '../../db/lock-seen.ts'
import { isMoving, MoveView, moveText } from '../move-steps.ts'
import { projectKind } from '../project-kind.ts'
import type { ProjectRow } from '../store.ts'
import { PROJECT_ROLES, projectMembers, projects } from '../tables.ts'

/** The most people with whom one project is shared by name. */
const PROJECT_MEMBERS_MAX = 100

export const ProjectRole = z.enum(PROJECT_ROLES)
export type ProjectRole = z.output<typeof ProjectRole>

export const ProjectMember = z.object({ personId: z.string(), role: ProjectRole })
export type ProjectMember = z.output<typeof ProjectMember>

/** The answer of the operations that change with whom a project is shared. */
export const SharedWith = z.object({
  members: z.array(ProjectMember).describe('Besides its owner'),
  changed: z.boolean(),
  moving: MoveView.nullable().describe(
    'Of a project with much in it, which is shared once it has moved: projects.get',
  ),
})

export function tellSharedWith({ members, changed, moving }: z.output<typeof SharedWith>): string {
  const people = members.map(({ personId, role }) => `${personId} (${role})`).join(', ')
  const shared = members.length === 0 ? 'It is shared with nobody by name.' : `It is shared with ${people}.`
  if (moving !== null) return `${shared} ${moveText(moving)}`
  return changed ? shared : `Nothing to change. ${shared}`
}

type Scoped = Pick<Context, 'db' | 'actor'>

/**
 * Locks a project, and what is added to it, until this transaction ends, for a change of who sees it.
 * @throws AppError `not_found`, `conflict` while its rows move, or `forbidden` when the caller is neither its owner nor an
 * admin of its team
 */
export async function lockGoverned(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const columns = { project: projects, isGoverned: sql<boolean>`${governedBy(ctx, projects)}` }
  const isIt = and(eq(projects.id, projectId), visibleTo(ctx, projects))
  const [found] = await lockSeen(() => ctx.db.select(columns).from(projects).where(isIt), 'update')
  if (!found) throw notFound('project', projectId)
  const { moving } = found.project
  const isUnderWay = moving !== null && moving.phase !== 'waiting'
  if (isUnderWay && (found.isGoverned || moving.phase === 'handing_over')) throw isMoving(found.project)
  if (found.isGoverned) return found.project
  const ref = refOf(projectKind, found.project.number)
  throw new AppError('forbidden', `You may not decide who sees project ${ref}.`, {
    fix: 'Ask its owner or an admin of its team to do it.',
  })
}

/**
 * The same for a caller who leaves a project that is shared with them, which needs nobody's leave.
 * @throws AppError `not_found`, `conflict` while its rows move
 */
export async function lockToLeave(ctx: Scoped, projectId: string): Promise<ProjectRow> {
  const isIt = and(eq(projects.id, projectId), visibleTo(ctx, projects))
  const [row] = await lockSeen(() => ctx.db.select().from(projects).where(isIt), 'update')
  if (row === undefined) throw notFound('project', projectId)
  if (row.moving !== null && row.moving.phase !== 'waiting') throw isMoving(row)
  return row
}

/** The members of a project that the caller is known to see. */
export async function listMembers({ db }: Pick<Context, 'db'>, projectId: string): Promise<ProjectMember[]> {
  return await db
    .select({ personId: projectMembers.personId, role: projectMembers.role })
    .from(projectMembers)
    .where(eq(projectMembers.projectId, projectId))
    .orderBy(asc(projectMembers.personId))
    .limit(PROJECT_MEMBERS_MAX)
}

/**
 * Adds a member to a project that this transaction has locked, or changes the role; whether that changed anything.
 * @throws AppError `conflict` when there would be too many
 */
export async function setMember(
  { db, now }: Pick<Context, 'db' | 'now'>,
  projectId: string,
  { personId, role }: ProjectMember,
): Promise<boolean> {
  const others = await listMembers({ db }, projectId)
  const isNew = !others.some((member) => member.personId === personId)
  if (isNew && others.length >= PROJECT_MEMBERS_MAX) {
    throw new AppError(
      'conflict',
      `A project is shared with at most ${PROJECT_MEMBERS_MAX} people by name.`,
      {
        fix: 'Make a team, and move the project to it: teams.create, projects.move.',
      },
    )
  }
  const written = await db
    .insert(projectMembers)
    .values({ projectId, personId, role, createdAt: now })
    .onConflictDoUpdate({
      target: [projectMembers.projectId, projectMembers.personId],
      set: { role },
      setWhere: sql`${projectMembers.role} <> ${role}`,
    })
    .returning({ personId: projectMembers.personId })
  return written.length > 0
}

/** Removes a member from a project that this transaction has locked; whether there was one. */
export async function removeMember(
  { db }: Pick<Context, 'db'>,
  projectId: string,
  personId: string,
): Promise<boolean> {
  const removed = await db
    .delete(projectMembers)
    .where(and(eq(projectMembers.projectId, projectId), eq(projectMembers.personId, personId)))
    .returning({ personId: projectMembers.personId })
  return removed.length > 0
}
