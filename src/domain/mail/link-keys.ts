/**
 * The key with which the links and codes of mails are signed. It is random and kept sealed in the store: replacing the
 * secret that seals it leaves it as it is, so that what was mailed before works for as long as the mail says.
 */
import { randomBytes } from 'node:crypto'
import type { Db } from '../db/db.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import type { OpenSecret, Secrets } from '../secrets/secrets.ts'

/** Its name among the sealed secrets. */
const SEALED_AS = 'mail-links'
const KEY_BYTES = 32

export interface LinkKeys {
  /** The key that signs, made at its first use. @throws AppError `not_configured` where no secret is set to seal it with */
  signing(db: Db, now: Date): Promise<Buffer>
  /** Every key whose signatures hold. @throws AppError `not_configured` where this process cannot open what is sealed */
  known(db: Db): Promise<readonly Buffer[]>
}

export interface LinkKeyParts {
  readonly ring: KeyRing
  readonly secrets: Pick<Secrets, 'putOnce'>
  readonly openSecret: OpenSecret
}

export function createLinkKeys({ ring, secrets, openSecret }: LinkKeyParts): LinkKeys {
  async function find(db: Db): Promise<Buffer | undefined> {
    const text = await openSecret(db, SEALED_AS)
    return text === undefined ? undefined : Buffer.from(text, 'base64url')
  }

  return {
    async signing(db, now) {
      const known = await find(db)
      if (known !== undefined) return known
      const text = randomBytes(KEY_BYTES).toString('base64url')
      await secrets.putOnce(db, { name: SEALED_AS, text, now })
      // Where several make one at once, all use the first.
      return (await find(db)) ?? Buffer.from(text, 'base64url')
    },
    async known(db) {
      const own = await find(db)
      // Earlier versions signed with a key derived from the secret itself.
      const derived = ring.all().map((key) => key.keyFor('mail-links'))
      return own === undefined ? derived : [own, ...derived]
    },
  }
}
