/** The settings of the gateway itself; those of areas are in their manifests. */
import { z } from 'zod'
import { defineSetting } from '../core/area/setting.ts'
import { addressWithoutQuery, integer, key, list, wrong } from '../core/area/setting-forms.ts'
import { SECRET_MIN_CHARS } from '../domain/secrets/master-key.ts'
import { isTimeZone, systemTimeZone } from '../domain/time/zones/time-zone.ts'
import {
  folder,
  hostName,
  mailbox,
  origin,
  redisAddress,
  serverAddress,
  smtpAddress,
} from './setting-forms.ts'

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
const AUTH_MODES = ['local', 'required'] as const

const PLAIN_HTTP = ['refuse', 'allow'] as const

const PORT_MAX = 65_535
const POOL_MAX = 1_000
const CONCURRENCY_MAX = 1_000
const RATE_MAX = 1_000_000
const PROXIES_MAX = 10
const LEASE_MIN_S = 1
const LEASE_MAX_S = 3600

export const GATEWAY_SETTINGS = {
  PORT: defineSetting({
    variable: 'PORT',
    description: 'Port of the gateway; 0 picks any free port.',
    takes: `a port from 0 to ${PORT_MAX}`,
    default: '3000',
    schema: integer(0, PORT_MAX, 3000),
  }),
  HOST: defineSetting({
    variable: 'HOST',
    description: 'Address that the gateway listens on. On any address but loopback every call needs a key.',
    takes: 'an IP address or a host name, without a port',
    default: '127.0.0.1',
    schema: hostName.default('127.0.0.1'),
  }),
  DATABASE_URL: defineSetting({
    variable: 'DATABASE_URL',
    description:
      'PostgreSQL server (13 or later) that stores everything. Unset: an embedded PostgreSQL in SWITCHBOARD_HOME.',
    takes: 'an address such as postgres://name@host:5432/database',
    default: 'the embedded store',
    secret: true,
    schema: serverAddress,
  }),
  SWITCHBOARD_DIRECT_DATABASE_URL: defineSetting({
    variable: 'SWITCHBOARD_DIRECT_DATABASE_URL',
    description:
      'Address of the same database without the pooler in DATABASE_URL. Needed where the pooler works in transaction mode: the queue, migrations and change notices use it.',
    takes: 'an address like the one in DATABASE_URL',
    default: 'DATABASE_URL',
    secret: true,
    schema: serverAddress,
  }),
  REDIS_URL: defineSetting({
    variable: 'REDIS_URL',
    description: 'Redis for the queue and the rate limits. Unset: the database does both.',
    takes: 'an address such as redis://host:6379',
    default: 'the database',
    secret: true,
    schema: redisAddress.optional(),
  }),
  SMTP_URL: defineSetting({
    variable: 'SMTP_URL',
    description:
      'Mail server through which notifications and invitations are sent. `smtps://` is TLS from the start, and `smtp://` needs STARTTLS, except on this machine; for a relay on a private network add `?tls=off`. Unset: nothing is mailed.',
    takes: 'an address such as smtps://user:password@smtp.example.com',
    default: 'no mail',
    secret: true,
    schema: smtpAddress.optional(),
  }),
  MAIL_FROM: defineSetting({
    variable: 'MAIL_FROM',
    description: 'Sender of mails. Needed with SMTP_URL.',
    takes: 'an address such as switchboard@example.com or Switchboard <switchboard@example.com>',
    default: 'none',
    schema: ({ SMTP_URL }) =>
      SMTP_URL?.trim()
        ? z
            .string()
            .optional()
            .refine((text) => text !== undefined, {
              ...wrong('must be set where SMTP_URL is: the address from which mails come'),
              abort: true,
            })
            .transform((text = '') => text)
            .pipe(mailbox)
        : mailbox.optional(),
  }),
  SWITCHBOARD_HOME: defineSetting({
    variable: 'SWITCHBOARD_HOME',
    description:
      'Folder of the embedded store, of agent files, and of the file that tells the command line where a running gateway is.',
    takes: 'a folder',
    default: '~/.switchboard',
    schema: folder,
  }),
  SWITCHBOARD_PUBLIC_URL: defineSetting({
    variable: 'SWITCHBOARD_PUBLIC_URL',
    description:
      'Address at which browsers and other services reach this gateway: URLs of hooks begin with it, and services send people back there, to `/oauth/callback`, after they agreed to the use of an account.',
    takes: 'an address such as https://switchboard.example.com',
    default: 'the address that it listens on',
    schema: addressWithoutQuery('/oauth/callback').optional(),
  }),
  SWITCHBOARD_AUTH: defineSetting({
    variable: 'SWITCHBOARD_AUTH',
    description:
      '`required`: every call needs a key. `local`: on this machine calls need none, except for lasting changes, such as creating keys.',
    takes: AUTH_MODES.join(' or '),
    default: 'local on loopback without your own proxies in front, otherwise required',
    schema: z.enum(AUTH_MODES).optional(),
  }),
  SWITCHBOARD_TIME_ZONE: defineSetting({
    variable: 'SWITCHBOARD_TIME_ZONE',
    description: 'Time zone of people who have not set their own.',
    takes: 'an IANA time zone such as Europe/Paris',
    default: "the system's",
    schema: z.string().refine(isTimeZone).default(systemTimeZone),
  }),
  SWITCHBOARD_ALLOWED_HOSTS: defineSetting({
    variable: 'SWITCHBOARD_ALLOWED_HOSTS',
    description: 'Further host names of this gateway, such as its public name. Calls under them need a key.',
    takes: 'host names, separated by commas',
    default: 'none',
    schema: list(z.string().regex(/^[\w.:[\]-]+$/)),
  }),
  SWITCHBOARD_ALLOWED_ORIGINS: defineSetting({
    variable: 'SWITCHBOARD_ALLOWED_ORIGINS',
    description: 'Origins of other sites, extensions and apps whose pages may call this gateway.',
    takes: 'origins such as https://app.example.com or chrome-extension://id, separated by commas',
    default: 'none',
    schema: list(origin),
  }),
  SWITCHBOARD_TRUSTED_PROXIES: defineSetting({
    variable: 'SWITCHBOARD_TRUSTED_PROXIES',
    description:
      'Number of your own reverse proxies in front of the gateway, whose X-Forwarded-For is trusted.',
    takes: `a number from 0 to ${PROXIES_MAX}`,
    default: '0',
    schema: integer(0, PROXIES_MAX, 0),
  }),
  SWITCHBOARD_RATE_LIMIT: defineSetting({
    variable: 'SWITCHBOARD_RATE_LIMIT',
    description:
      'Calls a minute for each key; each message of an MCP batch counts. Keys with the scope admin may make ten times as many. All keys of a person together may make twice as many as one key.',
    takes: `a number from 1 to ${RATE_MAX}`,
    default: '1000',
    schema: integer(1, RATE_MAX, 1000),
  }),
  SWITCHBOARD_SECRET: defineSetting({
    variable: 'SWITCHBOARD_SECRET',
    description:
      'Seals the secrets of connected accounts, and signs MCP sessions. Needed with DATABASE_URL before the first account is connected, and then the same for every process. Several: the first seals, the others still open what they sealed, until `switchboard secrets rotate` has replaced them.',
    takes: `random text of ${SECRET_MIN_CHARS} characters or more; several separated by commas`,
    default: 'with the embedded store, the file secrets.key in SWITCHBOARD_HOME, which is generated',
    secret: true,
    schema: list(z.string().min(SECRET_MIN_CHARS)),
  }),
  SWITCHBOARD_DATABASE_CONNECTIONS: defineSetting({
    variable: 'SWITCHBOARD_DATABASE_CONNECTIONS',
    description: 'Connections of one process to PostgreSQL.',
    takes: `a number from 1 to ${POOL_MAX}`,
    default: '10',
    schema: integer(1, POOL_MAX, 10),
  }),
  SWITCHBOARD_WORKER_CONCURRENCY: defineSetting({
    variable: 'SWITCHBOARD_WORKER_CONCURRENCY',
    description: 'Jobs that one worker process runs at a time.',
    takes: `a number from 1 to ${CONCURRENCY_MAX}`,
    default: '5',
    schema: integer(1, CONCURRENCY_MAX, 5),
  }),
  SWITCHBOARD_LEASE_SECONDS: defineSetting({
    variable: 'SWITCHBOARD_LEASE_SECONDS',
    description:
      'Seconds after which a worker that gives no sign of life loses its runs. Other workers then continue them.',
    takes: `a number from ${LEASE_MIN_S} to ${LEASE_MAX_S}`,
    default: '30',
    schema: integer(LEASE_MIN_S, LEASE_MAX_S, 30),
  }),
  LOG_LEVEL: defineSetting({
    variable: 'LOG_LEVEL',
    description: 'How much is logged.',
    takes: LOG_LEVELS.join(', '),
    default: 'info',
    schema: z.enum(LOG_LEVELS).default('info'),
  }),
  SWITCHBOARD_URL: defineSetting({
    variable: 'SWITCHBOARD_URL',
    description: 'Gateway that the command line calls instead of the one on this machine.',
    takes: 'an address such as https://switchboard.example.com',
    default: 'the gateway that runs on SWITCHBOARD_HOME',
    schema: addressWithoutQuery('/mcp').optional(),
  }),
  SWITCHBOARD_PLAIN_HTTP: defineSetting({
    variable: 'SWITCHBOARD_PLAIN_HTTP',
    description:
      '`allow`: the command line may send its key unencrypted to another machine. Only for private networks.',
    takes: PLAIN_HTTP.join(' or '),
    default: 'refuse',
    schema: z.enum(PLAIN_HTTP).default('refuse'),
  }),
  SWITCHBOARD_KEY: defineSetting({
    variable: 'SWITCHBOARD_KEY',
    description: 'API key of the command line.',
    takes: 'a key such as sb_...',
    default: 'none',
    secret: true,
    schema: key.startsWith('sb_').optional(),
  }),
} as const
