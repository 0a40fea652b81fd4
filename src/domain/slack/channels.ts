/** What admins have decided about channels. A channel of which nothing is stored belongs to no team, and is strict. */
import { and, asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import type { Db } from '../db/db.ts'
import { ALLOWED_USERS, slackChannels } from './tables.ts'

export type SlackChannelRow = typeof slackChannels.$inferSelect

const ID = /^[A-Z0-9]{2,20}$/
export const SlackTeamId = z.string().regex(ID, 'must be the id of a workspace, such as T0123ABCD')
export const SlackChannelId = z.string().regex(ID, 'must be the id of a channel, such as C0123ABCD')

export const SlackChannel = z.object({
  workspace: z.string(),
  channel: z.string(),
  teamId: z.string().nullable().describe('The team to which it belongs; null: no team'),
  allow: z
    .array(z.enum(ALLOWED_USERS))
    .describe('Who may use the bot there besides full members of the workspace'),
  agent: z.string().nullable().describe('The agent that answers there; null: assistant'),
  updatedAt: z.string(),
})
export type SlackChannel = z.output<typeof SlackChannel>

export function toSlackChannel(row: SlackChannelRow): SlackChannel {
  return {
    workspace: row.teamId,
    channel: row.channelId,
    teamId: row.ownerTeamId,
    allow: row.allowed,
    agent: row.agent,
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function channelLine({ workspace, channel, teamId, allow, agent }: SlackChannel): string {
  const said = [
    teamId ?? 'no team',
    ...(allow.length === 0 ? [] : [`allows ${allow.join(', ')}`]),
    ...(agent === null ? [] : [`${agent} answers`]),
  ]
  return `${workspace}/${channel}: ${said.join(', ')}`
}

interface ChannelPlace {
  readonly teamId: string
  readonly channelId: string
}

export async function findChannel(
  db: Db,
  { teamId, channelId }: ChannelPlace,
): Promise<SlackChannelRow | undefined> {
  const [row] = await db
    .select()
    .from(slackChannels)
    .where(and(eq(slackChannels.teamId, teamId), eq(slackChannels.channelId, channelId)))
  return row
}

const BY_ID = 'channel'

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listChannels(
  { db }: Pick<Context, 'db'>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, BY_ID, z.tuple([sortText, sortText]))
  const rows = await db
    .select()
    .from(slackChannels)
    .where(after && sql`(${slackChannels.channelId}, ${slackChannels.teamId}) > (${after[0]}, ${after[1]})`)
    .orderBy(asc(slackChannels.channelId), asc(slackChannels.teamId))
    .limit(limit + 1)
  const page = toPage(rows, limit, ({ channelId, teamId }) => ({ sort: BY_ID, after: [channelId, teamId] }))
  return { items: page.items.map(toSlackChannel), nextCursor: page.nextCursor }
}

type Decided = Partial<Pick<SlackChannelRow, 'ownerTeamId' | 'allowed' | 'agent'>>

/** Stores what is decided; what is left out stays as it is. */
export async function setChannel(
  { db, now }: Pick<Context, 'db' | 'now'>,
  place: ChannelPlace,
  decided: Decided,
): Promise<SlackChannelRow> {
  const [row] = await db
    .insert(slackChannels)
    .values({ ownerTeamId: null, allowed: [], ...place, ...decided, updatedAt: now })
    .onConflictDoUpdate({
      target: [slackChannels.teamId, slackChannels.channelId],
      set: { ...decided, updatedAt: now },
    })
    .returning()
  if (row === undefined) throw new Error('an upsert answers with its row')
  return row
}

/** Somebody joined a channel, in whichever of its workspaces. */
export async function noteJoined(db: Db, channelId: string): Promise<void> {
  await db
    .update(slackChannels)
    .set({ joins: sql`${slackChannels.joins} + 1` })
    .where(eq(slackChannels.channelId, channelId))
}
