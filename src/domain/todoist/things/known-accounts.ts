/** The accounts that a caller sees with what is in them, and in which of them a thing is. */
import { AppError, toRefusal } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { mayOnlyRead } from '../../access/visible-to.ts'
import { type ChosenAccount, chooseAccount, noneConnected, seenAccounts } from '../accounts/choose-account.ts'
import type { Names } from '../names.ts'
import type { Planning } from '../tasks/plan-task.ts'
import { planningFor } from '../tasks/planning-for.ts'

type Reader = Pick<Context, 'db' | 'actor'>

export interface Known extends Planning {
  readonly account: ChosenAccount
}

/** The accounts that the caller sees. @throws AppError `not_found` for an account that the caller does not see */
export async function knownAccounts(ctx: Reader, accountId: string | undefined): Promise<Known[]> {
  const accounts = await seenAccounts(ctx, accountId)
  return await Promise.all(
    accounts.map(async (account) => ({ account, ...(await planningFor(ctx.db, account)) })),
  )
}

/** The account in which something new is made. @throws as `chooseAccount` does */
export async function knownAccount(ctx: Reader, accountId: string | undefined): Promise<Known> {
  const account = await chooseAccount(ctx, accountId)
  return { account, ...(await planningFor(ctx.db, account)) }
}

export interface Located<Thing> {
  readonly known: Known
  readonly thing: Thing
}

/**
 * What is named, and the account that has it.
 * @throws AppError `not_found`; `invalid_input` naming the candidates where several fit
 */
export function locate<Thing>(
  known: readonly Known[],
  find: (names: Names, known: Known) => Thing,
): Located<Thing> {
  const found: Located<Thing>[] = []
  const refusals: AppError[] = []
  for (const each of known) {
    try {
      found.push({ known: each, thing: find(each.names, each) })
    } catch (thrown) {
      refusals.push(toRefusal(thrown))
    }
  }
  const several = refusals.find(({ code }) => code === 'invalid_input')
  if (several !== undefined) throw several
  const [one, ...others] = found
  if (one === undefined) throw refusals[0] ?? noneConnected()
  if (others.length === 0) return one
  throw new AppError('invalid_input', 'Several of your Todoist accounts have it.', {
    fix: `Name one of them in accountId: ${found.map(({ known: { account } }) => `${account.id} (${account.name})`).join(', ')}.`,
    issues: [{ path: 'accountId', message: 'needed, because several accounts have it' }],
  })
}

/** The same among the accounts with which the caller may act. @throws as `locate` does, and `forbidden` */
export function locateHeld<Thing>(
  known: readonly Known[],
  find: (names: Names, known: Known) => Thing,
): Located<Thing> {
  if (known.length === 0) {
    throw new AppError('not_found', 'It cannot be found: no account of Todoist is connected.', {
      fix: noneConnected().fix,
    })
  }
  const held = known.filter(({ account }) => account.isHeld)
  if (held.length > 0) return locate(held, find)
  const { account } = locate(known, find).known
  throw mayOnlyRead(`the Todoist account ${account.name}`)
}
