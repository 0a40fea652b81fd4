/** accounts.list: connected accounts, without their secrets. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { ACCOUNT_STATES, Account, toAccount } from '../../domain/accounts/account.ts'
import { listAccounts } from '../../domain/accounts/store.ts'
import { type AccountsPlace, ConnectorName } from './place.ts'

const input = z.object({
  connector: ConnectorName.optional(),
  state: z.enum(ACCOUNT_STATES).optional(),
  ...pageInput,
})

export const listAccountsIn = (place: AccountsPlace) =>
  defineOperation({
    name: `${place.name}.list`,
    summary: `List the connected ${place.title === undefined ? '' : `${place.title} `}accounts of you and your teams.`,
    keywords: 'show, integrations, connections, linked, services, which',
    route: `GET ${place.route}`,
    input: (place.connector === undefined ? input : input.omit({ connector: true })) as typeof input,
    output: pageOf(Account),
    scope: 'accounts:read',
    effect: 'read',
    repeat: 'natural',
    listed: false,
    example: { state: 'broken' },
    async run(query, ctx) {
      const connector = place.connector ?? query.connector
      const { items, nextCursor } = await listAccounts(ctx, { ...query, connector })
      return { items: items.map((row) => toAccount(row, ctx.connectors)), nextCursor }
    },
    line: ({ id, connector, name, state, brokenBecause, missingScopes }) =>
      `${id} ${connector} ${name}: ${state}${brokenBecause === null ? '' : `, ${brokenBecause}`}${
        missingScopes.length === 0 ? '' : `, not granted: ${missingScopes.join(' ')}`
      }`,
    none: 'No accounts are connected.',
    table: ({ items }) => ({
      columns: ['id', 'service', 'account', 'owner', 'state', 'checked'],
      rows: items.map(({ id, connector, name, owner, state, checkedAt }) => [
        ...[id, connector, name, owner, state, checkedAt],
      ]),
    }),
  })
