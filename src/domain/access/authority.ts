/**
 * Current authority. Work continues after the call that started it, so each later act checks again that the key behind
 * it is active and has the scopes.
 */
import type { Actor } from '../../core/operation/actor.ts'
import { missingScopes } from '../../core/operation/scopes.ts'
import { type KeyRow, keyState } from './key.ts'

/** The part of an actor that its authority depends on. */
export type Authority = Pick<Actor, 'scopes' | 'keyId'>

/** The part of a key that authority depends on. */
export type KeyStanding = Pick<KeyRow, 'scopes' | 'revokedAt' | 'expiresAt'>

/**
 * Why an actor has lost its authority, as a sentence; undefined: it still has it. An actor without a key has nothing to
 * lose.
 */
export function lostAuthority(
  { keyId, scopes }: Authority,
  key: KeyStanding | undefined,
  now: Date,
): string | undefined {
  if (keyId === undefined) return undefined
  if (key === undefined) return `The key ${keyId} no longer exists.`
  const state = keyState(key, now)
  if (state === 'revoked') return `The key ${keyId} has been revoked.`
  if (state === 'expired') return `The key ${keyId} has expired.`
  const missing = missingScopes(key.scopes, scopes)
  return missing.length === 0 ? undefined : `The key ${keyId} no longer has ${missing.join(', ')}.`
}
