/** The forms that values of settings have: each reads the text of a variable, or says what is wrong with it. */
import { z } from 'zod'

export const integer = (min: number, max: number, fallback: number) =>
  z.string().regex(/^\d+$/).default(String(fallback)).transform(Number).pipe(z.int().min(min).max(max))

export const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item))

/** What is wrong with a value, to follow on the variable's name: where the setting's own `takes` does not say enough. */
export const wrong = (message: string) => ({ code: 'custom' as const, params: { isSaid: true }, message })

/** What to write instead, to follow on what the setting takes. */
export const hinted = (input: string, hint: string) => ({ code: 'custom' as const, input, params: { hint } })

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
