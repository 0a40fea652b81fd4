/** Builds what signs the links and codes of mails, as far as this gateway can sign and its links lead somewhere. */
import type { Config } from '../config/config.ts'
import type { Db } from '../domain/db/db.ts'
import { createLinkKeys, type LinkKeyParts, type LinkKeys } from '../domain/mail/link-keys.ts'
import { createMailLinks, type MailLinks } from '../domain/mail/mail-links.ts'
import { type AddressCodes, createAddressCodes } from '../domain/people/address-codes.ts'

export interface MailParts {
  readonly linkKeys: LinkKeys
  /** Undefined: no address is set that the readers of mails reach, or no secret to sign with. */
  readonly links: MailLinks | undefined
  /** Undefined: no mails are sent, or no secret is set to sign with. */
  readonly addressCodes: AddressCodes | undefined
}

export function createMailParts(
  { mail, publicUrl }: Pick<Config, 'mail' | 'publicUrl'>,
  { db, ...parts }: LinkKeyParts & { readonly db: Db },
): MailParts {
  const linkKeys = createLinkKeys(parts)
  const canSign = parts.ring.source !== 'nowhere'
  return {
    linkKeys,
    links:
      canSign && publicUrl !== undefined ? createMailLinks({ db, keys: linkKeys, publicUrl }) : undefined,
    addressCodes: canSign && mail !== undefined ? createAddressCodes(linkKeys) : undefined,
  }
}
