/** Checks for requests that only an admin may make. */

import { AppError } from '../../core/errors.ts'
import { wayTo } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { grants } from '../../core/operation/scopes.ts'

/**
 * Whether the caller is an admin of the gateway. A call that is confined to a team's things has nobody's wider rights,
 * because the team sees its outcome.
 */
export function isGatewayAdmin({ actor }: Pick<Context, 'actor'>): boolean {
  return actor.within === undefined && grants(actor.scopes, 'admin')
}

/** @throws AppError `forbidden` when the caller is not an admin. `what` completes "Only an admin may ...". */
export function assertAdmin(ctx: Pick<Context, 'actor'>, what: string): void {
  if (isGatewayAdmin(ctx)) return
  throw new AppError('forbidden', `Only an admin may ${what}.`, {
    fix: `Ask for your own. ${wayTo('admin', ctx.actor)}`,
  })
}
