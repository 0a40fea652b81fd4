/** The channel `mail`: a bundle of messages becomes one mail. */
import { lineFor } from '../../core/command-line/command-line.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { isRequired } from '../../core/operation/required-ask.ts'
import type { Mail, Mailbox, Mailer, MailOutcome } from '../../core/outbound/mail.ts'
import { LINK_PAGES, type MailLinks } from '../../domain/mail/mail-links.ts'
import type { LinkKind } from '../../domain/mail/signed-links.ts'
import {
  type Bundle,
  type Channel,
  MAIL,
  type Note,
  type PostedLetter,
  type Sent,
} from '../../domain/notifications/channel.ts'
import { momentText } from '../../domain/time/moment-text.ts'
import { type MailNote, renderMail } from './render-mail.ts'

export interface MailChannelParts {
  /** Undefined: mail is off. */
  readonly mailer: Mailer | undefined
  /** Undefined: mails have no links, and tell command lines instead. */
  readonly links: MailLinks | undefined
  readonly operations: readonly Operation[]
  /** The verified address of a person. */
  findMailbox(personId: string): Promise<Mailbox | undefined>
  /** A sealed secret; undefined: it was sent before, or is no longer good for anything. */
  openSecret(name: string): Promise<string | undefined>
  forgetSecret(name: string): Promise<void>
  now(): Date
}

const WHY_OFF =
  'Set SMTP_URL and MAIL_FROM for the gateway, so that it can send mails; switchboard doctor tries them.'

export function createMailChannel(parts: MailChannelParts): Channel {
  const { mailer } = parts
  return {
    name: MAIL,
    ...(mailer === undefined && { whyOff: WHY_OFF }),
    async deliver(bundle, signal) {
      const mail = await mailOf(parts, bundle)
      if (mailer === undefined || mail === undefined) return { kind: 'unreachable' }
      return sentBy(await mailer.send(mail, signal))
    },
    async deliverLetter(posted, signal) {
      const mail = await letterOf(parts, posted)
      if (mailer === undefined || mail === undefined) return { kind: 'unreachable' }
      const outcome = await mailer.send(mail, signal)
      if (outcome.kind !== 'later') await parts.forgetSecret(posted.letter.sealedAs(posted.payload))
      return sentBy(outcome)
    },
  }
}

function sentBy(outcome: MailOutcome): Sent {
  return outcome.kind === 'later' ? { kind: 'failed', why: outcome.why } : outcome
}

/** Undefined: there is no way to the person by mail. */
async function mailOf(parts: MailChannelParts, bundle: Bundle): Promise<Mail | undefined> {
  const { id, personId, notes, timeZone } = bundle
  const mailbox = await parts.findMailbox(personId)
  if (mailbox === undefined) return undefined
  const told = await Promise.all(notes.map((note) => noteOf(parts, note, { personId, mailbox, timeZone })))
  const kinds = [...new Set(notes.map(({ message }) => message.name))]
  const unsubscribeUrl = await linkTo(parts, 'unsubscribe', [personId, ...kinds])
  const stop = unsubscribeUrl === undefined ? undefined : { label: 'Stop these mails', url: unsubscribeUrl }
  const whom = mailbox.name === undefined ? personId : `${mailbox.name} (${personId})`
  const acts = told.some(({ links }) => links.length > 0)
  const warning = acts ? ' Its links answer in your name, so do not pass them on.' : ''
  const reason = `This mail is for ${whom}, who is notified by mail.${warning}`
  return { id, to: mailbox, unsubscribeUrl, ...renderMail({ notes: told, reason, stop }) }
}

/** Undefined: what its link opens is no longer open. */
async function letterOf(
  parts: MailChannelParts,
  { id, address, letter, payload }: PostedLetter,
): Promise<Mail | undefined> {
  const token = await parts.openSecret(letter.sealedAs(payload))
  if (token === undefined) return undefined
  const page = letter.page?.(payload)
  const url = page && parts.links?.address(page.path, token)
  const asked = letter.asks?.(token, payload)
  if (url === undefined && asked === undefined) return undefined
  const told = {
    text: letter.text(payload),
    more: asked && [asked.text],
    links: url === undefined ? [] : [{ label: page?.label ?? '', url }],
    commands: asked && commandOf(parts, asked.call),
  }
  const reason = `This mail is for ${address}. If you do not expect it, you can ignore it.`
  return { id, to: { address }, ...renderMail({ notes: [told], reason }) }
}

interface Reader {
  readonly personId: string
  readonly mailbox: Mailbox
  readonly timeZone: string
}

/** Links are for what can be answered; what is only to be read is named as a command line. */
async function noteOf(parts: MailChannelParts, note: Note, reader: Reader): Promise<MailNote> {
  const { id, message, payload, details, at } = note
  const shown = { text: message.text(payload), more: details, when: momentText(reader.timeZone, at) }
  const all = message.actions(payload)
  const acts = all.filter(({ call }) => calledBy(parts, call)?.effect === 'write')
  const url =
    acts.length === 0 ? undefined : await linkTo(parts, 'act', [reader.personId, reader.mailbox.address, id])
  if (url === undefined)
    return { ...shown, links: [], commands: all.flatMap(({ call }) => commandOf(parts, call)) }
  return { ...shown, links: acts.map(({ label }, place) => ({ label, url: `${url}?choose=${place}` })) }
}

async function linkTo({ links, now }: MailChannelParts, kind: LinkKind, words: readonly string[]) {
  return links?.address(LINK_PAGES[kind].path, await links.token(kind, words, now()))
}

function calledBy({ operations }: MailChannelParts, call: NextCall): Operation | undefined {
  return operations.find(({ name }) => name === call.operation)
}

function commandOf(parts: MailChannelParts, call: NextCall): string[] {
  const operation = calledBy(parts, call)
  if (operation === undefined) return []
  const asked = Object.entries(call.ask ?? {}).filter(([field]) => isRequired(operation, field))
  return [lineFor(operation, { ...call.input, ...Object.fromEntries(asked) })]
}
