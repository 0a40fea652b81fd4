/** How services sign what they report: each preset checks the raw bytes, then reads the event's own id and kind. */
import { createHmac, randomBytes } from 'node:crypto'
import { isJsonObject } from '../../core/text/json.ts'
import { isSameSecret } from '../access/machine-secret.ts'
import type { Report } from '../inbox/report.ts'
import type { VERIFICATIONS } from './tables.ts'

export type Verification = (typeof VERIFICATIONS)[number]

/** Milliseconds by which a signed time may differ from ours: an older report may be a repetition by somebody else. */
const TOLERANCE_MS = 5 * 60 * 1000

interface Preset {
  isSigned(report: Report, secret: string, now: Date): boolean
  /** The event's id, if its service gives one, and its kind. */
  identify(
    report: Report,
    body: unknown,
  ): { readonly eventId: string | undefined; readonly type: string | undefined }
  makeSecret(): string
  /** What is wrong with a secret that a service gave; undefined: nothing. */
  faultOf(secret: string): string | undefined
}

const SECRET_BYTES = 32
/** The fewest bytes of a key that a service gave. */
const KEY_MIN_BYTES = 16

/** Found by redaction, as our own keys are. */
const makeSecret = () => `sb_hook_${randomBytes(SECRET_BYTES).toString('base64url')}`

const tooShort = (secret: string) =>
  Buffer.byteLength(secret) < KEY_MIN_BYTES ? `must have at least ${KEY_MIN_BYTES} characters` : undefined

const STANDARD_PREFIX = 'whsec_'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

function standardKey(secret: string): Buffer {
  return Buffer.from(secret.slice(STANDARD_PREFIX.length), 'base64')
}

export const PRESETS: Readonly<Record<Exclude<Verification, 'url'>, Preset>> = {
  // https://www.standardwebhooks.com: `v1,` and base64 of HMAC-SHA256 over id, time and body.
  standard: {
    isSigned({ raw, headers }, secret, now) {
      const id = headers.get('webhook-id') ?? ''
      const time = headers.get('webhook-timestamp') ?? ''
      if (id === '' || !isRecent(time, now)) return false
      const expected = hmac(standardKey(secret), `${id}.${time}.`, raw).toString('base64')
      const given = (headers.get('webhook-signature') ?? '').split(' ')
      return isAmong(
        given.flatMap((each) => (each.startsWith('v1,') ? [each.slice('v1,'.length)] : [])),
        expected,
      )
    },
    identify: ({ headers }, body) => ({
      eventId: headers.get('webhook-id') ?? undefined,
      type: textIn(body, 'type'),
    }),
    makeSecret: () => `${STANDARD_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`,
    faultOf(secret) {
      const isKey = secret.startsWith(STANDARD_PREFIX) && BASE64.test(secret.slice(STANDARD_PREFIX.length))
      return isKey && standardKey(secret).length >= KEY_MIN_BYTES
        ? undefined
        : `must be ${STANDARD_PREFIX} and at least ${KEY_MIN_BYTES} bytes in base64`
    },
  },
  // X-Hub-Signature-256 has no time: a delivery that is sent again has the same id, and no further effect.
  github: {
    isSigned: ({ raw, headers }, secret) =>
      isAmong([headers.get('x-hub-signature-256') ?? ''], `sha256=${hmac(secret, '', raw).toString('hex')}`),
    identify: ({ headers }) => ({
      eventId: headers.get('x-github-delivery') ?? undefined,
      type: headers.get('x-github-event') ?? undefined,
    }),
    makeSecret,
    faultOf: tooShort,
  },
  // Stripe-Signature: t=time, and v1=hex of HMAC-SHA256 over time and body, once for each valid secret.
  stripe: {
    isSigned({ raw, headers }, secret, now) {
      const parts = (headers.get('stripe-signature') ?? '').split(',').map((part) => part.trim().split('='))
      const valuesOf = (wanted: string) =>
        parts.flatMap(([name, value = '']) => (name === wanted ? [value] : []))
      const [time = ''] = valuesOf('t')
      return isRecent(time, now) && isAmong(valuesOf('v1'), hmac(secret, `${time}.`, raw).toString('hex'))
    },
    identify: (_report, body) => ({ eventId: textIn(body, 'id'), type: textIn(body, 'type') }),
    makeSecret: () => `${STANDARD_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`,
    faultOf: tooShort,
  },
}

/**
 * A report to an address with a secret: the sender may give it an id, as for other calls. `X-Request-Id` does not count: proxies
 * and many senders make another one for each attempt, so that a report that comes again would count as another event.
 */
export function identifyUnsigned({ headers }: Report, body: unknown) {
  const eventId = headers.get('idempotency-key') ?? undefined
  return { eventId, type: textIn(body, 'type') }
}

/** A secret for an address. */
export const makeToken = makeSecret

/** The most signatures of one report that are looked at. */
const SIGNATURES_MAX = 10

/** Compares each in constant time. */
function isAmong(given: readonly string[], expected: string): boolean {
  return given.slice(0, SIGNATURES_MAX).some((each) => isSameSecret(each, expected))
}

function isRecent(seconds: string, now: Date): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now.getTime() - Number(seconds) * 1000) <= TOLERANCE_MS
}

function hmac(key: string | Buffer, before: string, raw: Uint8Array): Buffer {
  return createHmac('sha256', key).update(before).update(raw).digest()
}

function textIn(body: unknown, field: string): string | undefined {
  const value = isJsonObject(body) ? body[field] : undefined
  return typeof value === 'string' ? value : undefined
}
