/** What is known of the accounts of tasks when they are changed. */
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { seenAccounts } from '../accounts/choose-account.ts'
import { zoneOfUser } from '../sync/read-wire.ts'
import { type Changing, labelsOnTheirWay } from './change-task.ts'
import { planningFor } from './planning-for.ts'
import type { Target } from './read-items.ts'

/** By the ids of the accounts. */
export async function changingFor(
  ctx: Pick<Context, 'db' | 'actor' | 'now'>,
  targets: readonly (Target | AppError)[],
): Promise<Map<string, Changing>> {
  const found = targets.flatMap((target) => (target instanceof AppError ? [] : [target]))
  const labelsOf = await labelsOnTheirWay(
    ctx.db,
    found.map(({ id }) => id),
  )
  const changing = new Map<string, Changing>()
  for (const account of await seenAccounts(ctx)) {
    if (!found.some(({ accountId }) => accountId === account.id)) continue
    const timeZone = zoneOfUser(account.mirror.userWire)
    changing.set(account.id, { ...(await planningFor(ctx.db, account)), now: ctx.now, timeZone, labelsOf })
  }
  return changing
}
