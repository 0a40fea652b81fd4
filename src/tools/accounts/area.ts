/** Accounts: the ones that people and teams have at other services. */

import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { accountBroken } from '../../domain/accounts/account-events.ts'
import { accountMessages } from '../../domain/accounts/account-messages.ts'
import { deleteOldConsents } from '../../domain/accounts/consents.ts'
import { accountKind } from '../../domain/accounts/store.ts'
import { everyAccountOperations } from './account-operations.ts'

export const accounts = defineArea({
  name: 'accounts',
  ids: [accountKind, 'consent'],
  scopes: {
    'accounts:read': {},
    'accounts:end': {
      includes: ['accounts:read'],
      agents: 'only people may say with which accounts the gateway acts',
      keyless: 'the account that is disconnected may be one that others rely on',
      guests: true,
    },
    'accounts:write': {
      includes: ['accounts:end'],
      agents: 'only people may say with which accounts the gateway acts',
      keyless: 'an account stays connected after the way in is closed',
    },
  },
  operations: everyAccountOperations,
  expires: [defineExpiry({ name: 'consents', deletePast: ({ db }, now) => deleteOldConsents(db, now) })],
  events: [accountBroken],
  messages: accountMessages,
})
