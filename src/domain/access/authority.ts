/**
 * Current authority. Work continues after the call that started it, so each later act checks again that the key behind
 * it is active and has the scopes, and that the key's person may still have them.
 */
import type { Actor } from '../../core/operation/actor.ts'
import {
  commonScopes,
  grants,
  missingScopes,
  type Scope,
  scopesFor,
  withoutIncluded,
} from '../../core/operation/scopes.ts'
import { type KeyRow, keyState } from './key.ts'
import type { Role } from './tables.ts'

/** The part of an actor that its authority depends on. */
export type Authority = Pick<Actor, 'scopes' | 'keyId'>

/** The part of a key and its person that authority depends on. */
export interface KeyStanding extends Pick<KeyRow, 'scopes' | 'revokedAt' | 'expiresAt' | 'personId'> {
  readonly person: PersonStanding | null
}

/** Null for the key of a team's service. */
export interface PersonStanding {
  readonly role: Role
  readonly deactivatedAt: Date | null
}

/** Whose part of the scopes each role may have; undefined: all of them. */
const LIMITS: Readonly<Record<Role, 'members' | 'guests' | undefined>> = {
  owner: undefined,
  admin: undefined,
  member: 'members',
  guest: 'guests',
}

/** All that a person with this role may have, in few scopes. */
export function scopesOfRole(role: Role): readonly Scope[] {
  const limit = LIMITS[role]
  return limit === undefined ? ['admin'] : scopesFor(limit)
}

/**
 * What is left of these scopes for this person: nothing grants more than the person's role allows. A team's service has
 * the rights of a member.
 */
export function scopesWithin(person: PersonStanding | null, scopes: readonly Scope[]): readonly Scope[] {
  const limit = LIMITS[person?.role ?? 'member']
  if (limit === undefined) return scopes
  const allowed = scopesFor(limit)
  const isWithin = scopes.every((scope) => scope !== 'admin' && grants(allowed, scope))
  return isWithin ? scopes : withoutIncluded(commonScopes(scopes, allowed))
}

/** What a key grants now. */
export function scopesOfKey({ scopes, person }: KeyStanding): readonly Scope[] {
  return scopesWithin(person, scopes)
}

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
  if (state === 'deactivated') return `${key.personId} has been deactivated.`
  const missing = missingScopes(scopesOfKey(key), scopes)
  return missing.length === 0 ? undefined : `The key ${keyId} no longer has ${missing.join(', ')}.`
}
