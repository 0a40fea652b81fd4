/**
 * The only writer of grants: they follow from the members of teams and projects, and are written in the transaction
 * that changes those, so that no moment has a right that the members do not give. The tables of projects are named in
 * the statements, because projects build on teams.
 */
import { type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { grants, people } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { teamMembers, teams } from './tables.ts'
import { SPACES_FROM_PERSON_MAX, SPACES_OF_PERSON_MAX } from './team.ts'

/** The rights in a team and in all of its projects, after a change of the team or its members. */
export async function refreshTeamGrants(db: Db, teamId: string): Promise<void> {
  await lockTeam(db, sql`${teamId}`)
  const theirs = sql`select id from projects where owner_id = ${teamId}`
  await refresh(db, sql`select ${teamId}::text as id union all ${theirs}`)
}

/** The rights in a project, after a change of its members, its owner or what it is shared with. */
export async function refreshProjectGrants(db: Db, projectId: string): Promise<void> {
  await lockTeam(db, sql`(select owner_id from projects where id = ${projectId})`)
  await refresh(db, sql`select ${projectId}::text as id`)
}

/**
 * The same for a move that goes on by itself. Whether people have room for one more space was asserted when the move
 * began; a move that cannot go on would leave the project hidden.
 */
export async function rewriteProjectGrants(db: Db, projectId: string): Promise<void> {
  await lockTeam(db, sql`(select owner_id from projects where id = ${projectId})`)
  await writeDifference(db, sql`select ${projectId}::text as id`)
}

/** One change of a team at a time: two at once would each miss the other's members. */
async function lockTeam(db: Db, teamId: SQL): Promise<void> {
  await db.execute(sql`select 1 from ${teams} where id = ${teamId} for update`)
}

/** As numbers, so that the greater of two roles can be found. */
const RANKS = sql`(values ('viewer', 1), ('editor', 2), ('member', 2), ('admin', 3)) as ranks (role, rank)`
const ROLE_OF_RANK = sql`(array['viewer', 'editor', 'admin'])`

async function refresh(db: Db, spaceIds: SQL): Promise<void> {
  await assertRoom(db, await writeDifference(db, spaceIds))
}

/** A person who gained a right, and the owner of its space. */
interface Gain {
  readonly [column: string]: string
  readonly personId: string
  readonly ownerId: string
}

/** Writes the difference between what the members give in these spaces and what is stored. */
async function writeDifference(db: Db, spaceIds: SQL): Promise<readonly Gain[]> {
  return await db.execute<Gain>(sql`with
    spaces as materialized (${spaceIds}),
    wanted as materialized (
      select person_id, space_id, owner_id,
        ${ROLE_OF_RANK}[least(max(rank), case when bool_or(is_archived) then 1 else 3 end)] as role
      from (${given()}) as each_given join ${RANKS} using (role)
      group by person_id, space_id, owner_id),
    gone as (
      delete from ${grants} where space_id in (select id from spaces)
        and (person_id, space_id) not in (select person_id, space_id from wanted)),
    written as (
      insert into ${grants} (person_id, space_id, role, owner_id)
      select person_id, space_id, role, owner_id from wanted
      on conflict (person_id, space_id) do update set role = excluded.role, owner_id = excluded.owner_id
        where (grants.role, grants.owner_id) <> (excluded.role, excluded.owner_id)
      returning person_id, owner_id)
    select distinct person_id as "personId", owner_id as "ownerId" from written`)
}

/**
 * What each membership gives in the wanted spaces, one row for each way. A project that is handed over is seen by the
 * person who moves it alone, and one that is gathered not yet by those with whom it is to be shared: see
 * `projects/move-steps.ts`.
 */
function given(): SQL {
  const own = sql`from projects p join spaces on spaces.id = p.id and p.space_id = p.id`
  const phase = sql`coalesce(p.moving ->> 'phase', '')`
  const spaced = sql`${own} and ${phase} <> 'handing_over'`
  const ofTeam = sql`${spaced} join ${teams} t on t.id = p.owner_id`
  return sql`
    select m.person_id, t.id as space_id, t.id as owner_id, m.role, t.archived_at is not null as is_archived
      from ${teams} t join spaces on spaces.id = t.id join ${teamMembers} m on m.team_id = t.id
    union all select m.person_id, p.id, p.owner_id, m.role, t.archived_at is not null
      ${ofTeam} join ${teamMembers} m on m.team_id = t.id where m.role = 'admin' or not p.restricted
    union all select t.id, p.id, p.owner_id, 'editor', t.archived_at is not null ${ofTeam} where not p.restricted
    union all select p.owner_id, p.id, p.owner_id, 'admin', false
      ${spaced} where not exists (select 1 from ${teams} t where t.id = p.owner_id)
    union all select m.person_id, p.id, p.owner_id, m.role, t.archived_at is not null
      ${spaced} join project_members m on m.project_id = p.id and ${phase} <> 'gathering'
      left join ${teams} t on t.id = p.owner_id
    union all select p.moving ->> 'by', p.id, p.owner_id, 'viewer', false ${own} and ${phase} = 'handing_over'`
}

/** @throws AppError `conflict` for a person who would have too many spaces, or too many from one other person */
async function assertRoom(db: Db, gains: readonly Gain[]): Promise<void> {
  if (gains.length === 0) return
  const [full] = await db.execute<{ personId: string; ofOne: boolean }>(sql`with
    gains as (select "personId" as person_id, "ownerId" as owner_id
      from jsonb_to_recordset(${JSON.stringify(gains)}::jsonb) as gained ("personId" text, "ownerId" text)),
    held as (select g.person_id, g.owner_id, coalesce(t.created_by, g.owner_id) as giver_id
      from ${grants} g left join ${teams} t on t.id = g.owner_id where g.person_id in (select person_id from gains))
    select person_id as "personId", false as "ofOne" from held
      group by person_id having count(*) > ${SPACES_OF_PERSON_MAX}
    union all select person_id, true from held
      where person_id not in (giver_id, owner_id)
        and not exists (select from ${people} where id = giver_id and role in ('owner', 'admin'))
      group by person_id, giver_id
      having count(*) > ${SPACES_FROM_PERSON_MAX} and bool_or((person_id, owner_id) in (select person_id, owner_id from gains))
    limit 1`)
  if (full === undefined) return
  const { personId, ofOne } = full
  const fewer = `${personId} can leave one: teams.remove_member or projects.unshare with their own id. Its admins can remove them in the same way.`
  throw ofOne
    ? new AppError(
        'conflict',
        `${personId} would see more than ${SPACES_FROM_PERSON_MAX} teams and shared projects of one person.`,
        { fix: `Move projects to a team that ${personId} is in, where all count as one. Or ${fewer}` },
      )
    : new AppError(
        'conflict',
        `${personId} would see more than ${SPACES_OF_PERSON_MAX} teams and shared projects.`,
        { fix: fewer },
      )
}
