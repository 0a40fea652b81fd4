/** access.whoami: the caller as the gateway sees them. */
import { z } from 'zod'
import { type Actor, DOORS } from '../../core/operation/actor.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { grants, ScopeName } from '../../core/operation/scopes.ts'
import { findKey } from '../../domain/access/keys.ts'
import { getPerson, Profile } from '../../domain/access/people.ts'

export const whoami = defineOperation({
  name: 'access.whoami',
  summary: 'Who you are here, what you may do, and your time zone.',
  keywords: 'who am I, my account, user, identity, login, permissions, rights, scopes, signed in',
  route: 'GET /v1/whoami',
  input: z.object({}),
  output: z.object({
    kind: z.enum(['person', 'service', 'agent']),
    id: z.string(),
    person: Profile,
    scopes: z.array(ScopeName),
    door: z.enum(DOORS),
    key: z.object({ id: z.string(), label: z.string(), expiresAt: z.string().nullable() }).nullable(),
    authenticatedBy: z
      .enum(['key', 'machine', 'local'])
      .describe(
        "machine: the owner, who proved it by a secret of the gateway's machine; local: a call on loopback without a key or proof",
      ),
  }),
  scope: 'profile:read',
  effect: 'read',
  repeat: 'natural',
  notForAgents: 'the caller and the key are for people; a run is told what it needs to know',
  example: {},
  async run(_input, ctx) {
    const { kind, id, scopes, keyId } = ctx.actor
    const key = keyId === undefined ? undefined : await findKey(ctx.db, keyId)
    return {
      kind,
      id,
      person: await getPerson(ctx),
      scopes: [...scopes],
      door: ctx.door,
      key: key ? { id: key.id, label: key.label, expiresAt: key.expiresAt?.toISOString() ?? null } : null,
      authenticatedBy: proofOf(ctx.actor),
    }
  },
  tell({ id, kind, person, scopes, key, authenticatedBy }) {
    const who = kind === 'person' ? (person.name ?? person.id) : `${kind} ${id} for ${person.id}`
    const without =
      authenticatedBy === 'machine' ? 'as the owner of this machine' : 'on this machine, without a key'
    const how = key ? `with the key ${key.label} (${key.id})` : without
    return `You are ${who}, ${how}. Time zone: ${person.timeZone}. Scopes: ${scopes.join(', ')}.`
  },
})

/** Without a key only the owner, who proved to be on this machine, has `admin`. */
function proofOf({ keyId, scopes }: Actor): 'key' | 'machine' | 'local' {
  if (keyId !== undefined) return 'key'
  return grants(scopes, 'admin') ? 'machine' : 'local'
}
