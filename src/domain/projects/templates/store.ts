/** Templates: the shipped ones, and each person's own in the database. */
import { and, asc, count, eq } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { homeSpace } from '../../access/visible-to.ts'
import { lockCount } from '../../db/lock-count.ts'
import { projectTemplates } from '../tables.ts'
import { SHIPPED_TEMPLATES } from './shipped.ts'
import { TEMPLATE_LIMITS, Template } from './template.ts'

export interface StoredTemplate {
  readonly id: string
  /** Created by the person; false: shipped. */
  readonly own: boolean
  readonly template: Template
}

type Reader = Pick<Context, 'db' | 'actor'>

/** The shipped templates, then the person's own, oldest first. */
export async function listTemplates(ctx: Reader): Promise<StoredTemplate[]> {
  const rows = await ctx.db
    .select()
    .from(projectTemplates)
    .where(eq(projectTemplates.personId, ctx.actor.personId))
    .orderBy(asc(projectTemplates.id))
    .limit(TEMPLATE_LIMITS.perPerson)
  const shipped = [...SHIPPED_TEMPLATES].map(([id, template]) => ({ id, own: false, template }))
  return [...shipped, ...rows.map(({ id, body }) => ({ id, own: true, template: Template.parse(body) }))]
}

/** @throws AppError `not_found` when it is neither shipped nor the person's own. */
export async function getTemplate(ctx: Reader, templateId: string): Promise<StoredTemplate> {
  const shipped = SHIPPED_TEMPLATES.get(templateId)
  if (shipped) return { id: templateId, own: false, template: shipped }
  const [row] = await ctx.db.select().from(projectTemplates).where(isTheirs(ctx, templateId))
  if (!row) throw notFound('template', templateId)
  return { id: templateId, own: true, template: Template.parse(row.body) }
}

/** @throws AppError `conflict` when the person already has the most templates allowed. */
export async function insertTemplate(ctx: Context, template: Template): Promise<StoredTemplate> {
  await lockCount(ctx.db, 'templates', ctx.actor.personId)
  const [kept] = await ctx.db
    .select({ count: count() })
    .from(projectTemplates)
    .where(eq(projectTemplates.personId, ctx.actor.personId))
  if (Number(kept?.count ?? 0) >= TEMPLATE_LIMITS.perPerson) {
    throw new AppError('conflict', `A person may have at most ${TEMPLATE_LIMITS.perPerson} templates.`, {
      fix: 'Delete one that is no longer used.',
    })
  }
  const id = ctx.newId('template')
  await ctx.db.insert(projectTemplates).values({
    id,
    personId: ctx.actor.personId,
    spaceId: homeSpace(ctx),
    name: template.name,
    body: template,
    createdAt: ctx.now,
  })
  return { id, own: true, template }
}

/**
 * @throws AppError `not_found` when the person has no such template.
 * @throws AppError `conflict` for a shipped one.
 */
export async function deleteTemplate(ctx: Context, templateId: string): Promise<void> {
  if (SHIPPED_TEMPLATES.has(templateId)) {
    throw new AppError('conflict', `The template ${templateId} is shipped, so it cannot be deleted.`, {
      fix: 'Leave it; only templates of your own can be deleted.',
    })
  }
  const [deleted] = await ctx.db
    .delete(projectTemplates)
    .where(isTheirs(ctx, templateId))
    .returning({ id: projectTemplates.id })
  if (!deleted) throw notFound('template', templateId)
}

function isTheirs(ctx: Reader, templateId: string) {
  return and(eq(projectTemplates.id, templateId), eq(projectTemplates.personId, ctx.actor.personId))
}
