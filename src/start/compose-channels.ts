/** Builds the channels by which this gateway reaches people outside it, and what signs the links and codes of mails. */
import type { Config } from '../config/config.ts'
import type { Operation } from '../core/operation/operation.ts'
import type { Mailer } from '../core/outbound/mail.ts'
import type { Db } from '../domain/db/db.ts'
import { createLinkKeys, type LinkKeyParts, type LinkKeys } from '../domain/mail/link-keys.ts'
import { createMailLinks, type MailLinks } from '../domain/mail/mail-links.ts'
import type { Channel } from '../domain/notifications/channel.ts'
import { type AddressCodes, createAddressCodes } from '../domain/people/address-codes.ts'
import { findMailbox } from '../domain/people/addresses.ts'
import type { OpenSecret, Secrets } from '../domain/secrets/secrets.ts'
import { createMailChannel } from '../server/mail/mail-channel.ts'

export interface ChannelParts {
  readonly db: Db
  readonly operations: readonly Operation[]
  readonly mail: Config['mail']
  readonly links: MailLinks | undefined
  readonly secrets: Secrets
  readonly openSecret: OpenSecret
  now(): Date
}

export interface Channels {
  readonly channels: readonly Channel[]
  /** Waits for what is under way. */
  close(): Promise<void>
}

export function createChannels({
  db,
  operations,
  mail,
  links,
  secrets,
  openSecret,
  now,
}: ChannelParts): Channels {
  const mailer = mail && createLazyMailer(mail)
  const channel = createMailChannel({
    ...{ mailer, links, operations, now },
    findMailbox: (personId) => findMailbox(db, personId),
    openSecret: (name) => openSecret(db, name),
    forgetSecret: (name) => secrets.forget(db, name),
  })
  return { channels: [channel], close: async () => await mailer?.close() }
}

/** The library is loaded with the first mail: few commands send any. */
function createLazyMailer(settings: NonNullable<Config['mail']>): Mailer {
  let opened: Promise<Mailer> | undefined
  const open = () => {
    opened ??= import('../clients/mail/mailer.ts').then(({ createMailer }) => createMailer(settings))
    return opened
  }
  return {
    send: async (mail, signal) => await (await open()).send(mail, signal),
    verify: async () => await (await open()).verify(),
    close: async () => await (await opened)?.close(),
  }
}

interface MailParts {
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
