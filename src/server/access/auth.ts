/**
 * Identifies the caller over HTTP: the person of a key, the owner by the machine's secret or, on loopback, a caller
 * without either.
 */

import { AppError } from '../../core/errors.ts'
import { type Actor, keylessPerson, LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Log } from '../../core/operation/context.ts'
import type { AuthMode } from '../../domain/access/auth-mode.ts'
import type { Keyring } from '../../domain/access/keyring.ts'
import { isSameSecret } from '../../domain/access/machine-secret.ts'
import { HeadedError } from '../http/headed-error.ts'
import { createKeyAttempts } from './rate-limit.ts'
import { createSameSite } from './same-site.ts'

interface AuthOptions {
  readonly mode: AuthMode
  readonly keyring: Pick<Keyring, 'recall' | 'verify'>
  /** A secret that only programs of this gateway's own user know; absent: no caller can prove to be the owner. */
  readonly machineSecret?: string | undefined
  /** Names of this gateway besides those of this machine. */
  readonly allowedHosts?: readonly string[]
  /** Origins of other sites whose pages may call. */
  readonly allowedOrigins?: readonly string[]
  readonly log: Log
  /** The address under which refused keys are counted. */
  addressOf(request: Request): string
  /** The sign that a request was forwarded; undefined: there is none. */
  signOfForwarding(request: Request): string | undefined
}

export interface Auth {
  /** @throws AppError `unauthenticated`, `forbidden`, `rate_limited` */
  authenticate(request: Request): Promise<Actor>
}

export function createAuth(options: AuthOptions): Auth {
  const { mode, keyring, log, addressOf, signOfForwarding } = options
  const allowedHosts = options.allowedHosts ?? []
  const assertSameSite = createSameSite({
    // Where keys are required, a page that reached us under a wrong name has no key to send.
    hosts: mode === 'local' || allowedHosts.length > 0 ? allowedHosts : undefined,
    origins: options.allowedOrigins ?? [],
  })
  const attempts = createKeyAttempts()

  async function authenticate(request: Request): Promise<Actor> {
    assertSameSite(request)
    const key = presentedKey(request.headers)
    if (key === undefined) return withoutKey(request)
    if (isOwners(key)) return LOCAL_PERSON
    return keyring.recall(key) ?? (await withKey(key, addressOf(request)))
  }

  function withoutKey(request: Request): Actor {
    if (mode === 'required') throw keyNeeded()
    const sign = signOfForwarding(request)
    if (sign !== undefined) throw keyNeededFromAfar(sign)
    return keylessPerson()
  }

  function isOwners(credential: string): boolean {
    return options.machineSecret !== undefined && isSameSecret(credential, options.machineSecret)
  }

  async function withKey(key: string, address: string): Promise<Actor> {
    // The key is checked before the address is: many callers may share an address, and those with wrong keys must not
    // keep the others out.
    const verification = await keyring.verify(key)
    if (verification.ok) return verification.actor
    await attempts.refused(address)
    const { reason, keyId } = verification
    log.warn({ reason, keyId, address }, 'a key was not accepted')
    throw keyRefused()
  }

  return { authenticate }
}

/**
 * Matched whole and then trimmed: a pattern that tells blanks around a key from blanks within it would backtrack over
 * all of them.
 */
const BEARER = /^bearer (.*)$/i

/**
 * The key of a request, in `Authorization: Bearer` or `X-API-Key`. Other credentials are answered like a wrong key, so
 * that a caller who presents any is never taken for the owner.
 */
function presentedKey(headers: Request['headers']): string | undefined {
  const authorization = headers.get('authorization')
  const apiKey = headers.get('x-api-key')
  if (authorization === null) return apiKey ?? undefined
  return BEARER.exec(authorization)?.[1]?.trim() ?? apiKey ?? authorization
}

const REALM = 'Bearer realm="switchboard"'
const SEND_A_KEY =
  'Send Authorization: Bearer sb_... with the request; `switchboard keys create` creates a key.'

function keyNeeded(): AppError {
  return new HeadedError({ 'www-authenticate': REALM }, 'unauthenticated', 'This gateway needs an API key.', {
    fix: SEND_A_KEY,
  })
}

function keyNeededFromAfar(sign: string): AppError {
  return new HeadedError(
    { 'www-authenticate': REALM },
    'unauthenticated',
    `This request came through a proxy or a tunnel (${sign}), so it needs an API key.`,
    { fix: SEND_A_KEY },
  )
}

/** The same answer for unknown, revoked and expired keys: only the owner may know which it is. */
function keyRefused(): AppError {
  return new HeadedError(
    { 'www-authenticate': `${REALM}, error="invalid_token"` },
    'unauthenticated',
    'The API key is not accepted: it is mistyped, expired or revoked.',
    {
      fix: '`switchboard keys list` shows which keys are active; `switchboard keys create` creates another.',
    },
  )
}

/**
 * Checked before a gateway listens: a gateway that requires keys is of no use before there is one.
 * @throws AppError `unauthenticated`
 */
export async function assertStartable(mode: AuthMode, hasActiveKey: () => Promise<boolean>): Promise<void> {
  if (mode === 'local' || (await hasActiveKey())) return
  throw new AppError(
    'unauthenticated',
    'Every request would need an API key, and there is no active one yet.',
    {
      fix: 'Create one first: switchboard keys create --label admin --scopes admin',
    },
  )
}
