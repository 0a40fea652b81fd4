/** Sends mails over SMTP, on one pool of connections. */
import { createTransport } from 'nodemailer'
import { AppError } from '../../core/errors.ts'
import type { Mail, Mailbox, Mailer, MailOutcome } from '../../core/outbound/mail.ts'
import { cutText } from '../../core/text/cut.ts'
import { redactText } from '../../core/text/redact.ts'

/** A mail server, and how to sign in there. */
export interface SmtpAddress {
  readonly host: string
  readonly port: number
  /** `always`: from the first byte; `required`: by STARTTLS, or nothing is sent; `off`: never. */
  readonly tls: 'always' | 'required' | 'off'
  readonly user?: string
  readonly password?: string
}

export interface MailSettings {
  readonly server: SmtpAddress
  readonly from: Mailbox
}

/** Milliseconds for the connection and for the greeting of the server. */
const CONNECT_MAX_MS = 8_000
/** Milliseconds without a word from the server. */
const SILENCE_MAX_MS = 10_000
/** Connections at once: what large providers allow a single sender. */
const CONNECTIONS_MAX = 4
/** Milliseconds after which a connection without work is closed. */
const IDLE_MAX_MS = 30_000
/** Characters of a server's words that are kept. */
const WORDS_MAX_CHARS = 200

/** The parts of the library's errors that say what happened. */
interface SmtpError extends Error {
  readonly code?: string
  /** The SMTP reply. */
  readonly responseCode?: number
  readonly response?: string
  /** What the server answered to. */
  readonly command?: string
}

export function createMailer({ server, from }: MailSettings, silenceMaxMs: number = SILENCE_MAX_MS): Mailer {
  const transport = createTransport({
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.tls === 'always',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'off',
    ...(server.user !== undefined && { auth: { user: server.user, pass: server.password ?? '' } }),
    maxConnections: CONNECTIONS_MAX,
    // A connection that the server has closed meanwhile is replaced; other failures are for the outbox.
    maxRequeues: 1,
    idleTimeout: IDLE_MAX_MS,
    dnsTimeout: CONNECT_MAX_MS,
    connectionTimeout: CONNECT_MAX_MS,
    greetingTimeout: CONNECT_MAX_MS,
    socketTimeout: silenceMaxMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const underWay = new Set<Promise<MailOutcome>>()

  async function attempt(mail: Mail, signal: AbortSignal): Promise<MailOutcome> {
    try {
      await transport.sendMail({ ...messageOf(mail, from), signal })
      return { kind: 'sent' }
    } catch (thrown) {
      return outcomeOf(thrown as SmtpError)
    }
  }

  return {
    async send(mail, signal) {
      const sent = attempt(mail, signal)
      underWay.add(sent)
      return await sent.finally(() => underWay.delete(sent))
    },
    async verify() {
      try {
        await transport.verify()
      } catch (thrown) {
        throw unusable(server, thrown as SmtpError)
      }
    },
    async close() {
      await Promise.all(underWay)
      transport.close()
    },
  }
}

function messageOf({ id, to, subject, text, html, unsubscribeUrl }: Mail, from: Mailbox) {
  return {
    messageId: `<${id}@${hostOf(from.address)}>`,
    from: mailboxOf(from),
    to: mailboxOf(to),
    subject: oneLine(subject),
    text,
    html,
    headers: {
      // RFC 3834: nobody's absence note answers it.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(unsubscribeUrl !== undefined && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
    ...(unsubscribeUrl !== undefined && { list: { unsubscribe: { url: unsubscribeUrl } } }),
  }
}

function mailboxOf({ address, name }: Mailbox) {
  return { address, name: oneLine(name ?? '') }
}

/** A line break in a header would begin another header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

function hostOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/**
 * A reply to the recipient or to the mail itself, from 500 on, is for good (RFC 5321, 4.2.1), except 503, which is about
 * the order of commands. Everything else says nothing about this mail: what the server has against the sender or the
 * password changes once an operator corrects the settings.
 */
function outcomeOf(error: SmtpError): MailOutcome {
  const { code, responseCode = 0 } = error
  const isAboutMail = code === 'EMESSAGE' || (code === 'EENVELOPE' && error.command === 'RCPT TO')
  const isForGood = responseCode >= 500 && responseCode !== 503 && responseCode !== 530
  // An address or a mail that the library itself refuses to send.
  const isUnsendable = code === 'EENVELOPE' && responseCode === 0
  return { kind: (isAboutMail && isForGood) || isUnsendable ? 'refused' : 'later', why: wordsOf(error) }
}

function wordsOf({ name, code, response, message }: SmtpError): string {
  if (name === 'AbortError' || code === 'EABORT') return 'the server took too long'
  return redactText(cutText(oneLine(response ?? message), WORDS_MAX_CHARS, '…'))
}

function unusable({ host, port, user }: SmtpAddress, error: SmtpError): AppError {
  const place = `The mail server ${host}:${port}`
  const why = wordsOf(error)
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH')
    return new AppError('not_configured', `${place} does not let ${user ?? 'this gateway'} in: ${why}`, {
      fix: 'Correct the user and the password in SMTP_URL. Many providers want an app password there.',
      cause: error,
    })
  if (error.code === 'ETLS' || TLS_WORDS.test(error.message))
    return new AppError('not_configured', `${place} and this gateway find no secure connection: ${why}`, {
      fix: 'Use smtps:// if it expects TLS at once, or smtp:// if it offers STARTTLS. A certificate of your own authority is trusted by NODE_EXTRA_CA_CERTS. Only on a private network: ?tls=off.',
      cause: error,
    })
  return new AppError('unavailable', `${place} cannot be used: ${why}`, {
    fix: 'Correct SMTP_URL, or see whether the server runs and this machine may reach it.',
    cause: error,
  })
}

/** OpenSSL's words for what is wrong with a certificate, or for an answer that is not TLS. */
const TLS_WORDS = /certificate|self.signed|ssl|tls/i
