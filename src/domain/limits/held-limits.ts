/** Limits of what is held open for callers rather than stored. Each process counts what it holds itself. */
import type { Limit } from '../../core/area/limit.ts'
import type { Db } from '../db/db.ts'
import { readMost } from './counted-limit.ts'

export type Held = Map<string, (ownerId: string) => number>

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** By the name of its limit, how much this process holds open for an owner: doors add what they hold. */
    readonly held?: Held
  }
}

type HeldLimit = Pick<Limit, 'name' | 'unit' | 'meaning' | 'most'>

function heldLimit(spec: HeldLimit): Limit {
  return {
    ...spec,
    of: 'everyone',
    standard: () => spec.most,
    async used({ held }, ownerIds) {
      const count = held?.get(spec.name)
      return new Map(ownerIds.map((id) => [id, count?.(id) ?? 0]))
    },
  }
}

export const openStreamsLimit = heldLimit({
  name: 'open_streams',
  unit: 'streams',
  meaning: 'Streams that are open for their keys, in each process',
  most: 1_000,
})

export const mcpSessionsLimit = heldLimit({
  name: 'mcp_sessions',
  unit: 'sessions',
  meaning: 'MCP sessions of their keys, in each process',
  most: 250,
})

/** What a refusal at one of these limits adds to its own way out. */
export const ADMINS_RAISE_IT = 'An admin can raise the limit (access.set_limit).'

/** The part of an owner's share that one key may have, so that it cannot shut out the owner's other keys. */
const KEY_SHARE = 0.5

interface HeldRoom {
  readonly perPerson: number
  readonly perKey: number
}

export function roomWithin(perPerson: number): HeldRoom {
  return { perPerson, perKey: Math.ceil(perPerson * KEY_SHARE) }
}

/** How much an owner, and one of their keys, may hold at this moment. */
export async function readHeldRoom(db: Db, limit: HeldLimit, ownerId: string): Promise<HeldRoom> {
  return roomWithin(await readMost(db, limit, ownerId))
}
