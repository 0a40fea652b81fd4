/** What the gateway knows of Slack: workspaces with the bot, channels, users, and users who may become people. */
import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const slackWorkspaces = pgTable('slack_workspaces', {
  teamId: bytewise('team_id').primaryKey(),
  /** Of an Enterprise Grid. Its users have the same ids in all of its workspaces. */
  enterpriseId: bytewise('enterprise_id'),
  name: text('name').notNull(),
  url: text('url').notNull(),
  botUserId: bytewise('bot_user_id').notNull(),
  botId: bytewise('bot_id'),
  /** What the bot's token was granted when the app was installed. */
  scopes: text('scopes').array().notNull(),
  checkedAt: moment('checked_at').notNull(),
  /** When the app was installed by consent, with a token of its own; null: the token is that of the settings. */
  installedAt: moment('installed_at'),
  /** Since when the app is no longer there, although it was installed by consent. */
  removedAt: moment('removed_at'),
})

export const ALLOWED_USERS = ['guests', 'strangers', 'bots'] as const
export type AllowedUsers = (typeof ALLOWED_USERS)[number]

/** Only channels for which an admin has decided something. */
export const slackChannels = pgTable(
  'slack_channels',
  {
    teamId: bytewise('team_id').notNull(),
    channelId: bytewise('channel_id').notNull(),
    /** The team of the gateway to which the channel belongs; null: no team. */
    ownerTeamId: bytewise('owner_team_id'),
    /** Who may use the bot there besides full members of the workspace. */
    allowed: text('allowed').array().$type<AllowedUsers[]>().notNull(),
    /** The name of the agent that answers there; null: the standard one. */
    agent: text('agent'),
    /** Counts who joined, so that a list of the members that was read before is not used any more. */
    joins: integer('joins').notNull().default(0),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.channelId] })],
)

export const SLACK_USER_KINDS = ['member', 'guest', 'stranger', 'bot'] as const
export type SlackUserKind = (typeof SLACK_USER_KINDS)[number]

/** Users as Slack described them last, so that not every message costs a call of its own. */
export const slackUsers = pgTable(
  'slack_users',
  {
    teamId: bytewise('team_id').notNull(),
    userId: bytewise('user_id').notNull(),
    name: text('name').notNull(),
    kind: text('kind', { enum: SLACK_USER_KINDS }).notNull(),
    isDeactivated: boolean('is_deactivated').notNull(),
    readAt: moment('read_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.userId] }),
    // Housekeeping deletes the oldest.
    index('slack_users_age').on(table.readAt),
  ],
)

/** Users and channels that the bot has greeted. They are kept, so that nobody is greeted twice. */
export const slackGreetings = pgTable(
  'slack_greetings',
  {
    teamId: bytewise('team_id').notNull(),
    /** The id of a user or of a channel. */
    greeted: bytewise('greeted').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.greeted] })],
)

/** Users who are no person of the gateway and were told how to become one. */
export const slackPairings = pgTable(
  'slack_pairings',
  {
    teamId: bytewise('team_id').notNull(),
    userId: bytewise('user_id').notNull(),
    /** Of the user, as people have it among their identities. */
    externalId: bytewise('external_id').notNull(),
    /** SHA-256 of the code, base64url; null: the user was refused, and given no code. */
    hash: bytewise('hash'),
    /** By which the person who confirms the code recognizes the user. */
    name: text('name').notNull(),
    expiresAt: moment('expires_at').notNull(),
    /** Their last message, in the inbox, which is answered once they are a person. */
    inboxId: bytewise('inbox_id'),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.userId] }),
    // A code is looked up by its hash.
    uniqueIndex('slack_pairings_hash').on(table.hash),
    // Housekeeping deletes the oldest.
    index('slack_pairings_age').on(table.expiresAt),
  ],
)
