/** access.create_key: an API key, which is shown in this answer and never again. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { grants, type Scope, ScopeName } from '../../core/operation/scopes.ts'
import { Moment } from '../../core/schema/ranges.ts'
import { assertAdmin } from '../../domain/access/admin.ts'
import {
  ApiKey,
  KEY_KINDS,
  KEY_LABEL_MAX_CHARS,
  KEY_MAX_SCOPES,
  type KeyKind,
  type KeyRow,
  keyUri,
  toApiKey,
} from '../../domain/access/key.ts'
import { expiryOf, KEY_DEFAULT_DAYS, KEY_MAX_DAYS } from '../../domain/access/key-expiry.ts'
import { hashKey, hintOf, makeKey } from '../../domain/access/key-form.ts'
import { insertKey } from '../../domain/access/keys.ts'
import { PersonId } from '../../domain/access/people.ts'
import { keyMade } from '../../domain/people/key-messages.ts'
import { assertMayActAs } from '../../domain/people/manage.ts'
import { assertPeople } from '../../domain/people/visible-people.ts'
import { lockLedTeam } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

export const createKey = defineOperation({
  name: 'access.create_key',
  summary: 'Create an API key; it is shown once.',
  details:
    'A key never has more scopes than the caller who creates it, and grants no more than the role of its person allows. Only an admin creates keys for other people, only an owner for an owner, and the person is told of it. A service without admin creates only keys for services. With teamId it is a service of the team, which its admins create and which outlives them; it sees what the team has and nothing else. Repeating the call with its idempotency key returns the same key without its secret, which is not stored.',
  keywords: 'new, add, generate, issue, token, secret, credentials, CI, script, integration',
  route: 'POST /v1/keys',
  input: z.object({
    label: z.string().trim().min(1).max(KEY_LABEL_MAX_CHARS).describe('What the key is for'),
    scopes: z.array(ScopeName).min(1).max(KEY_MAX_SCOPES),
    personId: PersonId.optional().describe('The person whose tasks and projects it reaches; default: you'),
    person: PersonId.optional().describe('An older name of personId'),
    teamId: TeamId.optional().describe('Instead of a person: a service of this team, which you lead'),
    kind: z.enum(KEY_KINDS).default('person').describe('person: acts as that person; service: as a program'),
    expiresInDays: z
      .int()
      .min(1)
      .max(KEY_MAX_DAYS)
      .nullish()
      .describe(`Default ${KEY_DEFAULT_DAYS}; null: never`),
    expiresAt: Moment.nullish().describe('Instead of expiresInDays; null: never'),
  }),
  output: z.object({
    key: ApiKey,
    secret: z.string().nullable().describe('The key itself; null when the call is repeated'),
  }),
  scope: 'access:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  shownOnce: ['secret'],
  example: { label: 'laptop', scopes: ['tasks:write'], expiresInDays: 30 },
  async run({ label, scopes, ...given }, ctx) {
    assertWithin(ctx, scopes)
    const { personId, kind } = await holderOf(ctx, given)
    const expiresAt = expiryOf(given, ctx.now)
    const secret = makeKey()
    const row = {
      id: ctx.newId('key'),
      hash: hashKey(secret),
      hint: hintOf(secret),
      label,
      personId,
      kind,
      scopes: [...new Set(scopes)],
      createdBy: ctx.actor.id,
      createdAt: ctx.now,
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    }
    await insertKey(ctx, row)
    ctx.touched(keyUri(row.id), personId)
    if (given.teamId === undefined) tellHolder(ctx, row)
    return { key: toApiKey(row, ctx.now), secret }
  },
  tell({ key, secret }) {
    const until =
      key.expiresAt === null ? 'It never expires.' : `It expires on ${key.expiresAt.slice(0, 10)}.`
    return secret === null
      ? `The key ${key.label} (${key.id}) was created by an earlier call, which showed its secret. If the secret is lost, revoke the key and create another.`
      : `Created the key ${key.label} (${key.id}) for ${key.person} with ${key.scopes.join(', ')}. ${until}\n${secret}\nKeep it now: it is not shown again.`
  },
})

interface Given {
  readonly personId?: string | undefined
  readonly person?: string | undefined
  readonly teamId?: string | undefined
  readonly kind: KeyKind
}

/**
 * For whom the key acts, and as what.
 * @throws AppError `forbidden`, `not_found`, `conflict` for a holder to whom the caller may give no key
 */
async function holderOf(ctx: Context, given: Given): Promise<{ personId: string; kind: KeyKind }> {
  const { teamId, kind } = given
  const named = [given.personId, given.person, teamId].filter((id) => id !== undefined)
  if (new Set(named).size > 1) throw twoHolders()
  const person = given.personId ?? given.person ?? ctx.actor.personId
  if (teamId !== undefined) {
    await lockLedTeam(ctx, teamId)
    return { personId: teamId, kind: 'service' }
  }
  if (person !== ctx.actor.personId) assertAdmin(ctx, 'create keys for other people')
  if (kind === 'person' && ctx.actor.kind !== 'person') assertAdmin(ctx, 'create a key that acts as a person')
  await assertPeople(ctx, [person])
  await assertMayActAs(ctx, person)
  return { personId: person, kind }
}

/** A key that somebody else made reaches what its person has, who is told. */
function tellHolder(ctx: Context, { id: keyId, label, personId, scopes }: KeyRow): void {
  if (personId === ctx.actor.personId) return
  ctx.emit(keyMade, {
    ...{ uri: keyUri(keyId), spaceId: personId },
    payload: { keyId, label, personId, scopes: [...scopes], by: ctx.actor.id },
    concerns: [personId],
  })
}

function twoHolders(): AppError {
  return new AppError('invalid_input', 'A key is for one person or for one team.', {
    fix: 'Leave out personId or teamId.',
    issues: [{ path: 'teamId', message: 'give personId or teamId, not both' }],
  })
}

/** Nobody can grant a scope that they do not have. */
function assertWithin(ctx: Context, scopes: readonly Scope[]): void {
  const beyond = scopes.filter((scope) => !grants(ctx.actor.scopes, scope))
  if (beyond.length === 0) return
  throw new AppError('forbidden', `A key cannot have scopes that you do not have: ${beyond.join(', ')}.`, {
    fix: `Leave them out; you have ${ctx.actor.scopes.join(', ')}.`,
  })
}
