/** What the examples of access find. */
import type { AddressCodes } from '../../../src/domain/people/address-codes.ts'
import { verifyAddress } from '../../../src/tools/access/verify-address.ts'
import type { AreaWorld } from '../../parity/steps.ts'

const { code } = verifyAddress.example

/** The example's code is right for every address: a real one is known to nobody before it is mailed. */
export const addressCodes: AddressCodes = {
  make: async () => code,
  isRight: async (_db, entered) => entered === code,
}

const EMAILS = [{ address: 'me@example.com', verified: false }]

export const world: AreaWorld = {
  base: [['access.create_key', { label: 'phone', scopes: ['tasks:read'], expiresInDays: null }]],
  before: {
    'access.verify_address': [
      ['access.update_profile', { timeZone: 'UTC' }],
      ['people.update', { personId: 'local', emails: EMAILS }],
    ],
  },
}
