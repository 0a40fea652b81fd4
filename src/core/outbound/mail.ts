/** A mail on its way out, and its outcome. */

/** Whom a mail is from or for. */
export interface Mailbox {
  /** `name@host`; the host may be an international name. */
  readonly address: string
  readonly name?: string | undefined
}

export interface Mail {
  /** The same for every attempt; it becomes the Message-ID, by which receivers recognize a mail that comes twice. */
  readonly id: string
  readonly to: Mailbox
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where a mail client stops such mails with one click (RFC 8058); absent: the mail cannot be stopped. */
  readonly unsubscribeUrl?: string | undefined
}

export type MailOutcome =
  /** The server has taken it over. */
  | { readonly kind: 'sent' }
  /** The server will never take it: sending it again would have the same outcome. The words are safe to show. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It was not sent, or perhaps it was and the server did not say so: send it again later. */
  | { readonly kind: 'later'; readonly why: string }

/** Sends mails. */
export interface Mailer {
  /** Never throws. An aborted mail may have been sent. */
  send(mail: Mail, signal: AbortSignal): Promise<MailOutcome>
  /** Connects and signs in as for a mail. @throws AppError `not_configured`, `unavailable` */
  verify(): Promise<void>
  /** Waits for mails under way. */
  close(): Promise<void>
}
