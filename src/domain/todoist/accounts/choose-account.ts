/** Which accounts a call reads, and with which it acts. */
import { and, eq, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { idOf } from '../../../core/operation/ids.ts'
import { heldBy, mayOnlyRead, visibleTo } from '../../access/visible-to.ts'
import { connectedAccounts as accounts } from '../../accounts/tables.ts'
import type { MirrorRow } from '../sync/lease.ts'
import { todoistAccounts as mirrors } from '../tables.ts'
import { TODOIST } from '../todoist.ts'

type Reader = Pick<Context, 'db' | 'actor'>

/** The field by which one of several accounts is chosen. */
export const accountField = idOf('account').optional().describe('Needed only with several Todoist accounts')

export interface ChosenAccount {
  readonly id: string
  /** Todoist's id of its user. */
  readonly userId: string
  readonly name: string
  readonly state: 'connected' | 'broken'
  readonly mirror: MirrorRow
  /** Whether the caller may act with it. */
  readonly isHeld: boolean
}

/** The accounts that the caller sees, with their mirrors. */
export async function seenAccounts(ctx: Reader, accountId?: string): Promise<ChosenAccount[]> {
  const rows = await ctx.db
    .select({ account: accounts, mirror: mirrors, isHeld: sql<boolean>`${heldBy(ctx, accounts)}` })
    .from(accounts)
    .leftJoin(mirrors, eq(mirrors.accountId, accounts.id))
    .where(
      and(
        visibleTo(ctx, accounts),
        eq(accounts.connector, TODOIST),
        accountId === undefined ? undefined : eq(accounts.id, accountId),
      ),
    )
    .orderBy(accounts.id)
  if (rows.length === 0 && accountId !== undefined) throw notFound('Todoist account', accountId)
  return rows.map(({ account: { id, outsideId: userId, name, state, spaceId }, mirror, isHeld }) => ({
    ...{ id, userId, name, state, isHeld },
    mirror: mirror ?? { ...UNREAD, accountId: id, spaceId },
  }))
}

/** The mirror of an account that was just connected: workers make its row. */
const UNREAD = {
  ...{ syncToken: null, syncedAt: null, fullAt: null, userWire: null, planWire: null },
  ...{ nextAt: new Date(0), activeUntil: null, waitingUntil: null, waitingBecause: null },
  ...{ failures: 0, usage: {}, leaseId: null, leaseUntil: null },
} satisfies Omit<MirrorRow, 'accountId' | 'spaceId'>

/**
 * The account with which a call acts.
 * @throws AppError `not_configured` when none is connected, `invalid_input` when several fit, `forbidden`
 */
export async function chooseAccount(ctx: Reader, accountId: string | undefined): Promise<ChosenAccount> {
  const seen = await seenAccounts(ctx, accountId)
  const [first, ...others] = accountId === undefined ? seen.filter(({ isHeld }) => isHeld) : seen
  if (first === undefined) throw noneConnected()
  if (others.length > 0) throw severalFit([first, ...others])
  if (!first.isHeld) throw mayOnlyRead(`the Todoist account ${first.name}`)
  return first
}

/** The accounts that a call is about: the named one, or all with which the caller may act. @throws as `chooseAccount` does */
export async function chooseAccounts(ctx: Reader, accountId: string | undefined): Promise<ChosenAccount[]> {
  if (accountId !== undefined) return [await chooseAccount(ctx, accountId)]
  const held = (await seenAccounts(ctx)).filter(({ isHeld }) => isHeld)
  if (held.length === 0) throw noneConnected()
  return held
}

export function noneConnected(): AppError {
  return new AppError('not_configured', 'No account of Todoist is connected.', {
    fix: `Connect one: switchboard ${TODOIST} accounts connect --token ... The token is in Todoist's settings, under Integrations, Developer.`,
  })
}

function severalFit(accounts: readonly ChosenAccount[]): AppError {
  const named = accounts.map(({ id, name }) => `${id} (${name})`).join(', ')
  return new AppError('invalid_input', 'Several accounts of Todoist are connected.', {
    fix: `Name one of them in accountId: ${named}.`,
    issues: [{ path: 'accountId', message: 'needed, because several accounts are connected' }],
  })
}
