/** What people are told about their accounts at other services. */
import { sql } from 'drizzle-orm'
import { defineMessage } from '../../core/area/message.ts'
import { visibleTo } from '../access/visible-to.ts'
import { inPayload } from '../notifications/sight.ts'
import { accountBroken } from './account-events.ts'
import { connectedAccounts as accounts } from './tables.ts'

export const accountMessages = [
  defineMessage({
    event: accountBroken,
    title: 'Your account at a service can no longer be used',
    isUrgent: false,
    text: ({ connector, name, because }) => `Your account ${name} at ${connector} is broken: ${because}`,
    actions: ({ connector }) => [
      { label: 'Connect again', call: { operation: 'accounts.connect', input: { connector } } },
    ],
    isSeen: (viewer) => sql`exists (select from ${accounts} where ${accounts.id} = ${inPayload('accountId')}
      and ${visibleTo(viewer, accounts)})`,
    isOpen: sql`exists (select from ${accounts} where ${accounts.id} = ${inPayload('accountId')}
      and ${accounts.state} = 'broken')`,
  }),
]
