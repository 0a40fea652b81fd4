/** Tells tasks that are kept here from those of Todoist, by their references. */
import { AppError, notFound } from '../../core/errors.ts'
import { wayTo } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { readReference } from '../../core/operation/kind.ts'
import { grants, type Scope } from '../../core/operation/scopes.ts'
import { taskKind } from '../tasks/task-kind.ts'

/**
 * The id of a task that is kept here; undefined: the reference is one of Todoist.
 * @throws AppError `not_found`, `forbidden` for a caller who may not change tasks there
 */
export async function findHere(ctx: Context, ref: string): Promise<string | undefined> {
  // A number alone may be an id of Todoist.
  const number = isNumber(ref) ? undefined : readReference(taskKind, ref)
  const isHere = number !== undefined || ref.startsWith(`${taskKind.name}_`)
  assertScope(ctx, isHere ? 'tasks:write' : 'todoist:write')
  if (number === undefined) return isHere ? ref : undefined
  const [found] = await taskKind.find(ctx, [number])
  if (found === undefined) throw notFound('task', ref)
  return found.id
}

function isNumber(ref: string): boolean {
  return /^\d+$/.test(ref)
}

function assertScope({ actor }: Context, scope: Scope): void {
  if (grants(actor.scopes, scope)) return
  throw new AppError('forbidden', `Changing this task needs the scope ${scope}.`, {
    fix: wayTo(scope, actor),
  })
}
