/** Limits how many runs of one person may be open, because everybody's runs wait in the same queue. */

import { type SQL, sql } from 'drizzle-orm'
import type { Limit } from '../../core/area/limit.ts'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { counted, nounFor } from '../../core/text/counts.ts'
import { countUse, mostOf, RAISE_IT } from '../limits/counted-limit.ts'
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

const isOpen = sql`state in ('queued', 'running', 'waiting')`

export const openRunsLimit: Limit = {
  name: 'open_runs',
  unit: 'runs',
  meaning: 'Runs that have not ended',
  of: 'people',
  most: OPEN_RUNS_PER_PERSON,
  standard: standardRoom,
  used: ({ db }, ownerIds) =>
    countUse(
      db,
      (owners) =>
        sql`select person_id as owner_id, count(*) as used from ${runs} where person_id in (${owners}) and ${isOpen} group by 1`,
      ownerIds,
    ),
}

function standardRoom({
  openRunsPerPerson = OPEN_RUNS_PER_PERSON,
}: Pick<Starter, 'openRunsPerPerson'>): number {
  return openRunsPerPerson
}

/** Counts the open runs of a person and of one of their keys, up to the limit, beside the limits of both. */
function countOpen(ctx: Starter): SQL {
  const { personId, keyId } = ctx.actor
  const most = mostOf(openRunsLimit.name, sql`${personId}::text`, standardRoom(ctx))
  return sql`select count(open.starter)::int as of_person,
      (count(*) filter (where open.starter ->> 'keyId' = ${keyId ?? null}::text))::int as of_key,
      most.per_person::float8 as per_person, greatest(1, floor(most.per_person * ${KEY_SHARE}::float8)) as per_key
    from (select ${most} as per_person) as most left join lateral (select ${runs.starter} as starter from ${runs}
      where ${runs.personId} = ${personId} and ${isOpen} limit most.per_person) as open on true
    group by most.per_person`
}

/** SQL condition that allows one more run to be started, and this many besides it. */
export function hasRoom(ctx: Starter, besides: number): SQL {
  return sql`(select of_person + ${besides}::int < per_person and (of_key + ${besides}::int < per_key)
    from (${countOpen(ctx)}) as counted)`
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
  const [open] = await ctx.db.execute<{ of_person: number; per_person: number; per_key: number }>(
    countOpen(ctx),
  )
  if (open === undefined) throw new Error('open runs were not counted')
  const isPerson = open.of_person >= open.per_person
  const most = isPerson ? open.per_person : open.per_key
  const which = isPerson ? `${most} of your runs` : `${counted(most, 'run')} of your key`
  return new AppError(
    'rate_limited',
    `${which} ${nounFor(most, 'has', 'have')} not ended, which is the limit.`,
    {
      fix: `Wait until some have ended, cancel some (runs.list shows them), ${RAISE_IT}`,
      retryAfterMs: RETRY_AFTER_MS,
    },
  )
}
