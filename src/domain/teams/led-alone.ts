/** The teams that a person alone leads: without the person nobody could act for them. */
import { sql } from 'drizzle-orm'
import { people } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { teamMembers, teams } from './tables.ts'

export interface LedTeam {
  readonly id: string
  readonly name: string
}

/**
 * The teams of which this person is the only admin who can act, without archived ones. Guests and deactivated people
 * cannot act as admins.
 */
export async function findLedAlone(db: Db, personId: string): Promise<readonly LedTeam[]> {
  return await db.execute<LedTeam & Record<string, unknown>>(sql`
    select t.id, t.name from ${teams} t join ${teamMembers} own on own.team_id = t.id
    where own.person_id = ${personId} and own.role = 'admin' and t.archived_at is null and not exists (
      select 1 from ${teamMembers} m left join ${people} p on p.id = m.person_id
      where m.team_id = t.id and m.role = 'admin' and m.person_id <> ${personId}
        and p.deactivated_at is null and coalesce(p.role, 'member') <> 'guest')
    order by t.id`)
}
