/** Reads the address of a mail server. Anything not understood is refused rather than ignored. */
import type { SmtpAddress } from '../clients/mail/mailer.ts'
import {
  type ConnectionUri,
  readPlace,
  splitConnectionUri,
  unreadableAddress,
  wrongAddress,
} from '../core/connection-uri.ts'
import { isLoopback } from '../core/loopback.ts'

/** Submission (RFC 6409), and submission over TLS (RFC 8314). */
const DEFAULT_PORTS = { smtp: 587, smtps: 465 } as const

/** @throws AppError `invalid_input` whose message continues the variable's name, and contains no secret */
export function readSmtpAddress(text: string): SmtpAddress {
  const [, scheme = ''] = /^(smtps?):\/\//i.exec(text) ?? []
  if (scheme === '')
    throw wrongAddress('is not of the right form; it takes an address such as smtps://user:password@host')
  const isSecure = scheme.toLowerCase() === 'smtps'
  const uri = splitConnectionUri(text.slice(scheme.length + '://'.length))
  if (uri.path !== '') throw wrongAddress('has a path after its host, which mail servers do not have')
  const place = readPlace(uri.hosts, DEFAULT_PORTS[isSecure ? 'smtps' : 'smtp'])
  if (place.host === '') throw unreadableAddress()
  const tls = isSecure ? 'always' : isLoopback(place.host) || asksForPlain(uri) ? 'off' : 'required'
  if (isSecure && asksForPlain(uri)) throw wrongAddress('has `tls=off`, and smtps:// is TLS from the start')
  return { ...place, tls, ...(uri.user !== '' && { user: uri.user, password: uri.password }) }
}

function asksForPlain({ words }: ConnectionUri): boolean {
  for (const [name, value] of words) {
    if (name !== 'tls' || value !== 'off')
      throw wrongAddress('has something after its ? that is not tls=off: write ? in a password as %3F')
  }
  return words.length > 0
}
