/** Gives everything in a world to a team, and looks for traces of it in what others are told. */
import { sql } from 'drizzle-orm'
import { exampleId } from '../../src/core/operation/ids.ts'
import { allScopes, type Scope } from '../../src/core/operation/scopes.ts'
import type { Db } from '../../src/domain/db/db.ts'

export const TEAM = exampleId('team')
/** A team that has nothing to do with it. */
export const OTHER_TEAM = TEAM.replace(/q$/, 'r')

/** Everything that a person who manages nobody may have. */
export const EVERYTHING: readonly Scope[] = allScopes().filter(
  (scope) => scope !== 'admin' && scope !== 'people:write',
)

const OWNED = [
  'projects',
  'tasks',
  'runs',
  'connected_accounts',
  'inbox_events',
  'hooks',
  'hook_urls',
] as const
const TODOIST = ['todoist_accounts', 'todoist_items', 'todoist_things', 'todoist_commands'] as const
const SPACED = [
  ...[...OWNED, ...TODOIST, 'calendars', 'calendar_events'],
  ...(['project_templates', 'agents', 'schedules', 'approvals', 'artifacts'] as const),
] as const

/** Everything of the person who made the world becomes a team's: of `ana`, who is its admin, `ben` and `vic`. */
export async function giveToTeam(db: Db): Promise<void> {
  await db.execute(sql.raw(giveAll([...OWNED, 'webhooks'], 'owner_id')))
  await db.execute(sql.raw(giveAll(SPACED, 'space_id')))
  await db.execute(sql`insert into connected_accounts (id, person_id, owner_id, space_id, connector, name, outside_id,
      scopes, state, created_at, updated_at, checked_at)
    values ('account_of_the_team', 'local', ${TEAM}, ${TEAM}, 'seed-shop', 'Gardener', 'team', '{}', 'broken',
      now(), now(), now())`)
  await db.execute(sql`insert into people (id, created_at)
    select id, now() from unnest(array['local', 'ana', 'ben', 'vic', 'oz', 'gil', 'bob']) as id on conflict do nothing`)
  await db.execute(sql`insert into teams (id, name, created_by, created_at, updated_at)
    select id, 'Team', 'ana', now(), now() from unnest(array[${TEAM}::text, ${OTHER_TEAM}::text]) as id on conflict do nothing`)
  const members = sql`(values ('ana', ${TEAM}::text, 'admin', 'admin'), ('ben', ${TEAM}::text, 'member', 'editor'),
    ('vic', ${TEAM}::text, 'viewer', 'viewer'), ('oz', ${OTHER_TEAM}::text, 'admin', 'admin')) as m (person, team, role, granted)`
  await db.execute(sql`insert into team_members (team_id, person_id, role, created_at)
    select team, person, role, now() from ${members} on conflict do nothing`)
  await db.execute(sql`insert into grants (person_id, space_id, role, owner_id)
    select person, team, granted, team from ${members} on conflict do nothing`)
}

/** One statement for all tables. */
function giveAll(tables: readonly string[], column: string): string {
  const gifts = tables.map(
    (table) => `${table}_given as (update ${table} set ${column} = '${TEAM}' where ${column} = 'local')`,
  )
  return `with ${gifts.join(', ')} select`
}

type Row = Readonly<Record<string, unknown>>

/** Every row of the team, and what hangs on it. */
export async function teamRows(db: Db): Promise<readonly Row[]> {
  const own = SPACED.map(
    (table) => `select '${table}' as name, to_jsonb(t) as row from ${table} t where space_id = '${TEAM}'`,
  )
  const below = [
    `select 'webhooks', to_jsonb(t) from webhooks t where owner_id = '${TEAM}'`,
    `select 'teams', to_jsonb(t) from teams t where id = '${TEAM}'`,
    `select 'team_members', to_jsonb(t) from team_members t where team_id = '${TEAM}'`,
    `select 'milestones', to_jsonb(t) from milestones t
      where project_id in (select id from projects where space_id = '${TEAM}')`,
    `select 'run_events', to_jsonb(t) from run_events t where run_id in (select id from runs where space_id = '${TEAM}')`,
    `select 'run_steps', to_jsonb(t) from run_steps t where run_id in (select id from runs where space_id = '${TEAM}')`,
  ]
  const rows = await db.execute<{ name: string; row: Row }>(
    sql.raw(
      `select * from (${[...own, ...below].join(' union all ')}) as every_row order by name, row::text collate "C"`,
    ),
  )
  return rows.map(({ name, row }) => ({ table: name, ...row }))
}

/** The columns by which a row would be recognised. */
const TELLING = ['id', 'title', 'content', 'name', 'goal', 'outcome', 'notes', 'summary'] as const
/** Shorter texts are found anywhere. */
const TRACE_MIN_CHARS = 4

/** Texts of the team's rows that an answer contains, besides those that the caller had sent. */
export function tracesIn(said: string, rows: readonly Row[], input: object): string[] {
  const sent = JSON.stringify(input)
  const texts = rows.flatMap((row) =>
    TELLING.flatMap((column) => (typeof row[column] === 'string' ? [row[column]] : [])),
  )
  return [...new Set(texts)].filter(
    (text) => text.length >= TRACE_MIN_CHARS && said.includes(text) && !sent.includes(text),
  )
}

/** Operations on several things tell the outcome of each. */
export function codeIn(output: unknown): string {
  const { results } = output as { readonly results?: unknown }
  const [first] = (Array.isArray(results) ? results : []) as { readonly error?: { readonly code: string } }[]
  return first?.error?.code ?? 'ok'
}
