/**
 * What follows when somebody confirms that an address is theirs. It is in no list of operations: only the page of the
 * link that was mailed there calls it.
 */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { setVerified } from '../../domain/people/addresses.ts'
import { Address, personUri } from '../../domain/people/person.ts'

export const verifyAddress = defineOperation({
  name: 'people.verify_address',
  summary: 'Confirm an address of your own.',
  route: 'POST /v1/people/verify-address',
  input: z.object({ address: Address }),
  output: z.object({ address: z.string() }),
  scope: 'profile:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { address: 'ada@example.com' },
  async run({ address }, ctx) {
    const { personId } = ctx.actor
    await setVerified(ctx, { personId, address })
    ctx.changed(personUri(personId), personId)
    return { address }
  },
  tell: ({ address }) => `${address} is confirmed.`,
})
