/**
 * Reads settings from the environment: each by its own schema, reporting all faults at once and masking secrets from
 * then on.
 */
import type { z } from 'zod'
import type { Environment, Setting, Settings } from '../core/area/setting.ts'
import { AppError, type InputIssue } from '../core/errors.ts'
import { nearest } from '../core/schema/unknown-fields.ts'
import { cutText } from '../core/text/cut.ts'
import { maskEverywhere, redactText } from '../core/text/redact.ts'

/**
 * Reads all settings. From then on their secrets are masked in everything that this process stores, logs or shows.
 * @throws AppError `invalid_input` with one line for every invalid variable
 */
export function readSettings(settings: readonly Setting[], environment: Environment): Settings {
  const values = new Map<Setting, unknown>()
  const issues: InputIssue[] = []
  for (const setting of settings) {
    const { variable } = setting
    const text = textOf(environment, variable)
    const read = readSetting(setting, text, environment)
    if (text !== undefined && QUOTED.test(text)) issues.push({ path: variable, message: IN_QUOTES })
    else if ('value' in read) values.set(setting, read.value)
    else issues.push({ path: variable, message: read.fault })
  }
  if (issues.length > 0) throw wrongSettings(issues)
  maskEverywhere(settings.flatMap((setting) => secretsIn(setting, textOf(environment, setting.variable))))
  return {
    of<Value>(setting: Setting<Value>): Value {
      if (!values.has(setting)) throw new Error(`${setting.variable} is in no manifest`)
      // Each value was read by its setting's own schema, which the map hides from the type system.
      return values.get(setting) as Value
    },
  }
}

/** A schema that breaks is a fault of its variable like any other: the rest is read, and told, as well. */
function readSetting(
  setting: Setting,
  text: string | undefined,
  environment: Environment,
): { readonly value: unknown } | { readonly fault: string } {
  try {
    const schema = typeof setting.schema === 'function' ? setting.schema(environment) : setting.schema
    const read = schema.safeParse(text)
    return read.success ? { value: read.data } : { fault: faultOf(setting, text, read.error) }
  } catch (thrown) {
    // The words of the schema may repeat the value.
    const why = setting.secret || !(thrown instanceof Error) ? '' : `: ${shownText(thrown.message)}`
    return { fault: `cannot be read, since its schema broke${why}` }
  }
}

/** An empty variable is one that was left blank in an environment file. */
function textOf(environment: Environment, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined
}

const OWN_PREFIX = 'SWITCHBOARD_'

/** Variables that look like settings but are not, one line each. */
export function unknownSettings(settings: readonly Setting[], environment: Environment): string[] {
  const names = settings.map(({ variable }) => variable)
  return Object.keys(environment)
    .filter((name) => name.startsWith(OWN_PREFIX) && !names.includes(name))
    .map((name) => {
      const near = nearest(name, names)
      return `${name} is not a setting${near === undefined ? '' : `; the nearest is ${near}`}.`
    })
}

/**
 * The parts of a variable that must not be shown: a whole key, each of several keys, and the passwords of an address, whether the address is
 * secret or not.
 */
function secretsIn({ secret }: Setting, text: string | undefined): string[] {
  if (text === undefined) return []
  return secret && !ADDRESS.test(text)
    ? [text, ...text.split(',').map((part) => part.trim())]
    : passwordsIn(text)
}

const ADDRESS = /^[^:]+:\/\//

/**
 * A password as it was written and as it is meant; it may contain unescaped `@` and `/`. A password that also occurs
 * elsewhere in the address, such as the user's own name, cannot be kept secret.
 */
function passwordsIn(address: string): string[] {
  const [, user = '', password, rest = ''] = /^[^:]+:\/\/([^:/@]*):(.*)@(.*)$/s.exec(address) ?? []
  const named = Array.from(address.matchAll(NAMED_PASSWORD), ([, quoted, plain = '']) => quoted ?? plain)
  if (password === undefined || `${user}\n${rest}`.includes(password)) return named
  return [password, decoded(password), ...named]
}

/** A password given as a word, in either form of an address. */
const NAMED_PASSWORD = /(?:ssl)?password\s*=\s*(?:'((?:[^'\\]|\\.)+)'|([^\s&']+))/g

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `docker run --env-file` passes on quotes that a shell would have removed. */
const QUOTED = /^(["'`]).*\1$|^[“‘«].*[”’»]$/s
const IN_QUOTES = 'is in quotes, which only a shell removes: write it without them'

function faultOf(setting: Setting, text: string | undefined, error: z.ZodError): string {
  return said(error) ?? `is ${shown(setting, text)}; it takes ${setting.takes}${hintIn(error)}`
}

/** What to write instead, if a schema knows it. */
function hintIn({ issues }: z.ZodError): string {
  const hints = issues.flatMap((issue) => (issue.code === 'custom' ? (issue.params?.hint ?? []) : []))
  return hints.map((hint) => `; ${shownText(hint)}`).join('')
}

function said({ issues: [issue] }: z.ZodError): string | undefined {
  return issue?.code === 'custom' && issue.params?.isSaid === true ? issue.message : undefined
}

/** The most characters shown of a wrong value, and of a hint about it. */
const SHOWN_MAX_CHARS = 200

/** A secret may have been put into the wrong variable. */
function shownText(text: string): string {
  return cutText(redactText(text), SHOWN_MAX_CHARS, '…')
}

function shown(spec: Setting, text = ''): string {
  return spec.secret ? 'not of the right form' : JSON.stringify(shownText(text))
}

function wrongSettings(issues: readonly InputIssue[]): AppError {
  const lines = issues.map(({ path, message }) => `${path} ${message}.`)
  return new AppError('invalid_input', lines.join('\n'), {
    fix: 'Correct the variable in the environment, or unset it to use its default.',
    issues,
  })
}
