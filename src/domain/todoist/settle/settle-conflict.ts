/** Settles what both sides changed, and what Todoist refused: the caller says which side is right. */
import { and, eq, isNull } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { holdEditableProject } from '../../projects/store.ts'
import { updateTask } from '../../tasks/update-task.ts'
import type { ConflictRow } from '../links/conflicts.ts'
import { changeOf } from '../links/edit.ts'
import { type Here, type There, toHere, WHOLE_FIELDS, type WholeField } from '../links/fields.ts'
import { lockLink } from '../links/link.ts'
import { todoistConflicts as conflicts, todoistPairs as pairs } from '../links/tables.ts'
import { zoneOfUser } from '../sync/read-wire.ts'
import { todoistAccounts as mirrors } from '../tables.ts'

export const TAKES = ['ours', 'theirs', 'both'] as const
type Take = (typeof TAKES)[number]

/** The task gets the chosen value here; the link carries it on. Answers with the conflict. */
export async function settleConflict(ctx: Context, conflictId: string, take: Take): Promise<ConflictRow> {
  const [conflict] = await ctx.db
    .select()
    .from(conflicts)
    .where(and(eq(conflicts.id, conflictId), isNull(conflicts.settledAt)))
  if (conflict === undefined) throw notFound('conflict', conflictId)
  const link = await lockLink(ctx, conflict.linkId).catch(() => {
    throw notFound('conflict', conflictId)
  })
  await holdEditableProject(ctx, link.projectId)
  const field = WHOLE_FIELDS.find((each) => each === conflict.field)
  if (conflict.took !== 'neither' && field !== undefined) {
    const value = await chosenValue(ctx, link, { conflict, field, take })
    await updateTask(ctx, conflict.taskId, changeOf(field, value))
  } else if (take === 'both') throw cannotHaveBoth(conflict.field)
  await ctx.db.update(conflicts).set({ settledAt: ctx.now }).where(eq(conflicts.id, conflictId))
  return conflict
}

interface Chosen {
  readonly conflict: ConflictRow
  readonly field: WholeField
  readonly take: Take
}

async function chosenValue(
  ctx: Context,
  { id: linkId, accountId }: { readonly id: string; readonly accountId: string },
  { conflict, field, take }: Chosen,
): Promise<Here[WholeField] | undefined> {
  const ours = conflict.here as Here[WholeField]
  if (take === 'ours') return ours
  const [mirror] = await ctx.db.select().from(mirrors).where(eq(mirrors.accountId, accountId))
  const known = await ctx.db.select().from(pairs).where(eq(pairs.linkId, linkId))
  const between = {
    ...{ now: ctx.now, timeZone: zoneOfUser(mirror?.userWire ?? null) },
    taskOf: (itemId: string) => known.find((each) => each.itemId === itemId)?.taskId,
    itemOf: () => undefined,
    personOf: () => undefined,
    userOf: () => undefined,
  }
  const theirs = toHere(field, { [field]: conflict.there } as unknown as There, between)
  if (take === 'theirs') return theirs
  if (field === 'content') return `${String(ours)} / ${String(theirs)}`
  if (field === 'description') return [ours, theirs].filter(Boolean).join('\n\n')
  throw cannotHaveBoth(field)
}

function cannotHaveBoth(field: string): AppError {
  return new AppError('invalid_input', `The field ${field} cannot have both values.`, {
    fix: 'Take ours or theirs. Texts can have both.',
    issues: [{ path: 'take', message: 'both is for content and description' }],
  })
}
