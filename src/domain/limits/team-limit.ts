/** How many teams one person may make. Teams have limits themselves, so that the limit of teams is not among their rules. */
import { sql } from 'drizzle-orm'
import { teams } from '../teams/tables.ts'
import { countedLimit } from './counted-limit.ts'

/** Teams that one person made: each has a share of its own of the slots and of what is stored. */
const TEAMS_MAX = 20

export const teamLimit = countedLimit({
  name: 'teams',
  unit: 'teams',
  meaning: 'Active teams that they created',
  of: 'people',
  most: TEAMS_MAX,
  ending: 'Archive',
  counted: (owners) => sql`select created_by as owner_id, count(*) as used from ${teams}
    where created_by in (${owners}) and archived_at is null group by 1`,
})
