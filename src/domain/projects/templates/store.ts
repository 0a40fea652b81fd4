/** Templates: the shipped ones, and those of people and teams in the database. */
import { and, asc, count, eq, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { editableBy, mayOnlyRead, spacedKind, visibleTo } from '../../access/visible-to.ts'
import { lockCount } from '../../db/lock-count.ts'
import { lockSeen } from '../../db/lock-seen.ts'
import { newOwner } from '../../teams/new-owner.ts'
import { teamOf } from '../../teams/space.ts'
import { projectTemplates } from '../tables.ts'
import { SHIPPED_TEMPLATES } from './shipped.ts'
import { TEMPLATE_LIMITS, Template } from './template.ts'

export const templateKind = spacedKind('template', projectTemplates)

export interface StoredTemplate {
  readonly id: string
  /** Created by a person; false: shipped. */
  readonly own: boolean
  /** The team that it belongs to; null: a person, or everybody. */
  readonly teamId: string | null
  readonly template: Template
}

type Reader = Pick<Context, 'db' | 'actor'>

/** The most stored templates in a list: a person's own, and those of some teams. */
const LISTED_MAX = 500

/** The shipped templates, then those that the caller sees, oldest first. */
export async function listTemplates(ctx: Reader): Promise<StoredTemplate[]> {
  const rows = await ctx.db
    .select()
    .from(projectTemplates)
    .where(visibleTo(ctx, projectTemplates))
    .orderBy(asc(projectTemplates.id))
    .limit(LISTED_MAX)
  const shipped = [...SHIPPED_TEMPLATES].map(([id, template]) => toShipped(id, template))
  return [...shipped, ...rows.map(toStored)]
}

/** @throws AppError `not_found` when it is neither shipped nor one that the caller sees */
export async function getTemplate(ctx: Reader, templateId: string): Promise<StoredTemplate> {
  const shipped = SHIPPED_TEMPLATES.get(templateId)
  if (shipped) return toShipped(templateId, shipped)
  const [row] = await ctx.db
    .select()
    .from(projectTemplates)
    .where(and(eq(projectTemplates.id, templateId), visibleTo(ctx, projectTemplates)))
  if (!row) throw notFound('template', templateId)
  return toStored(row)
}

function toShipped(id: string, template: Template): StoredTemplate {
  return { id, own: false, teamId: null, template }
}

function toStored({ id, spaceId, body }: typeof projectTemplates.$inferSelect): StoredTemplate {
  return { id, own: true, teamId: teamOf(spaceId), template: Template.parse(body) }
}

/**
 * @throws AppError `conflict` when the person or the team already has the most templates allowed, `not_found` or
 * `forbidden` for a team that the caller may not change
 */
export async function insertTemplate(
  ctx: Context,
  template: Template,
  teamId: string | undefined,
): Promise<StoredTemplate> {
  const spaceId = await newOwner(ctx, teamId)
  await lockCount(ctx.db, 'templates', spaceId)
  const [kept] = await ctx.db
    .select({ count: count() })
    .from(projectTemplates)
    .where(eq(projectTemplates.spaceId, spaceId))
  if (Number(kept?.count ?? 0) >= TEMPLATE_LIMITS.perOwner) {
    throw new AppError(
      'conflict',
      `A person or a team may have at most ${TEMPLATE_LIMITS.perOwner} templates.`,
      { fix: 'Delete one that is no longer used.' },
    )
  }
  const id = ctx.newId('template')
  await ctx.db.insert(projectTemplates).values({
    id,
    personId: ctx.actor.personId,
    spaceId,
    name: template.name,
    body: template,
    createdAt: ctx.now,
  })
  ctx.touched(templateUri(id), spaceId)
  return { id, own: true, teamId: teamOf(spaceId), template }
}

/**
 * @throws AppError `not_found` for a template that the caller does not see, `forbidden` for one that they may only use,
 * `conflict` for a shipped one
 */
export async function deleteTemplate(ctx: Context, templateId: string): Promise<void> {
  if (SHIPPED_TEMPLATES.has(templateId)) {
    throw new AppError('conflict', `The template ${templateId} is shipped, so it cannot be deleted.`, {
      fix: 'Leave it; only templates that people made can be deleted.',
    })
  }
  const { id, spaceId } = projectTemplates
  const columns = { spaceId, mayChange: sql<boolean>`(${editableBy(ctx, projectTemplates)})` }
  const isIt = and(eq(id, templateId), visibleTo(ctx, projectTemplates))
  const [found] = await lockSeen(() => ctx.db.select(columns).from(projectTemplates).where(isIt), 'update')
  if (!found) throw notFound('template', templateId)
  if (!found.mayChange) throw mayOnlyRead(`template ${templateId}`)
  await ctx.db.delete(projectTemplates).where(eq(id, templateId))
  ctx.touched(templateUri(templateId), found.spaceId)
}

/** The URI by which the audit names a template. */
function templateUri(templateId: string): string {
  return `template://${templateId}`
}
