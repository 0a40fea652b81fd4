/**
 * Authority as it is now. What a key has started goes on after the call that started it, so each thing that it does later
 * asks again whether that key is still active and still has the scopes.
 */
import type { Actor } from '../../core/actor.ts'
import { missingScopes } from '../../core/scopes.ts'
import { type KeyRow, keyState } from './key.ts'

/** What of an actor its authority rests on. */
export type Authority = Pick<Actor, 'scopes' | 'keyId'>

/** What of a key it rests on. */
export type KeyStanding = Pick<KeyRow, 'scopes' | 'revokedAt' | 'expiresAt'>

/** Why an actor may act no more, as a sentence; undefined: it may. Without a key there is nothing to take back. */
export function lostAuthority(
  { keyId, scopes }: Authority,
  key: KeyStanding | undefined,
  now: Date,
): string | undefined {
  if (keyId === undefined) return undefined
  if (key === undefined) return `The key ${keyId} does not exist any more.`
  const state = keyState(key, now)
  if (state === 'revoked') return `The key ${keyId} has been revoked.`
  if (state === 'expired') return `The key ${keyId} has expired.`
  const missing = missingScopes(key.scopes, scopes)
  return missing.length === 0 ? undefined : `The key ${keyId} does not have ${missing.join(', ')} any more.`
}
