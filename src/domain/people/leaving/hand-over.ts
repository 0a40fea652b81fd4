/** Hands what belongs to a person to another person or to a team. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { LOCK_ORDER } from '../../runs/hold/hold-run.ts'
import { runs } from '../../runs/tables.ts'
import { refreshProjectGrants } from '../../teams/refresh-grants.ts'
import { teamOf } from '../../teams/space.ts'

export const HANDED = [
  'tasks',
  'given',
  'projects',
  'templates',
  'agents',
  'schedules',
  'runs',
  'hooks',
  'webhooks',
  'budgets',
] as const
type Handed = (typeof HANDED)[number]

/** How many of each kind changed hands. */
export type HandedOver = Record<Handed, number>

export interface Handover {
  readonly from: string
  /** A person or a team. */
  readonly to: string
}

/**
 * Locks the runs of a person as all writers do, before the person is locked: a worker locks its run first, then the
 * person for whom it acts.
 */
export async function lockRunsOf(db: Db, personId: string): Promise<void> {
  await db.execute(sql`select 1 from ${runs} where owner_id = ${personId} order by ${LOCK_ORDER} for update`)
}

/** Everything in the person's own space, and the shared projects that they own with what is in those. */
export async function handOver(db: Db, { from, to }: Handover): Promise<HandedOver> {
  const place = sql`owner_id = ${to}, space_id = case when space_id = ${from} then ${to} else space_id end`
  const owned = (table: SQL) => changed(db, sql`update ${table} set ${place} where owner_id = ${from}`)
  const held = (table: SQL) => changed(db, sql`update ${table} set space_id = ${to} where space_id = ${from}`)
  const shared = await db.execute<{ id: string }>(
    sql`select id from projects where owner_id = ${from} and space_id = id`,
  )
  const handed = {
    tasks: await owned(sql`tasks`),
    projects: await owned(sql`projects`),
    templates: await held(sql`project_templates`),
    agents: await changed(
      db,
      // The receiver's own agent of the same name stays theirs, and this one stays where it is.
      sql`update agents set space_id = ${to} where space_id = ${from}
        and slug not in (select slug from agents where space_id = ${to})`,
    ),
    schedules: await held(sql`schedules`),
    runs: await owned(sql`runs`),
    given: await handOverGiven(db, { from, to }),
    hooks: await owned(sql`hooks`),
    webhooks: await changed(
      db,
      // It would post what is the receiver's to an address that the receiver has never seen.
      sql`update webhooks set owner_id = ${to}, state = 'disabled', reason = 'left' where owner_id = ${from}`,
    ),
    budgets: await changed(
      db,
      // Those of agents; what all of a person's runs may spend is about the person.
      sql`update budgets set person_id = ${to} where person_id = ${from} and agent_slug <> ''
        and agent_slug not in (select agent_slug from budgets where person_id = ${to})`,
    ),
  }
  await owned(sql`inbox_events`)
  await owned(sql`hook_urls`)
  await held(sql`approvals`)
  await held(sql`artifacts`)
  await redirectMoves(db, { from, to })
  for (const { id } of shared) await refreshProjectGrants(db, id)
  return handed
}

/** A large project that was on its way to the person goes to the receiver. */
async function redirectMoves(db: Db, { from, to }: Handover): Promise<void> {
  await db.execute(sql`update projects set moving = jsonb_set(moving, '{to}', moving -> 'to' || jsonb_build_object(
      'ownerId', ${to}::text,
      'spaceId', case when moving -> 'to' ->> 'spaceId' = ${from} then ${to} else moving -> 'to' ->> 'spaceId' end))
    where moving -> 'to' ->> 'ownerId' = ${from}`)
}

/**
 * The open tasks of others that were given to the person, as far as the receiver sees them already: the others stay, so
 * that nobody is shown a task without its owner's wish. A receiver who owns the task, or is a team, is given nothing.
 */
async function handOverGiven(db: Db, { from, to }: Handover): Promise<number> {
  const receiver = teamOf(to) === null ? sql`case when owner_id = ${to} then null else ${to} end` : sql`null`
  return await changed(
    db,
    sql`update tasks set assignee_id = ${receiver}
      where assignee_id = ${from} and ${IS_OPEN} and (space_id = ${to} or exists (
        select from grants g where g.person_id = ${to} and g.space_id = tasks.space_id))`,
  )
}

const IS_OPEN = sql`completed_at is null and trashed_at is null`

/** What stays with the person. */
export interface Staying {
  readonly accounts: number
  /** Open tasks of others that were given to them. */
  readonly given: number
}

export async function countStaying(db: Db, personId: string): Promise<Staying> {
  const [found] = await db.execute<Record<keyof Staying, number>>(sql`select
    (select count(*) from connected_accounts where owner_id = ${personId})::int as accounts,
    (select count(*) from tasks where assignee_id = ${personId} and ${IS_OPEN})::int as given`)
  if (found === undefined) throw new Error('a count answers with a row')
  return found
}

async function changed(db: Db, update: SQL): Promise<number> {
  const [found] = await db.execute<{ count: number }>(
    sql`with changed as (${update} returning 1) select count(*)::int as count from changed`,
  )
  return found?.count ?? 0
}
