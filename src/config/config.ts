/** What the environment sets: the one place that reads it, and the list that the configuration page is made from. */
import { z } from 'zod'
import type { RedisAddress } from '../clients/queue/redis.ts'
import { AppError, type InputIssue } from '../core/errors.ts'
import { nearest } from '../core/schema/unknown-fields.ts'
import { cutText } from '../core/text/cut.ts'
import { maskEverywhere, redactText } from '../core/text/redact.ts'
import type { ServerAddress } from '../domain/db/address/address.ts'
import { OPEN_RUNS_PER_PERSON } from '../domain/runs/states.ts'
import { isTimeZone, systemTimeZone } from '../domain/time/zones/time-zone.ts'
import {
  addressBelow,
  addressWithoutQuery,
  type Environment,
  folder,
  hostName,
  integer,
  key,
  list,
  origin,
  redisAddress,
  type Schema,
  serverAddress,
} from './setting-forms.ts'

/** One variable. */
interface SettingSpec<Value> {
  readonly description: string
  /** What it takes, in words: `a port from 0 to 65535`. */
  readonly takes: string
  /** What holds when it is not set, in words. */
  readonly default: string
  /** Its value is never shown. */
  readonly secret?: true
  /** Reads the text; undefined: not set. What depends on other variables is given all of them. */
  readonly schema: Schema<Value> | ((environment: Environment) => Schema<Value>)
}

