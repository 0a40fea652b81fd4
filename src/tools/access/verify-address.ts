/** access.verify_address: a person confirms an address of their own by the code that was mailed there. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { listAddresses, setVerified } from '../../domain/people/addresses.ts'
import { personUri } from '../../domain/people/person.ts'

const CODE_MAX_CHARS = 40

export const verifyAddress = defineOperation({
  name: 'access.verify_address',
  summary: 'Confirm an e-mail address of your own by the code that was mailed there.',
  details: 'A code works for two days. An admin who changes the addresses of a person has a new one mailed.',
  keywords: 'confirm e-mail, mail code, verification code',
  route: 'POST /v1/profile/verify-address',
  input: z.object({ code: z.string().min(1).max(CODE_MAX_CHARS).describe('Such as ABCD-2345') }),
  output: z.object({ address: z.string() }),
  scope: 'profile:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { code: 'ABCD-2345' },
  async run({ code }, ctx) {
    const { personId } = ctx.actor
    const address = await findAddressOf(ctx, code)
    await setVerified(ctx, { personId, address })
    ctx.changed(personUri(personId), personId)
    ctx.touched(personUri(personId), personId)
    return { address }
  },
  tell: ({ address }) => `${address} is confirmed: what you are notified of can be mailed there.`,
})

/** The address of the caller for which this is the code. */
async function findAddressOf({ db, actor, addressCodes, now }: Context, code: string): Promise<string> {
  const { personId } = actor
  for (const address of await listAddresses(db, personId))
    if (await addressCodes?.isRight(db, code, { personId, address, now })) return address
  throw new AppError(
    'not_found',
    `This is not a code for an address of ${personId}: it is mistyped, or too old.`,
    {
      fix: 'Copy the code from the mail, and call as the person whom the mail names. A code works for two days; an admin has another mailed by removing the address with people.update and adding it again.',
      issues: [{ path: 'code', message: 'is not a code that works for you' }],
    },
  )
}
