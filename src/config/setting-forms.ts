/** The forms of the gateway's own settings: addresses of stores, folders, hosts and origins. */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import type { Environment } from '../core/area/setting.ts'
import { hinted, wrong } from '../core/area/setting-forms.ts'
import { AppError } from '../core/errors.ts'
import { originFault } from '../core/origin.ts'
import { readServerAddress } from '../domain/db/address/address.ts'
import { readRedisAddress } from './redis-address.ts'
import { readSmtpAddress } from './smtp-address.ts'

/** An address with its own reader, which says what is wrong with it. */
const readAs =
  <Address>(read: (text: string) => Address) =>
  (text: string, ctx: z.RefinementCtx): Address => {
    try {
      return read(text)
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      ctx.addIssue(wrong(thrown.message))
      return z.NEVER
    }
  }

export const serverAddress = (environment: Environment) =>
  z
    .string()
    .transform(readAs((text) => readServerAddress(text, environment)))
    .optional()

export const redisAddress = z.string().transform(readAs(readRedisAddress))

export const smtpAddress = z.string().transform(readAs(readSmtpAddress))

/** `Switchboard <switchboard@example.com>`, or the address alone. */
export const mailbox = z
  .string()
  .regex(/^(?:[^<>\p{Cc}]*<[^<>\s]+>|[^<>\s]+)$/u)
  .transform((text) => {
    const [, name = '', address = text] = /^(.*?)\s*<(.+)>$/.exec(text) ?? []
    return { address, name: name.replace(/^"(.*)"$/, '$1') || undefined }
  })
  .refine(({ address }) => z.email().safeParse(address).success)

/** A name or address to listen on. Names have no case, and an IPv6 address has brackets only in a URL. */
export const hostName = z
  .string()
  .transform((text) => text.replace(/^\[([\da-f:.]+)\]$/i, '$1').toLowerCase())
  .refine((text) => /^[\w.-]+$/.test(text) || /^(?=.*:.*:)[\da-f:.]+(%[\w.-]+)?$/.test(text))

export const origin = z.string().check(({ value, issues }) => {
  const fault = originFault(value)
  if (fault !== undefined) issues.push(hinted(value, `${value}: ${fault}`))
})

const HOME_SIGN = /^~(?=$|[/\\])/

/** Something that a shell would have replaced, an address, or characters that would garble a display. */
const NO_FOLDER = /^~[^/\\]|^\$|%\w+%|^\w[\w+.-]+:\/\/|\p{Cc}/u

/** A leading `~` means the home folder even when no shell has replaced it. */
export const folder = z
  .string()
  .default(join('~', '.switchboard'))
  .refine(
    (path) => !NO_FOLDER.test(path),
    wrong(
      'is not a path: write an absolute path such as /srv/switchboard; only a leading ~/ is replaced here',
    ),
  )
  .transform((path, ctx) => {
    try {
      return resolve(HOME_SIGN.test(path) ? path.replace(HOME_SIGN, () => ownHome()) : path)
    } catch {
      // The user has no entry among the system's users, as in containers, or the path is relative to a folder that is
      // gone.
      ctx.addIssue(wrong('must be set to an absolute path: this user has no home folder to put it in'))
      return z.NEVER
    }
  })

/** @throws Error when the user has no home folder */
function ownHome(): string {
  const home = homedir()
  if (!isAbsolute(home)) throw new Error('HOME is not an absolute path')
  return home
}
