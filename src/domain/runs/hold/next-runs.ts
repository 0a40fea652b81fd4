/**
 * Whose turn it is. Free slots go to those who have the fewest runs at work, of these to those who have waited longest
 * since they were last served: first between owners (people and teams), then between the people of a team. Within
 * these, `turn` decides: the most urgent run comes first, then the oldest.
 */
import { type SQL, sql } from 'drizzle-orm'
import { isUnblocked, runs, turn } from '../tables.ts'

export interface Wanted {
  /** The latest start: see `startsBy`. */
  readonly until: Date | SQL
  /** How many runs, at most. */
  readonly limit: number
  /** How many are looked at, of each person and in all: other workers may be about to take the first ones. */
  readonly lookedAt: number
}

/** Runs of this alias that have to wait until another leaves their project or workspace. */
export function isInUse(alias: SQL): SQL {
  return sql`(${alias}.exclusive and (
    exists (select from ${runs} as other where other.state = 'running' and other.exclusive
      and other.project_id = ${alias}.project_id)
    or exists (select from ${runs} as other where other.state = 'running' and other.exclusive
      and other.owner_id = ${alias}.owner_id and other.workspace = ${alias}.workspace)))`
}

/**
 * Each pair of an owner and a person that has a run on the queue, found by one step through the index for each, however
 * many runs they have. To be the first part of a `with recursive`.
 */
export const WAITING = sql`waiting (owner_id, person_id) as (
    (select owner_id, person_id from ${runs} where ${isUnblocked} order by owner_id, person_id limit 1)
    union all
    select next.owner_id, next.person_id from waiting cross join lateral (
      select owner_id, person_id from ${runs}
      where ${isUnblocked} and (owner_id, person_id) > (waiting.owner_id, waiting.person_id)
      order by owner_id, person_id limit 1) as next
  )`

/** The runs of a pair of `alias` that may begin, in their order. */
function readyOf(alias: SQL, { until }: Pick<Wanted, 'until'>): SQL {
  return sql`from ${runs} as r where r.owner_id = ${alias}.owner_id and r.person_id = ${alias}.person_id
    and ${isUnblocked} and ${turn} <= (${until}::timestamptz at time zone 'UTC') and r.start_after <= ${until}
    and not ${isInUse(sql`r`)}`
}

/**
 * A query of the ids of the next runs, which locks them; runs that others are about to take are left out. No two of
 * them need a place: claims that want each other's would wait for each other.
 */
export function nextRuns({ until, limit, lookedAt }: Wanted): SQL {
  // Written out: the plan of a statement that is prepared for any limit would be one for many rows.
  const looked = sql.raw(String(lookedAt))
  return sql`with recursive ${WAITING}, at_work as materialized (
      select owner_id, person_id, count(*) as runs from ${runs} where state = 'running' group by owner_id, person_id
    ), served as materialized (
      select w.*, coalesce((select sum(runs) from at_work as a where a.owner_id = w.owner_id), 0) as owner_runs,
        coalesce((select runs from at_work as a where a.owner_id = w.owner_id and a.person_id = w.person_id), 0) as person_runs,
        coalesce((select max(claimed_at) from ${runs} as r
          where r.owner_id = w.owner_id and r.person_id = w.person_id and r.claimed_at is not null), '-infinity') as served_at
      from waiting as w where exists (select ${readyOf(sql`w`, { until })})
    ), next as materialized (
      select *, max(served_at) over (partition by owner_id) as owner_served_at from served
    ), first as materialized (
      select * from next order by owner_runs, owner_served_at, person_runs, served_at, owner_id, person_id limit ${looked}
    ), ready as materialized (
      select f.*, r.id, r.has_place,
        person_runs + row_number() over (partition by f.owner_id, f.person_id order by r.turn, r.id) as person_turn
      from first as f cross join lateral (
        select r.id, ${turn} as turn,
          r.exclusive and (r.project_id is not null or r.workspace is not null) as has_place
        ${readyOf(sql`f`, { until })} order by ${turn}, r.id limit ${looked}) as r
    ), turns as materialized (
      select *, owner_runs + row_number() over (partition by owner_id order by person_turn, served_at, id) as owner_turn
      from ready
    ), candidates as materialized (
      select *, row_number() over (partition by has_place order by owner_turn, owner_served_at, id) as nth from turns
    )
    select r.id from candidates as c join ${runs} as r on r.id = c.id
    where r.state = 'queued' and (not c.has_place or c.nth = 1)
    order by c.owner_turn, c.owner_served_at, c.id limit ${limit}::int for update of r skip locked`
}

/** Milliseconds that a run may work before it has to make room for others. */
const WORKS_FOR_MS = 10_000

/**
 * SQL: whether a run of `runs` must leave its slot to an owner who waits and has fewer runs at work. Of each owner, the
 * run that has worked longest goes first.
 */
export const mustGiveWay = sql`(
  runs.claimed_at < clock_timestamp() - make_interval(secs => ${WORKS_FOR_MS / 1_000})
  and not exists (select from ${runs} as older where older.state = 'running' and older.owner_id = runs.owner_id
    and (older.claimed_at, older.id) < (runs.claimed_at, runs.id))
  and exists (with recursive ${WAITING} select from waiting as w where w.owner_id <> runs.owner_id
    and (select count(*) from ${runs} as theirs where theirs.state = 'running' and theirs.owner_id = w.owner_id)
      < (select count(*) from ${runs} as own where own.state = 'running' and own.owner_id = runs.owner_id)
    and exists (select ${readyOf(sql`w`, { until: sql`clock_timestamp()` })})))`
