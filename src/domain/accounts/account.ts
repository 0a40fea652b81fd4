/** A connected account as people see it: everything but its secret. */
import { z } from 'zod'
import type { Connector } from '../../core/area/connector.ts'
import { idOf } from '../../core/operation/ids.ts'
import { connectedAccounts } from './tables.ts'

export const AccountId = idOf('account')

export const ACCOUNT_STATES = connectedAccounts.state.enumValues

/** The most characters kept of the name that a service gives an account. */
export const ACCOUNT_NAME_MAX_CHARS = 200

export const Account = z.object({
  id: z.string(),
  connector: z.string(),
  name: z.string().describe('As the service calls it'),
  owner: z.string().describe('The person or the team that it belongs to'),
  state: z.enum(ACCOUNT_STATES).describe('broken: the service refuses it until it is connected again'),
  brokenBecause: z.string().nullable(),
  scopes: z.array(z.string()).describe('What it may be used for, in the words of the service'),
  missingScopes: z
    .array(z.string())
    .describe('What the gateway needs and was not granted: connect the account again'),
  connectedBy: z.string(),
  createdAt: z.string(),
  checkedAt: z.string().describe('When the service last accepted it, as far as the gateway asked'),
})
export type Account = z.output<typeof Account>

export type AccountRow = typeof connectedAccounts.$inferSelect

/** What the connector needs and the account was not granted: the gateway asks for more than when it was connected. */
export function missingScopes({ connecting }: Connector, { scopes }: Pick<AccountRow, 'scopes'>): string[] {
  return connecting.kind === 'token' ? [] : connecting.scopes.filter((scope) => !scopes.includes(scope))
}

export function toAccount(row: AccountRow, connectors: readonly Connector[]): Account {
  const known = connectors.find(({ name }) => name === row.connector)
  const { id, connector, name, ownerId, state, brokenBecause, scopes, personId } = row
  return {
    id,
    connector,
    name,
    owner: ownerId,
    state,
    brokenBecause,
    scopes,
    missingScopes: known === undefined ? [] : missingScopes(known, row),
    connectedBy: personId,
    createdAt: row.createdAt.toISOString(),
    checkedAt: row.checkedAt.toISOString(),
  }
}

export function accountUri(id: string): string {
  return `account://${id}`
}
