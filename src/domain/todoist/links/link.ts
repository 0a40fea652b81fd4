/** Links as people see them, and their rows. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { idOf } from '../../../core/operation/ids.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { counted } from '../../../core/text/counts.ts'
import { editableBy, visibleTo } from '../../access/visible-to.ts'
import { projectKind } from '../../projects/project-kind.ts'
import { projects } from '../../projects/tables.ts'
import { todoistThings as things } from '../tables.ts'
import { LINK_MODES, todoistLinks as links, todoistPairs as pairs } from './tables.ts'

export type LinkRow = typeof links.$inferSelect

export const LinkId = idOf('link')

export const LinkMode = z
  .enum(LINK_MODES)
  .describe('pull: changes come from Todoist; push: they go there; both; off: none for now')

export const Link = z.object({
  id: z.string(),
  accountId: z.string(),
  project: z.object({ id: z.string(), ref: z.string(), name: z.string() }),
  todoistProject: z.object({ id: z.string(), name: z.string() }),
  mode: LinkMode,
  tasks: z.int().describe('Tasks that both sides have'),
  appliedAt: z.string().nullable().describe('When both sides were last compared'),
  pausedBecause: z.string().nullable().describe('Why no side is changed for now'),
})
export type Link = z.output<typeof Link>

type Reader = Pick<Context, 'db' | 'actor'>

/** The links whose project the caller sees. */
export async function listLinks(ctx: Reader, which: { readonly linkId?: string } = {}): Promise<Link[]> {
  const rows = await ctx.db
    .select({
      link: links,
      projectName: projects.name,
      number: projects.number,
      outsideName: things.name,
      tasks: sql<number>`(select count(*)::int from ${pairs} where ${pairs.linkId} = ${links.id} and not ${pairs.isGone})`,
    })
    .from(links)
    .innerJoin(projects, eq(projects.id, links.projectId))
    .leftJoin(
      things,
      and(eq(things.accountId, links.accountId), eq(things.kind, 'projects'), eq(things.id, links.outsideId)),
    )
    .where(and(visibleTo(ctx, projects), which.linkId === undefined ? undefined : eq(links.id, which.linkId)))
    .orderBy(asc(links.id))
  return rows.map(({ link, projectName, number, outsideName, tasks }) => ({
    ...{ id: link.id, accountId: link.accountId, mode: link.mode, tasks },
    project: { id: link.projectId, ref: refOf(projectKind, number), name: projectName },
    todoistProject: { id: link.outsideId, name: outsideName ?? projectName },
    ...{ appliedAt: link.appliedAt?.toISOString() ?? null, pausedBecause: link.pausedBecause },
  }))
}

/** A link whose project the caller sees, with its row locked. @throws AppError `not_found` */
export async function lockLink(ctx: Reader, linkId: string): Promise<LinkRow> {
  const seen = ctx.db.select({ id: projects.id }).from(projects).where(visibleTo(ctx, projects))
  const [row] = await ctx.db
    .select()
    .from(links)
    .where(and(eq(links.id, linkId), inArray(links.projectId, seen)))
    .for('update')
  if (row === undefined) throw notFound('link', linkId)
  return row
}

/** Links whose project the caller may change. */
export async function findEditableLinks(ctx: Reader): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: links.id })
    .from(links)
    .innerJoin(projects, eq(projects.id, links.projectId))
    .where(editableBy(ctx, projects))
    .orderBy(asc(links.id))
  return rows.map(({ id }) => id)
}

export function linkLine({ id, project, todoistProject, mode, tasks, pausedBecause }: Link): string {
  const arrow = ARROWS[mode]
  const paused = pausedBecause === null ? '' : `; paused: ${pausedBecause}`
  return `${id} ${project.ref} ${project.name} ${arrow} ${todoistProject.name} (${mode}, ${counted(tasks, 'task')}${paused})`
}

const ARROWS: Readonly<Record<Link['mode'], string>> = { off: '-', pull: '<-', push: '->', both: '<->' }
