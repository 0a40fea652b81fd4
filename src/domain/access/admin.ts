/** Checks for requests that only an admin may make. */

import { AppError } from '../../core/errors.ts'
import { wayTo } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { grants } from '../../core/operation/scopes.ts'

/** @throws AppError `forbidden` when the caller is not an admin. `what` completes "Only an admin may ...". */
export function assertAdmin(ctx: Pick<Context, 'actor'>, what: string): void {
  if (grants(ctx.actor.scopes, 'admin')) return
  throw new AppError('forbidden', `Only an admin may ${what}.`, {
    fix: `Ask for your own. ${wayTo('admin', ctx.actor)}`,
  })
}
