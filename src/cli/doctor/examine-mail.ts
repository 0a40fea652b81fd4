/** The doctor's check of mail: whether the server lets this gateway in, and whether mails can have links. */
import type { MailSettings } from '../../clients/mail/mailer.ts'
import type { Config } from '../../config/config.ts'
import type { Finding } from '../../core/area/check.ts'
import { toAppError } from '../../core/errors.ts'

export interface MailProbe {
  /** Connects and signs in as for a mail. @throws AppError when the server cannot be used */
  askMailServer(settings: MailSettings): Promise<void>
}

export async function examineMail(
  { mail, publicUrl, secrets, database }: Config,
  { askMailServer }: MailProbe,
): Promise<Finding> {
  const name = 'Mail'
  if (mail === undefined)
    return { name, state: 'ok', found: 'off, so nothing is mailed: set SMTP_URL and MAIL_FROM to send mails' }
  try {
    await askMailServer(mail)
  } catch (thrown) {
    const { message, fix } = toAppError(thrown)
    return { name, state: 'fail', found: message, fix }
  }
  const found = `from ${mail.from.address} through ${mail.server.host}:${mail.server.port}`
  const lacks = publicUrl === undefined ? 'SWITCHBOARD_PUBLIC_URL' : undefined
  const needed = lacks ?? (database !== undefined && secrets.length === 0 ? 'SWITCHBOARD_SECRET' : undefined)
  if (needed === undefined) return { name, state: 'ok', found }
  return {
    name,
    state: 'warn',
    found: `${found}, but mails have no links: ${needed} is not set`,
    fix: `Set ${needed}, so that people can answer and unsubscribe in a mail.`,
  }
}
