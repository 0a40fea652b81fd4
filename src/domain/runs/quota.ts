/** Limits how many runs of one person may be open, because everybody's runs wait in the same queue. */
import { type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { OPEN_RUNS_PER_PERSON } from './states.ts'
import { runs } from './tables.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** How many runs of one person may be open at once; absent: `OPEN_RUNS_PER_PERSON`. */
    readonly openRunsPerPerson?: number
  }
}

/** The share of a person's open runs that one key may have, so that it cannot shut out the person's other keys. */
const KEY_SHARE = 0.5
/** How many starts of one person may be under way at once: with only one, each would wait for the previous commit. */
const LANES = 8
/**
 * This many places before the limit, starts begin to take turns: more than may be started while one waits for its lane.
 */
const TURNS_WITHIN = 50 + LANES
/** Milliseconds after which some runs are likely to have ended. */
const RETRY_AFTER_MS = 30_000

type Starter = Pick<Context, 'db' | 'actor' | 'openRunsPerPerson'>

interface Room {
  readonly perPerson: number
  readonly perKey: number
}

function roomOf({
  openRunsPerPerson: perPerson = OPEN_RUNS_PER_PERSON,
}: Pick<Starter, 'openRunsPerPerson'>): Room {
  return { perPerson, perKey: Math.max(1, Math.floor(perPerson * KEY_SHARE)) }
}

/** Counts the open runs of a person and of one of their keys, up to the limit. */
function countOpen({ personId, keyId }: Actor, { perPerson }: Room): SQL {
  return sql`select count(*)::int as of_person,
      (count(*) filter (where open.starter ->> 'keyId' = ${keyId ?? null}::text))::int as of_key
    from (select ${runs.starter} as starter from ${runs}
      where ${runs.personId} = ${personId} and ${runs.state} in ('queued', 'running', 'waiting')
      limit ${perPerson}) as open`
}

/** SQL condition that allows one more run to be started, and this many besides it. */
export function hasRoom(ctx: Starter, besides: number): SQL {
  const room = roomOf(ctx)
  return sql`(select of_person + ${besides}::int < ${room.perPerson}::int and of_key + ${besides}::int < ${room.perKey}::int
    from (${countOpen(ctx.actor, room)}) as counted)`
}

/**
 * Keeps concurrent starts of one person's runs within the limit, until this transaction ends. Far from the limit, a
 * start takes one of a few lanes; near it, all of them. Answers with how many starts may be under way in the other
 * lanes.
 */
export async function lockStarts(ctx: Starter): Promise<number> {
  const isOwn = sql`lane = pg_backend_pid() % ${LANES}::int`
  const lanes = await lockLanes(ctx, sql`${isOwn} or not ${hasRoom(ctx, TURNS_WITHIN)}`)
  return lanes === LANES ? 0 : LANES - 1
}

/** Keeps other runs of the person from being started until this transaction ends. */
export async function lockAllStarts(ctx: Starter): Promise<void> {
  await lockLanes(ctx, sql`true`)
}

/** In the order of their numbers, so that two starts that take several lanes cannot deadlock. */
async function lockLanes({ db, actor }: Starter, which: SQL): Promise<number> {
  const locked = await db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(${`open runs of ${actor.personId}, lane `} || lane, 0))
    from generate_series(0, ${LANES}::int - 1) as lane where ${which}`)
  return locked.length
}

/**
 * Checks that an ended run may be opened again.
 * @throws AppError `rate_limited`
 */
export async function assertRoom(ctx: Starter): Promise<void> {
  await lockAllStarts(ctx)
  const [row] = await ctx.db.execute<{ has_room: boolean }>(sql`select ${hasRoom(ctx, 0)} as has_room`)
  if (!row?.has_room) throw await whyNoRoom(ctx)
}

/** The error for a start beyond the limit. */
export async function whyNoRoom(ctx: Starter): Promise<AppError> {
  const room = roomOf(ctx)
  const [open] = await ctx.db.execute<{ of_person: number }>(countOpen(ctx.actor, room))
  const isPerson = (open?.of_person ?? 0) >= room.perPerson
  const why = isPerson ? `${room.perPerson} of your runs have` : `${room.perKey} runs of your key have`
  return new AppError('rate_limited', `${why} not ended, which is the limit.`, {
    fix: 'Wait until some have ended, or cancel some: runs.list shows them.',
    retryAfterMs: RETRY_AFTER_MS,
  })
}
