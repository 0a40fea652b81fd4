/** Who reads what is written into a channel. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import { grants, people } from '../access/tables.ts'
import { personIdentities } from '../people/tables.ts'
import { findChannel } from './channels.ts'
import { readSlack } from './slack-app.ts'
import type { Speaking } from './speaker.ts'
import { findUser } from './users.ts'
import { externalIdOf, SLACK } from './workspaces.ts'

/** The most members of a channel that are looked up: in larger channels, what is private goes to the person alone. */
const MEMBERS_MAX = 1_000

/** The most bots of a channel that are looked up. */
const BOTS_MAX = 20

const Members = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
})

/**
 * Whether everybody in a channel sees all of these spaces, so that what is in them may be written there.
 * @throws AppError where Slack cannot be asked who is in the channel
 */
export async function allSee(
  speaking: Speaking,
  channelId: string,
  spaceIds: readonly string[],
): Promise<boolean> {
  if (spaceIds.length === 0) return true
  const { db, app, workspace, signal } = speaking
  const args = { channel: channelId, limit: MEMBERS_MAX }
  const { body } = await readSlack(app, { method: 'conversations.members', args, signal, as: workspace })
  const { members, response_metadata: more } = Members.parse(body)
  if (more !== undefined && more.next_cursor !== '') return false
  const users = members.filter((userId) => userId !== workspace.botUserId)
  const externalIds = users.map((userId) => externalIdOf(workspace, userId))
  const readers = await db
    .select({ personId: personIdentities.personId, externalId: personIdentities.externalId })
    .from(personIdentities)
    .innerJoin(people, eq(people.id, personIdentities.personId))
    .where(
      and(
        eq(personIdentities.provider, SLACK),
        inArray(personIdentities.externalId, externalIds),
        isNull(people.deactivatedAt),
      ),
    )
  const known = new Set(readers.map(({ externalId }) => externalId))
  const others = users.filter((userId) => !known.has(externalIdOf(workspace, userId)))
  if (!(await areAllowedBots(speaking, channelId, others))) return false
  const ids = [...new Set(readers.map(({ personId }) => personId))]
  if (ids.length === 0) return false
  const wanted = JSON.stringify(spaceIds)
  const [blind] = await db.execute(sql`
    select 1 from ${people} reader cross join jsonb_array_elements_text(${wanted}::jsonb) as space (id)
    where ${inArray(sql`reader.id`, ids)} and reader.id <> space.id and not exists (
      select from ${grants} g where g.person_id = reader.id and g.space_id = space.id) limit 1`)
  return blind === undefined
}

/** Bots read along like anybody else; only where an admin allowed bots do they not count. */
async function areAllowedBots(
  speaking: Speaking,
  channelId: string,
  userIds: readonly string[],
): Promise<boolean> {
  if (userIds.length === 0) return true
  const { db, workspace } = speaking
  const channel = await findChannel(db, { teamId: workspace.teamId, channelId })
  if (userIds.length > BOTS_MAX || channel?.allowed.includes('bots') !== true) return false
  for (const userId of userIds) {
    if ((await findUser(speaking, workspace, userId)).kind !== 'bot') return false
  }
  return true
}
