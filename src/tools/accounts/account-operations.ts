/** The operations about the accounts of one connector, for the area that brings it. */
import type { Connector } from '../../core/area/connector.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { checkAccountIn } from './check-account.ts'
import { connectAccountIn } from './connect-account.ts'
import { disconnectAccountIn } from './disconnect-account.ts'
import { listAccountsIn } from './list-accounts.ts'
import { type AccountsPlace, EVERY_ACCOUNT } from './place.ts'

/** `todoist.accounts.connect` and so on. They do what those of the area `accounts` do. */
export function accountOperationsOf(area: string, { name, title }: Connector): Operation[] {
  return accountOperationsIn({
    name: `${area}.accounts`,
    route: `/v1/${area}/accounts`,
    connector: name,
    title,
  })
}

export const everyAccountOperations = accountOperationsIn(EVERY_ACCOUNT)

function accountOperationsIn(place: AccountsPlace): Operation[] {
  return [
    connectAccountIn(place),
    listAccountsIn(place),
    checkAccountIn(place),
    disconnectAccountIn(place),
  ] as unknown as Operation[]
}
