/** The forms that values of settings have: each reads the text of a variable, or says what is wrong with it. */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { originFault } from '../core/origin.ts'
import { readServerAddress } from '../domain/db/address/address.ts'
import { readRedisAddress } from './redis-address.ts'

export type Schema<Value> = z.ZodType<Value, string | undefined>
export type Environment = Readonly<Record<string, string | undefined>>

export const integer = (min: number, max: number, fallback: number) =>
  z.string().regex(/^\d+$/).default(String(fallback)).transform(Number).pipe(z.int().min(min).max(max))

export const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item))

/** What is wrong with a value, to follow on the variable's name: where the setting's own `takes` does not say enough. */
const wrong = (message: string) => ({ code: 'custom' as const, params: { isSaid: true }, message })

/** What to write instead, to follow on what the setting takes. */
const hinted = (input: string, hint: string) => ({ code: 'custom' as const, input, params: { hint } })

/** An address that has a reader of its own, which says what is wrong with it. */
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

/** What a program listens on. Names have no case, and an IPv6 address no brackets except in a URL. */
export const hostName = z
  .string()
  .transform((text) => text.replace(/^\[([\da-f:.]+)\]$/i, '$1').toLowerCase())
  .refine((text) => /^[\w.-]+$/.test(text) || /^(?=.*:.*:)[\da-f:.]+(%[\w.-]+)?$/.test(text))

/** What is sent in a header, where nothing but visible ASCII may stand. */
export const key = z
  .string()
  .refine(
    (text) => /^[\x21-\x7e]+$/.test(text),
    wrong('holds a blank, a line break or a sign that no key has: copy it again'),
  )

const WEB_ADDRESS = /^https?:\/\/[^/]/i

/** The address of a web service. */
const webAddress = z
  .string()
  .refine((text) => WEB_ADDRESS.test(text) && URL.canParse(text), { abort: true })
  .check(({ value, issues }) => {
    const { username, password, hash, hostname, port } = new URL(value)
    if (username !== '' || password !== '')
      issues.push(hinted(value, 'leave name and password out, which are sent nowhere'))
    if (hash !== '') issues.push(hinted(value, 'leave # and what follows out'))
    if (/[*,]/.test(hostname) || port === '0')
      issues.push(hinted(value, 'write one host, and a port from 1 on'))
  })

/** The address below which something lies. `path`: that of what is called there, which some write along. */
export const addressBelow = (path: string) =>
  webAddress.refine((text) => !new URL(text).pathname.replace(/\/+$/, '').endsWith(path), {
    params: { hint: `leave ${path} out, which is added to it` },
  })

const NO_QUERY = { params: { hint: 'leave ? and what follows out' } }
export const addressWithoutQuery = (path: string) =>
  addressBelow(path)
    .refine((text) => new URL(text).search === '', NO_QUERY)
    .transform((text) => text.replace(/\/+$/, ''))

export const origin = z.string().check(({ value, issues }) => {
  const fault = originFault(value)
  if (fault !== undefined) issues.push(hinted(value, `${value}: ${fault}`))
})

const HOME_SIGN = /^~(?=$|[/\\])/

/** What a shell would have replaced, an address, and signs that would garble what shows it. */
const NO_FOLDER = /^~[^/\\]|^\$|%\w+%|^\w[\w+.-]+:\/\/|\p{Cc}/u

/** A leading `~` is the home folder also where no shell has replaced it. */
export const folder = z
  .string()
  .default(join('~', '.switchboard'))
  .refine(
    (path) => !NO_FOLDER.test(path),
    wrong(
      'is not a path as it stands: write a whole one, such as /srv/switchboard; only ~/ at its beginning is replaced here',
    ),
  )
  .transform((path, ctx) => {
    try {
      return resolve(HOME_SIGN.test(path) ? path.replace(HOME_SIGN, () => ownHome()) : path)
    } catch {
      // A user without an entry among the system's users, as in containers; or a relative path in a folder that is gone.
      ctx.addIssue(wrong('has to be set to a whole path: this user has no home folder that it could lie in'))
      return z.NEVER
    }
  })

/** @throws Error when the user has no home folder */
function ownHome(): string {
  const home = homedir()
  if (!isAbsolute(home)) throw new Error('HOME is not a whole path')
  return home
}
