/** An API key as everybody may see it: everything but the key itself. */
import { z } from 'zod'
import { idOf } from '../../core/operation/ids.ts'
import { ScopeName } from '../../core/operation/scopes.ts'
import { apiKeys } from './tables.ts'

export const KeyId = idOf('key')
export const KEY_KINDS = apiKeys.kind.enumValues
export type KeyKind = (typeof KEY_KINDS)[number]
/** `deactivated`: its person is, and it is accepted again when they come back. */
export const KEY_STATES = ['active', 'expired', 'revoked', 'deactivated'] as const
export type KeyState = (typeof KEY_STATES)[number]

export const KEY_LABEL_MAX_CHARS = 100
/** The most scopes of one key. */
export const KEY_MAX_SCOPES = 100

export const ApiKey = z.object({
  id: z.string(),
  label: z.string(),
  hint: z.string().describe('The first characters of the key'),
  person: z.string().describe('The person, or the team, whose things it reaches'),
  kind: z.enum(KEY_KINDS),
  scopes: z.array(ScopeName),
  state: z.enum(KEY_STATES),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable().describe('To the minute'),
})
export type ApiKey = z.output<typeof ApiKey>

export type KeyRow = typeof apiKeys.$inferSelect

interface KeyFacts extends Pick<KeyRow, 'expiresAt' | 'revokedAt'> {
  /** Null for the key of a team's service; absent for one whose person is making this call. */
  readonly person?: { readonly deactivatedAt: Date | null } | null
}

/** The state of a key at a moment: only an active one is accepted. */
export function keyState({ expiresAt, revokedAt, person }: KeyFacts, now: Date): KeyState {
  if (revokedAt) return 'revoked'
  if (expiresAt && expiresAt <= now) return 'expired'
  return person?.deactivatedAt ? 'deactivated' : 'active'
}

export function toApiKey(row: KeyRow & KeyFacts, now: Date): ApiKey {
  const { id, label, hint, kind, scopes, createdBy } = row
  return {
    id,
    label,
    hint,
    person: row.personId,
    kind,
    scopes,
    state: keyState(row, now),
    createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

export function keyUri(id: string): string {
  return `key://${id}`
}
