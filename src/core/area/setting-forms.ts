/** The forms of setting values: each reads the text of a variable, or says what is wrong with it. */
import { z } from 'zod'

export const integer = (min: number, max: number, fallback: number) =>
  z.string().regex(/^\d+$/).default(String(fallback)).transform(Number).pipe(z.int().min(min).max(max))

export const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item))

const HOST_AND_PORT = /^(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i

/** The host as a parsed address spells it, `[::1]` for `[0:0::1]`: they are compared as texts. */
function asInUrls(text: string): string {
  const port = Number(text.slice(text.lastIndexOf(':') + 1))
  return `${new URL(`http://${text}`).hostname}:${port}`
}

/** Hosts with their ports, such as `hooks.internal:8443`: where requests may go although they are not public. */
export const hosts = list(
  z
    .string()
    .regex(HOST_AND_PORT)
    .refine((text) => URL.canParse(`http://${text}`))
    .transform(asInUrls),
)

/**
 * What is wrong with a value, as a phrase after the variable's name; used where the setting's own `takes` says too
 * little.
 */
export const wrong = (message: string) => ({ code: 'custom' as const, params: { isSaid: true }, message })

/** What to write instead, as a phrase after the setting's `takes`. */
export const hinted = (input: string, hint: string) => ({ code: 'custom' as const, input, params: { hint } })

/** A value that is sent in a header, which may hold only visible ASCII. */
export const key = z
  .string()
  .refine(
    (text) => /^[\x21-\x7e]+$/.test(text),
    wrong('contains a blank, a line break or a character that keys never have: copy it again'),
  )

const WEB_ADDRESS = /^https?:\/\/[^/]/i

/** The address of a web service. */
const webAddress = z
  .string()
  .refine((text) => WEB_ADDRESS.test(text) && URL.canParse(text), { abort: true })
  .check(({ value, issues }) => {
    const { username, password, hash, hostname, port } = new URL(value)
    if (username !== '' || password !== '')
      issues.push(hinted(value, 'leave out the name and the password, which would not be sent'))
    if (hash !== '') issues.push(hinted(value, 'leave out # and the text after it'))
    if (/[*,]/.test(hostname) || port === '0')
      issues.push(hinted(value, 'write one host, and a port of 1 or more'))
  })

/** A base address. `path`: the path that is appended to it, which some people include. */
export const addressBelow = (path: string) =>
  webAddress.refine((text) => !new URL(text).pathname.replace(/\/+$/, '').endsWith(path), {
    params: { hint: `leave out ${path}, which is added automatically` },
  })

const NO_QUERY = { params: { hint: 'leave out ? and the text after it' } }
export const addressWithoutQuery = (path: string) =>
  addressBelow(path)
    .refine((text) => new URL(text).search === '', NO_QUERY)
    .transform((text) => text.replace(/\/+$/, ''))
