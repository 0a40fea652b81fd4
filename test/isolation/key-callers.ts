/** People and services in and around the team, each with a key of their own, and what they may expect of its things. */
import { sql } from 'drizzle-orm'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { grants, type Scope } from '../../src/core/operation/scopes.ts'
import { scopesWithin } from '../../src/domain/access/authority.ts'
import { hashKey, hintOf, makeKey } from '../../src/domain/access/key-form.ts'
import { apiKeys, type Role } from '../../src/domain/access/tables.ts'
import type { Db } from '../../src/domain/db/db.ts'
import type { DoorName } from './keyed-doors.ts'
import { LINES } from './lines.ts'
import { EVERYTHING, OTHER_TEAM, TEAM } from './team-world.ts'

/** What a caller may do with the things of the team. A service of the team governs them: only an admin can make it. */
type Circle = 'outside' | 'reader' | 'editor' | 'admin'

export interface Caller {
  readonly name: string
  readonly circle: Circle
  /** Their role at the gateway, or a service of a team. */
  readonly standing: Role | 'service'
  /** A person or a team. */
  readonly personId: string
  readonly scopes: readonly Scope[]
  readonly key: string
}

function caller(
  name: string,
  circle: Circle,
  more: Partial<Pick<Caller, 'standing' | 'personId' | 'scopes'>> = {},
): Caller {
  return {
    ...{ name, circle, standing: 'member', personId: name, scopes: EVERYTHING, key: makeKey() },
    ...more,
  }
}

/** Made once: a gateway remembers for a moment whom a key belongs to. */
export const CALLERS: readonly Caller[] = [
  caller('oz', 'outside'),
  caller('gil', 'outside'),
  caller('olga', 'outside', { standing: 'owner', scopes: ['admin'] }),
  caller('service_of_other', 'outside', { standing: 'service', personId: OTHER_TEAM }),
  caller('vic', 'reader'),
  caller('gus', 'reader', { standing: 'guest' }),
  caller('ben', 'editor'),
  caller('service_of_team', 'admin', { standing: 'service', personId: TEAM }),
  caller('ana', 'admin'),
]

/** A member of the team who was deactivated. */
export const DEACTIVATED = caller('dee', 'editor')

/** Adds the callers whom the team's world lacks, and everybody's key. */
export async function addCallers(db: Db): Promise<void> {
  await db.execute(sql`insert into people (id, role, created_at, deactivated_at)
    values ('olga', 'owner', now(), null), ('gus', 'guest', now(), null), ('dee', 'member', now(), now())`)
  await db.execute(sql`insert into team_members (team_id, person_id, role, created_at)
    values (${TEAM}, 'gus', 'viewer', now()), (${TEAM}, 'dee', 'member', now())`)
  await db.execute(sql`insert into grants (person_id, space_id, role, owner_id)
    values ('gus', ${TEAM}, 'viewer', ${TEAM}), ('dee', ${TEAM}, 'editor', ${TEAM})`)
  await db.insert(apiKeys).values(
    [...CALLERS, DEACTIVATED].map(({ name, standing, personId, scopes, key }) => ({
      ...{ id: `key_of_${name}`, hash: hashKey(key), hint: hintOf(key), label: name },
      ...{ personId, kind: standing === 'service' ? ('service' as const) : ('person' as const) },
      ...{ scopes: [...scopes], createdBy: personId, createdAt: new Date() },
    })),
  )
}

/** What is left of a caller's scopes within their role. */
function scopesOf({ standing, scopes }: Caller): readonly Scope[] {
  return scopesWithin(standing === 'service' ? null : { role: standing, deactivatedAt: null }, scopes)
}

/** The team itself, which the admins of the gateway manage; they see none of its things. Its services do not manage it. */
const isOfTeamItself = ({ name }: Operation) => name.startsWith('teams.')

/**
 * What a call of the operation's example is answered with, where the operation's line decides that; undefined: it may
 * succeed or fail, as long as nothing of the team is told or changed.
 */
export function expectedOf(operation: Operation, door: DoorName, who: Caller): ErrorCode | 'ok' | undefined {
  // To MCP clients, what they may not call at all looks as if it were not there.
  const refusal = door === 'MCP' ? 'not_found' : 'forbidden'
  if (operation.audience === 'runs') return refusal
  if (door === 'MCP' && operation.audience === 'people') return 'not_found'
  if (!grants(scopesOf(who), operation.scope)) return refusal
  switch (LINES[operation.name]) {
    case 'operator':
      return who.standing === 'owner' ? undefined : 'forbidden'
    case 'list':
      return who.circle === 'outside' ? undefined : 'ok'
    case 'thing':
      return expectedOfThing(operation, who) ?? 'ok'
    case 'admins':
      return expectedOfThing(operation, who) ?? (governs(operation, who) ? 'ok' : 'forbidden')
    default:
      return undefined
  }
}

/** Undefined: who edits, or who governs, may do it. */
function expectedOfThing(operation: Operation, who: Caller): ErrorCode | 'ok' | undefined {
  if (isManagerOf(operation, who)) return 'ok'
  if (who.circle === 'outside') return 'not_found'
  if (operation.effect === 'read') return 'ok'
  return who.circle === 'reader' ? 'forbidden' : undefined
}

function governs(operation: Operation, who: Caller): boolean {
  return who.circle === 'admin' && !(who.standing === 'service' && isOfTeamItself(operation))
}

function isManagerOf(operation: Operation, who: Caller): boolean {
  return who.standing === 'owner' && isOfTeamItself(operation)
}

/** Whether the team's things, or the team, may be told to them and changed by them. */
export function isInside(operation: Operation, who: Caller): boolean {
  const isOperator = who.standing === 'owner' && LINES[operation.name] === 'operator'
  return who.circle !== 'outside' || isManagerOf(operation, who) || isOperator
}
