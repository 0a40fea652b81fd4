/** The settings of the environment in the form that a process uses. */
import type { MailSettings } from '../clients/mail/mailer.ts'
import type { RedisAddress } from '../clients/queue/redis.ts'
import type { Area } from '../core/area/area.ts'
import type { Environment, Setting, Settings } from '../core/area/setting.ts'
import type { ServerAddress } from '../domain/db/address/address.ts'
import { GATEWAY_SETTINGS, type LOG_LEVELS } from './gateway-settings.ts'
import { readSettings, unknownSettings } from './read-settings.ts'

/** The configuration of a process. */
export interface Config {
  readonly port: number
  readonly host: string
  /** PostgreSQL; undefined: the embedded store. */
  readonly database: ServerAddress | undefined
  /** The same database without a pooler in between. */
  readonly directDatabase: ServerAddress | undefined
  readonly redis: RedisAddress | undefined
  /** How mails are sent; undefined: no mail is sent. */
  readonly mail: MailSettings | undefined
  /** Absolute. */
  readonly home: string
  /** Undefined: the default for `host`. */
  readonly auth: 'local' | 'required' | undefined
  readonly timeZone: string
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: number
  readonly rateLimitPerMinute: number
  /** The address at which browsers reach the gateway; undefined: the one that it listens on. */
  readonly publicUrl: string | undefined
  /** What secrets are sealed with, the current one first. */
  readonly secrets: readonly string[]
  readonly databaseConnections: number
  readonly workerConcurrency: number
  readonly leaseSeconds: number
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly url: string | undefined
  readonly key: string | undefined
  readonly allowsPlainHttp: boolean
  /** The areas of this gateway. */
  readonly areas: readonly Area[]
  /** The settings of areas. */
  readonly settings: Settings
  /** Variables that look like settings but are not, one line each. */
  readonly warnings: readonly string[]
}

/**
 * Reads the configuration of a gateway with these areas. `given` overrides variables, as a command's options do.
 * @throws AppError `invalid_input` with one line for every invalid variable
 */
export function readConfigOf(
  areas: readonly Area[],
  environment: Environment,
  given: Environment = {},
): Config {
  const variables = { ...environment, ...definedOf(given) }
  const all = settingsOf(areas)
  const settings = readSettings(all, variables)
  const own = <Value>(setting: Setting<Value>) => settings.of(setting)
  const its = GATEWAY_SETTINGS
  return {
    port: own(its.PORT),
    host: own(its.HOST),
    database: own(its.DATABASE_URL),
    directDatabase: own(its.SWITCHBOARD_DIRECT_DATABASE_URL),
    redis: own(its.REDIS_URL),
    mail: mailOf(own(its.SMTP_URL), own(its.MAIL_FROM)),
    home: own(its.SWITCHBOARD_HOME),
    auth: own(its.SWITCHBOARD_AUTH),
    timeZone: own(its.SWITCHBOARD_TIME_ZONE),
    allowedHosts: own(its.SWITCHBOARD_ALLOWED_HOSTS),
    allowedOrigins: own(its.SWITCHBOARD_ALLOWED_ORIGINS),
    trustedProxies: own(its.SWITCHBOARD_TRUSTED_PROXIES),
    rateLimitPerMinute: own(its.SWITCHBOARD_RATE_LIMIT),
    publicUrl: own(its.SWITCHBOARD_PUBLIC_URL),
    secrets: own(its.SWITCHBOARD_SECRET),
    databaseConnections: own(its.SWITCHBOARD_DATABASE_CONNECTIONS),
    workerConcurrency: own(its.SWITCHBOARD_WORKER_CONCURRENCY),
    leaseSeconds: own(its.SWITCHBOARD_LEASE_SECONDS),
    logLevel: own(its.LOG_LEVEL),
    url: own(its.SWITCHBOARD_URL),
    key: own(its.SWITCHBOARD_KEY),
    allowsPlainHttp: own(its.SWITCHBOARD_PLAIN_HTTP) === 'allow',
    areas,
    settings,
    warnings: [...unknownSettings(all, environment), ...idleSettings(environment)],
  }
}

/**
 * Every setting: the gateway's own first.
 * @throws Error at start-up when an area takes a variable of the gateway, or a name that is no variable's
 */
export function settingsOf(areas: readonly Area[]): readonly Setting[] {
  for (const { name, settings } of areas) {
    for (const { variable } of settings) {
      if (!VARIABLE.test(variable))
        throw new Error(`the setting ${variable} of ${name} is not in capitals, with _ between`)
      if (Object.hasOwn(GATEWAY_SETTINGS, variable))
        throw new Error(`the setting ${variable} of ${name} is one of the gateway's own`)
    }
  }
  return [...Object.values<Setting>(GATEWAY_SETTINGS), ...areas.flatMap((area) => area.settings)]
}

const VARIABLE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/

function mailOf(
  server: MailSettings['server'] | undefined,
  from: MailSettings['from'] | undefined,
): MailSettings | undefined {
  return server && from && { server, from }
}

function definedOf(given: Environment): Environment {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function idleSettings(environment: Environment): string[] {
  const isIdle = environment.SWITCHBOARD_DIRECT_DATABASE_URL?.trim() && !environment.DATABASE_URL?.trim()
  return isIdle ? ['SWITCHBOARD_DIRECT_DATABASE_URL has no effect without DATABASE_URL.'] : []
}
