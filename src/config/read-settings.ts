/** Reads settings from the environment: each by its own schema, all faults at once, and secrets masked from then on. */
import type { z } from 'zod'
import type { Environment, Setting, Settings } from '../core/area/setting.ts'
import { AppError, type InputIssue } from '../core/errors.ts'
import { nearest } from '../core/schema/unknown-fields.ts'
import { cutText } from '../core/text/cut.ts'
import { maskEverywhere, redactText } from '../core/text/redact.ts'

/**
 * Reads all settings. What of them is secret is masked from then on in all that this process stores, logs or shows.
 * @throws AppError `invalid_input` with one line for every variable that is wrong
 */
export function readSettings(settings: readonly Setting[], environment: Environment): Settings {
  const values = new Map<Setting, unknown>()
  const issues: InputIssue[] = []
  for (const setting of settings) {
    const { variable } = setting
    const text = textOf(environment, variable)
    const schema = typeof setting.schema === 'function' ? setting.schema(environment) : setting.schema
    const read = schema.safeParse(text)
    if (text !== undefined && QUOTED.test(text)) issues.push({ path: variable, message: IN_QUOTES })
    else if (read.success) values.set(setting, read.data)
    else issues.push({ path: variable, message: faultOf(setting, text, read.error) })
  }
  if (issues.length > 0) throw wrongSettings(issues)
  maskEverywhere(settings.flatMap((setting) => secretsIn(setting, textOf(environment, setting.variable))))
  return {
    of<Value>(setting: Setting<Value>): Value {
      if (!values.has(setting)) throw new Error(`${setting.variable} is in no manifest`)
      // Each was read by its own schema, which the map hides from the type system.
      return values.get(setting) as Value
    },
  }
}

/** An empty variable is one that was left open in a file of them. */
function textOf(environment: Environment, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined
}

const OWN_PREFIX = 'SWITCHBOARD_'

/** Variables that look like settings and are not, one line each. */
export function unknownSettings(settings: readonly Setting[], environment: Environment): string[] {
  const names = settings.map(({ variable }) => variable)
  return Object.keys(environment)
    .filter((name) => name.startsWith(OWN_PREFIX) && !names.includes(name))
    .map((name) => {
      const near = nearest(name, names)
      return `${name} is not a setting${near === undefined ? '' : `; the nearest is ${near}`}.`
    })
}

/** What nobody may see of a variable: a key as a whole, and of an address, secret or not, its passwords. */
function secretsIn({ secret }: Setting, text: string | undefined): string[] {
  if (text === undefined) return []
  return secret && !ADDRESS.test(text) ? [text] : passwordsIn(text)
}

const ADDRESS = /^[^:]+:\/\//

/**
 * A password as it was written and as it is meant; it may hold `@` and `/` that nobody escaped. One that stands elsewhere
 * in the address, such as the user's own name, cannot be kept secret.
 */
function passwordsIn(address: string): string[] {
  const [, user = '', password, rest = ''] = /^[^:]+:\/\/([^:/@]*):(.*)@(.*)$/s.exec(address) ?? []
  const named = Array.from(address.matchAll(NAMED_PASSWORD), ([, quoted, plain = '']) => quoted ?? plain)
  if (password === undefined || `${user}\n${rest}`.includes(password)) return named
  return [password, decoded(password), ...named]
}

/** As a word of its own, in either form of an address. */
const NAMED_PASSWORD = /(?:ssl)?password\s*=\s*(?:'((?:[^'\\]|\\.)+)'|([^\s&']+))/g

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** As `docker run --env-file` hands on what a shell would have taken the quotes from. */
const QUOTED = /^(["'`]).*\1$|^[“‘«].*[”’»]$/s
const IN_QUOTES = 'is in quotes, which only a shell removes: write it without them'

function faultOf(setting: Setting, text: string | undefined, error: z.ZodError): string {
  return said(error) ?? `is ${shown(setting, text)}; it takes ${setting.takes}${hintIn(error)}`
}

/** What to write instead, where a schema knows it. */
function hintIn({ issues }: z.ZodError): string {
  const hints = issues.flatMap((issue) => (issue.code === 'custom' ? (issue.params?.hint ?? []) : []))
  return hints.map((hint) => `; ${shownText(hint)}`).join('')
}

function said({ issues: [issue] }: z.ZodError): string | undefined {
  return issue?.code === 'custom' && issue.params?.isSaid === true ? issue.message : undefined
}

/** Characters of a wrong value that are shown, and of a hint about it. */
const SHOWN_MAX_CHARS = 200

/** A secret may have got into the wrong variable. */
function shownText(text: string): string {
  return cutText(redactText(text), SHOWN_MAX_CHARS, '…')
}

function shown(spec: Setting, text = ''): string {
  return spec.secret ? 'not of the right form' : JSON.stringify(shownText(text))
}

function wrongSettings(issues: readonly InputIssue[]): AppError {
  const lines = issues.map(({ path, message }) => `${path} ${message}.`)
  return new AppError('invalid_input', lines.join('\n'), {
    fix: 'Correct the variable in the environment. Unset, it has its default.',
    issues,
  })
}