/** The default is read like any other text, so that it keeps the same rules. */
function setting<Value>(spec: SettingSpec<Value>): SettingSpec<Value> {
  return spec
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
const AUTH_MODES = ['local', 'required'] as const

const PLAIN_HTTP = ['refuse', 'allow'] as const

const PORT_MAX = 65_535
const POOL_MAX = 1_000
const CONCURRENCY_MAX = 1_000
const RATE_MAX = 1_000_000
const PROXIES_MAX = 10
const SECRET_MIN_CHARS = 32
const OPEN_RUNS_MAX = 1_000_000
const LEASE_MIN_S = 1
const LEASE_MAX_S = 3600
const AUDIT_DAYS_MAX = 3_650
const AUDIT_ENTRIES_MIN = 100
const AUDIT_ENTRIES_MAX = 10_000_000

const SETTINGS = {
  PORT: setting({
    description: 'Port of the gateway; 0 takes any free one.',
    takes: `a port from 0 to ${PORT_MAX}`,
    default: '3000',
    schema: integer(0, PORT_MAX, 3000),
  }),
  HOST: setting({
    description: 'Address that the gateway listens on. On any address but loopback every call needs a key.',
    takes: 'an IP address or a host name, without a port',
    default: '127.0.0.1',
    schema: hostName.default('127.0.0.1'),
  }),
  DATABASE_URL: setting({
    description:
      'PostgreSQL server (13 or later) that stores everything. Unset: an embedded PostgreSQL in SWITCHBOARD_HOME.',
    takes: 'an address such as postgres://name@host:5432/database',
    default: 'the embedded store',
    secret: true,
    schema: serverAddress,
  }),
  SWITCHBOARD_DIRECT_DATABASE_URL: setting({
    description:
      'Address of the same database without the pooler in DATABASE_URL. Needed where the pooler works in transaction mode: the queue, migrations and change notices use it.',
    takes: 'an address such as that in DATABASE_URL',
    default: 'DATABASE_URL',
    secret: true,
    schema: serverAddress,
  }),
  REDIS_URL: setting({
    description: 'Redis for the queue and the rate limits. Unset: the database does both.',
    takes: 'an address such as redis://host:6379',
    default: 'the database',
    secret: true,
    schema: redisAddress.optional(),
  }),
  SWITCHBOARD_HOME: setting({
    description:
      'Folder of the embedded store, of agent files, and of the file by which the command line finds a running gateway.',
    takes: 'a folder',
    default: '~/.switchboard',
    schema: folder,
  }),
  SWITCHBOARD_AUTH: setting({
    description:
      '`required`: every call needs a key. `local`: on this machine calls need none, except for what lasts, such as making keys.',
    takes: AUTH_MODES.join(' or '),
    default: 'local on loopback without proxies of your own in front, else required',
    schema: z.enum(AUTH_MODES).optional(),
  }),
  SWITCHBOARD_TIME_ZONE: setting({
    description: 'Time zone of people who have not set their own.',
    takes: 'an IANA time zone such as Europe/Paris',
    default: "the system's",
    schema: z.string().refine(isTimeZone).default(systemTimeZone),
  }),
  SWITCHBOARD_ALLOWED_HOSTS: setting({
    description: 'Further host names of this gateway, such as its public name. Calls under them need a key.',
    takes: 'host names, separated by commas',
    default: 'none',
    schema: list(z.string().regex(/^[\w.:[\]-]+$/)),
  }),
  SWITCHBOARD_ALLOWED_ORIGINS: setting({
    description: 'Origins of other sites, extensions and apps whose pages may call this gateway.',
    takes: 'origins such as https://app.example.com or chrome-extension://id, separated by commas',
    default: 'none',
    schema: list(origin),
  }),
  SWITCHBOARD_TRUSTED_PROXIES: setting({
    description:
      'Number of your own reverse proxies in front of the gateway, whose X-Forwarded-For is trusted.',
    takes: `a number from 0 to ${PROXIES_MAX}`,
    default: '0',
    schema: integer(0, PROXIES_MAX, 0),
  }),
  SWITCHBOARD_RATE_LIMIT: setting({
    description:
      'Calls a minute for each key; each message of an MCP batch counts. Keys with the scope admin have ten times as many. All keys of a person together have twice as many as one key.',
    takes: `a number from 1 to ${RATE_MAX}`,
    default: '1000',
    schema: integer(1, RATE_MAX, 1000),
  }),
  SWITCHBOARD_SECRET: setting({
    description: 'Signs MCP sessions. Unset: one is generated and kept in the database.',
    takes: `${SECRET_MIN_CHARS} characters or more`,
    default: 'made on first use',
    secret: true,
    schema: z.string().min(SECRET_MIN_CHARS).optional(),
  }),
  SWITCHBOARD_DATABASE_CONNECTIONS: setting({
    description: 'Connections of one process to PostgreSQL.',
    takes: `a number from 1 to ${POOL_MAX}`,
    default: '10',
    schema: integer(1, POOL_MAX, 10),
  }),
  SWITCHBOARD_WORKER_CONCURRENCY: setting({
    description: 'Jobs that one worker process runs at a time.',
    takes: `a number from 1 to ${CONCURRENCY_MAX}`,
    default: '5',
    schema: integer(1, CONCURRENCY_MAX, 5),
  }),
  SWITCHBOARD_OPEN_RUNS: setting({
    description:
      'How many runs of one person may be open at once: queued, put off, working or waiting. One key may have half as many.',
    takes: `a number from 1 to ${OPEN_RUNS_MAX}`,
    default: String(OPEN_RUNS_PER_PERSON),
    schema: integer(1, OPEN_RUNS_MAX, OPEN_RUNS_PER_PERSON),
  }),
  SWITCHBOARD_LEASE_SECONDS: setting({
    description:
      'Seconds after which a worker that gives no sign of life loses its runs. Other workers then continue them.',
    takes: `a number from ${LEASE_MIN_S} to ${LEASE_MAX_S}`,
    default: '30',
    schema: integer(LEASE_MIN_S, LEASE_MAX_S, 30),
  }),
  SWITCHBOARD_AUDIT_DAYS: setting({
    description: 'Days for which audit entries are kept.',
    takes: `a number from 1 to ${AUDIT_DAYS_MAX}`,
    default: '365',
    schema: integer(1, AUDIT_DAYS_MAX, 365),
  }),
  SWITCHBOARD_AUDIT_ENTRIES: setting({
    description:
      'How many of the newest audit entries are kept for each person. Entries of failed calls are counted apart, a tenth as many; so are entries of calls that changed what belongs to others, as many again.',
    takes: `a number from ${AUDIT_ENTRIES_MIN} to ${AUDIT_ENTRIES_MAX}`,
    default: '100000',
    schema: integer(AUDIT_ENTRIES_MIN, AUDIT_ENTRIES_MAX, 100_000),
  }),
  ANTHROPIC_API_KEY: setting({
    description: 'API key for Anthropic.',
    takes: 'a key',
    default: 'none',
    secret: true,
    schema: key.optional(),
  }),
  ANTHROPIC_BASE_URL: setting({
    description: 'Address of the Anthropic API.',
    takes: 'an address such as https://api.anthropic.com',
    default: "Anthropic's own",
    schema: addressWithoutQuery('/v1/messages').optional(),
  }),
  OPENAI_API_KEY: setting({
    description: 'API key for OpenAI, or for another service with the same protocol.',
    takes: 'a key',
    default: 'none',
    secret: true,
    schema: key.optional(),
  }),
  OPENAI_BASE_URL: setting({
    description: 'Address of that service: Groq, Ollama, vLLM ... One on this machine needs no key.',
    takes: 'an address such as http://127.0.0.1:11434/v1',
    default: "OpenAI's own",
    schema: addressBelow('/chat/completions').optional(),
  }),
  SWITCHBOARD_MODEL: setting({
    description: 'Model of agents that do not name one.',
    takes: 'provider and model, such as anthropic/claude-sonnet-5-5 or openai/gpt-5.6-terra',
    default: 'one of the configured provider, Anthropic first',
    schema: z
      .string()
      .regex(/^(anthropic|openai)\/.+$/)
      .optional(),
  }),
  LOG_LEVEL: setting({
    description: 'How much is logged.',
    takes: LOG_LEVELS.join(', '),
    default: 'info',
    schema: z.enum(LOG_LEVELS).default('info'),
  }),
  SWITCHBOARD_URL: setting({
    description: 'Gateway that the command line calls instead of the one on this machine.',
    takes: 'an address such as https://switchboard.example.com',
    default: 'the gateway that runs on SWITCHBOARD_HOME',
    schema: addressWithoutQuery('/mcp').optional(),
  }),
  SWITCHBOARD_PLAIN_HTTP: setting({
    description:
      '`allow`: the command line may send its key unencrypted to another machine. Only for private networks.',
    takes: PLAIN_HTTP.join(' or '),
    default: 'refuse',
    schema: z.enum(PLAIN_HTTP).default('refuse'),
  }),
  SWITCHBOARD_KEY: setting({
    description: 'API key of the command line.',
    takes: 'a key such as sb_...',
    default: 'none',
    secret: true,
    schema: key.startsWith('sb_').optional(),
  }),
} as const

type Name = keyof typeof SETTINGS
type Values = { [N in Name]: z.output<SchemaOf<(typeof SETTINGS)[N]['schema']>> }
type SchemaOf<Given> = Given extends (environment: Environment) => infer Made ? Made : Given

/** Every variable, for the configuration page. */
export const settings = Object.entries(SETTINGS).map(([name, spec]: [string, SettingSpec<unknown>]) => ({
  name,
  description: spec.description,
  takes: spec.takes,
  default: spec.default,
  secret: spec.secret === true,
}))

/** How a provider of models is reached. */
export interface ProviderAccess {
  readonly apiKey: string | undefined
  readonly baseUrl: string | undefined
}

export interface Config {
  readonly port: number
  readonly host: string
  /** PostgreSQL; undefined: the embedded store. */
  readonly database: ServerAddress | undefined
  /** The same without a pooler in between. */
  readonly directDatabase: ServerAddress | undefined
  readonly redis: RedisAddress | undefined
  /** Absolute. */
  readonly home: string
  /** Undefined: what fits `host`. */
  readonly auth: 'local' | 'required' | undefined
  readonly timeZone: string
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: number
  readonly rateLimitPerMinute: number
  readonly secret: string | undefined
  readonly databaseConnections: number
  readonly workerConcurrency: number
  readonly leaseSeconds: number
  readonly openRunsPerPerson: number
  readonly audit: { readonly days: number; readonly entriesPerPerson: number }
  readonly anthropic: ProviderAccess
  readonly openai: ProviderAccess
  /** `provider/model`. */
  readonly model: string | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly url: string | undefined
  readonly key: string | undefined
  readonly allowsPlainHttp: boolean
  /** Variables that look like settings and are not, one line each. */
  readonly warnings: readonly string[]
}

/**
 * Reads the configuration. `given` replaces variables, as the options of a command do. Its secrets are masked from then on
 * in all that this process stores, logs or shows.
 * @throws AppError `invalid_input` with one line for every variable that is wrong
 */
export function readConfig(environment: Environment = process.env, given: Environment = {}): Config {
  const values = readValues({ ...environment, ...definedOf(given) })
  const config = {
    port: values.PORT,
    host: values.HOST,
    database: values.DATABASE_URL,
    directDatabase: values.SWITCHBOARD_DIRECT_DATABASE_URL,
    redis: values.REDIS_URL,
    home: values.SWITCHBOARD_HOME,
    auth: values.SWITCHBOARD_AUTH,
    timeZone: values.SWITCHBOARD_TIME_ZONE,
    allowedHosts: values.SWITCHBOARD_ALLOWED_HOSTS,
    allowedOrigins: values.SWITCHBOARD_ALLOWED_ORIGINS,
    trustedProxies: values.SWITCHBOARD_TRUSTED_PROXIES,
    rateLimitPerMinute: values.SWITCHBOARD_RATE_LIMIT,
    secret: values.SWITCHBOARD_SECRET,
    databaseConnections: values.SWITCHBOARD_DATABASE_CONNECTIONS,
    workerConcurrency: values.SWITCHBOARD_WORKER_CONCURRENCY,
    leaseSeconds: values.SWITCHBOARD_LEASE_SECONDS,
    openRunsPerPerson: values.SWITCHBOARD_OPEN_RUNS,
    audit: {
      days: values.SWITCHBOARD_AUDIT_DAYS,
      entriesPerPerson: values.SWITCHBOARD_AUDIT_ENTRIES,
    },
    anthropic: { apiKey: values.ANTHROPIC_API_KEY, baseUrl: values.ANTHROPIC_BASE_URL },
    openai: { apiKey: values.OPENAI_API_KEY, baseUrl: values.OPENAI_BASE_URL },
    model: values.SWITCHBOARD_MODEL,
    logLevel: values.LOG_LEVEL,
    url: values.SWITCHBOARD_URL,
    key: values.SWITCHBOARD_KEY,
    allowsPlainHttp: values.SWITCHBOARD_PLAIN_HTTP === 'allow',
    warnings: warningsOf(environment),
  }
  maskEverywhere(secretsOf(config, environment))
  return config
}

/** What nobody may see of a configuration: keys, and the passwords in addresses. */
function secretsOf({ secret, key, anthropic, openai }: Keys, environment: Environment): string[] {
  const addresses = [
    environment.DATABASE_URL,
    environment.SWITCHBOARD_DIRECT_DATABASE_URL,
    environment.REDIS_URL,
    anthropic.baseUrl,
    openai.baseUrl,
  ]
  const keys = [secret, key, anthropic.apiKey, openai.apiKey]
  return [...keys, ...addresses.flatMap(passwordsIn)].filter((text) => text !== undefined)
}

type Keys = Pick<Config, 'secret' | 'key' | 'anthropic' | 'openai'>

/**
 * A password as it was written and as it is meant; it may hold `@` and `/` that nobody escaped. One that stands elsewhere
 * in the address, such as the user's own name, cannot be kept secret.
 */
function passwordsIn(address: string | undefined): string[] {
  const [, user = '', password, rest = ''] = /^[^:]+:\/\/([^:/@]*):(.*)@(.*)$/s.exec(address ?? '') ?? []
  const named = Array.from(
    (address ?? '').matchAll(NAMED_PASSWORD),
    ([, quoted, plain = '']) => quoted ?? plain,
  )
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

function definedOf(given: Environment): Environment {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function readValues(environment: Environment): Values {
  const values: Record<string, unknown> = {}
  const issues: InputIssue[] = []
  for (const [name, spec] of Object.entries<SettingSpec<unknown>>(SETTINGS)) {
    // An empty variable is one that was left open in a file of them.
    const text = environment[name]?.trim() || undefined
    const schema = typeof spec.schema === 'function' ? spec.schema(environment) : spec.schema
    const read = schema.safeParse(text)
    if (text !== undefined && QUOTED.test(text)) issues.push({ path: name, message: IN_QUOTES })
    else if (read.success) values[name] = read.data
    else
      issues.push({
        path: name,
        message: said(read.error) ?? `is ${shown(spec, text)}; it takes ${spec.takes}${hintIn(read.error)}`,
      })
  }
  if (issues.length > 0) throw wrongSettings(issues)
  // Each was read by its own schema, which the loop hides from the type system.
  return values as Values
}

/** As `docker run --env-file` hands on what a shell would have taken the quotes from. */
const QUOTED = /^(["'`]).*\1$|^[“‘«].*[”’»]$/s
const IN_QUOTES = 'stands in quotes, which only a shell takes away: write it without them'

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

function shown(spec: SettingSpec<unknown>, text = ''): string {
  return spec.secret ? 'not of the right form' : JSON.stringify(shownText(text))
}

function wrongSettings(issues: readonly InputIssue[]): AppError {
  const lines = issues.map(({ path, message }) => `${path} ${message}.`)
  return new AppError('invalid_input', lines.join('\n'), {
    fix: 'Correct the variable in the environment. Unset, it has its default.',
    issues,
  })
}

const OWN_PREFIX = 'SWITCHBOARD_'

function warningsOf(environment: Environment): string[] {
  const names = Object.keys(SETTINGS)
  const unknown = Object.keys(environment)
    .filter((name) => name.startsWith(OWN_PREFIX) && !names.includes(name))
    .map((name) => {
      const near = nearest(name, names)
      return `${name} is not a setting${near === undefined ? '' : `; the nearest is ${near}`}.`
    })
  const isIdle = environment.SWITCHBOARD_DIRECT_DATABASE_URL?.trim() && !environment.DATABASE_URL?.trim()
  return isIdle ? [...unknown, 'SWITCHBOARD_DIRECT_DATABASE_URL does nothing without DATABASE_URL.'] : unknown
}
