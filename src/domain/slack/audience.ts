/** Who reads what is written into a channel. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { grants, people } from '../access/tables.ts'
import { personIdentities } from '../people/tables.ts'
import { findChannel } from './channels.ts'
import { readSlack } from './slack-app.ts'
import type { Speaking } from './speaker.ts'
import { findUser } from './users.ts'
import { externalIdOf, SLACK } from './workspaces.ts'

/** Members in one answer of Slack. */
const PAGE_MEMBERS = 1_000
/** The most members of a channel that are looked up: in larger channels, what is private goes to the person alone. */
const MEMBERS_MAX = 10_000

/** The most bots of a channel that are looked up. */
const BOTS_MAX = 20

const Members = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
})

/** The members of a channel besides the bot itself, page by page. Each page is read once, as soon as it is wanted. */
export interface MemberPages {
  /** To be asked for in their order. Undefined: there are no more. @throws AppError where Slack cannot be asked */
  at(index: number, signal: AbortSignal): Promise<readonly string[] | undefined>
}

/**
 * Whether everybody in a channel sees all of these spaces now, so that what is in them may be written there.
 * @throws AppError where Slack cannot be asked who is in the channel
 */
export async function allSee(
  speaking: Speaking,
  { channelId, pages = readPages(speaking, channelId) }: ReadChannel,
  spaceIds: readonly string[],
): Promise<boolean> {
  if (spaceIds.length === 0) return true
  const others: string[] = []
  let read = 0
  let isRead = false
  for (let index = 0; ; index += 1) {
    const members = await pages.at(index, speaking.signal)
    if (members === undefined) break
    read += members.length
    if (read > MEMBERS_MAX) return false
    const page = await lookAt(speaking, members, spaceIds)
    others.push(...page.others)
    isRead ||= page.isRead
    // One reader who does not see it is enough, so most large channels take one page.
    if (page.isHidden || others.length > BOTS_MAX) return false
  }
  return isRead && (await areAllowedBots(speaking, channelId, others))
}

interface ReadChannel {
  readonly channelId: string
  /** Those that were read already; absent: they are read now. */
  readonly pages?: MemberPages
}

interface Page {
  readonly members: readonly string[]
  /** Undefined: it is the last page. */
  readonly cursor: string | undefined
}

export function readPages(asking: Pick<Speaking, 'app' | 'workspace'>, channel: string): MemberPages {
  const pages: Promise<Page>[] = []
  return {
    async at(index, signal) {
      const before = index === 0 ? undefined : await pages[index - 1]
      if (index > 0 && before?.cursor === undefined) return undefined
      pages[index] ??= readPage({ ...asking, signal }, channel, before?.cursor)
      return (await pages[index]).members
    },
  }
}

async function readPage(
  { app, workspace, signal }: Pick<Speaking, 'app' | 'workspace' | 'signal'>,
  channel: string,
  cursor: string | undefined,
): Promise<Page> {
  const args = { channel, limit: PAGE_MEMBERS, cursor }
  const { body } = await readSlack(app, { method: 'conversations.members', args, signal, as: workspace })
  const { members, response_metadata: more } = Members.parse(body)
  return {
    members: members.filter((userId) => userId !== workspace.botUserId),
    cursor: more?.next_cursor || undefined,
  }
}

interface LookedAt {
  /** Whether a person of the gateway is among them. */
  readonly isRead: boolean
  /** Whether one of those people does not see one of the spaces. */
  readonly isHidden: boolean
  /** Those who are no people of the gateway. */
  readonly others: readonly string[]
}

async function lookAt(
  { db, workspace }: Speaking,
  users: readonly string[],
  spaceIds: readonly string[],
): Promise<LookedAt> {
  // As one text, because a statement takes only so many parameters; joined, because a list is compared one by one.
  const wanted = JSON.stringify(users.map((userId) => externalIdOf(workspace, userId)))
  const readers = await db.execute<{ personId: string; externalId: string }>(sql`
    select i.person_id as "personId", i.external_id as "externalId"
    from jsonb_array_elements_text(${wanted}::jsonb) as member (id)
    join ${personIdentities} i on i.provider = ${SLACK} and i.external_id = member.id
    join ${people} p on p.id = i.person_id and p.deactivated_at is null`)
  const known = new Set(readers.map(({ externalId }) => externalId))
  const others = users.filter((userId) => !known.has(externalIdOf(workspace, userId)))
  const ids = JSON.stringify([...new Set(readers.map(({ personId }) => personId))])
  const [blind] = await db.execute(sql`
    select 1 from jsonb_array_elements_text(${ids}::jsonb) as reader (id)
    cross join jsonb_array_elements_text(${JSON.stringify(spaceIds)}::jsonb) as space (id)
    left join ${grants} g on g.person_id = reader.id and g.space_id = space.id
    where reader.id <> space.id and g.person_id is null limit 1`)
  return { isRead: readers.length > 0, isHidden: blind !== undefined, others }
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
  if (channel?.allowed.includes('bots') !== true) return false
  for (const userId of userIds) {
    if ((await findUser(speaking, workspace, userId)).kind !== 'bot') return false
  }
  return true
}
