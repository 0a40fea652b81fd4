/** What only an admin may ask for. */
import { wayTo } from '../../core/actor.ts'
import type { Context } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { grants } from '../../core/scopes.ts'

/** @throws AppError `forbidden` when the caller is not an admin. `what` completes "Only an admin may ...". */
export function assertAdmin(ctx: Pick<Context, 'actor'>, what: string): void {
  if (grants(ctx.actor.scopes, 'admin')) return
  throw new AppError('forbidden', `Only an admin may ${what}.`, {
    fix: `Ask for your own. ${wayTo('admin', ctx.actor)}`,
  })
}
