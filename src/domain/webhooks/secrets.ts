/** The secrets of webhooks: made here, shown once, and stored sealed. While one is replaced, both sign. */
import { randomBytes } from 'node:crypto'
import type { Context } from '../../core/operation/context.ts'
import type { Db } from '../db/db.ts'
import type { OpenSecret } from '../secrets/secrets.ts'
import type { WebhookRow } from './webhook.ts'

/** Bytes of a secret: Standard Webhooks allows 24 to 64. */
const SECRET_BYTES = 32

type Numbered = Pick<WebhookRow, 'id' | 'secretNumber'>

/** Makes the secret of this number, which only the caller sees, and forgets those that no longer sign. */
export async function newSecret(
  ctx: Pick<Context, 'db' | 'now' | 'secrets'>,
  { id, secretNumber }: Numbered,
): Promise<string> {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  await ctx.secrets.put(ctx.db, { name: secretName(id, secretNumber), text: secret, now: ctx.now })
  await ctx.secrets.forget(ctx.db, secretName(id, secretNumber - 2))
  return secret
}

export async function forgetSecrets(
  ctx: Pick<Context, 'db' | 'secrets'>,
  { id, secretNumber }: Numbered,
): Promise<void> {
  for (const number of [secretNumber, secretNumber - 1])
    await ctx.secrets.forget(ctx.db, secretName(id, number))
}

type Signing = Numbered & Pick<WebhookRow, 'earlierUntil'>

/** The secrets that sign at this moment, the current one first. */
export async function openSecrets(
  open: OpenSecret,
  db: Db,
  { webhook, now }: { readonly webhook: Signing; readonly now: Date },
): Promise<string[]> {
  const { id, secretNumber, earlierUntil } = webhook
  const isEarlierValid = earlierUntil !== null && earlierUntil > now
  const numbers = isEarlierValid ? [secretNumber, secretNumber - 1] : [secretNumber]
  const secrets = await Promise.all(numbers.map((number) => open(db, secretName(id, number))))
  return secrets.filter((secret) => secret !== undefined)
}

function secretName(id: string, number: number): string {
  return `webhooks/${id}/secret-${number}`
}
