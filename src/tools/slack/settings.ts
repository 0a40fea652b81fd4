/** Settings of the Slack app. */
import { z } from 'zod'
import { defineSetting } from '../../core/area/setting.ts'
import { addressWithoutQuery, integer, key, list } from '../../core/area/setting-forms.ts'
import { SENT_FILE_LIMIT_BYTES, SENT_FILE_MAX_BYTES } from '../../domain/runs/artifacts/sent-files.ts'

/** The most secrets by which requests are verified at once. */
const SIGNING_SECRETS_MAX = 2

export const slackBotToken = defineSetting({
  variable: 'SLACK_BOT_TOKEN',
  description:
    "Token of the Slack app's bot, from its page OAuth & Permissions. Unset, and no SLACK_CLIENT_ID: the gateway runs without Slack.",
  takes: 'a token such as xoxb-...',
  default: 'no workspace of its own',
  secret: true,
  schema: key.startsWith('xoxb-').optional(),
})

export const slackClientId = defineSetting({
  variable: 'SLACK_CLIENT_ID',
  description:
    'Client ID of the Slack app, from the page Basic Information. Set with SLACK_CLIENT_SECRET: admins add workspaces with `slack.install`, each with a token of its own, beside that of SLACK_BOT_TOKEN or without it.',
  takes: 'an id such as 1234567890.1234567890123',
  default: 'no more workspaces than that of SLACK_BOT_TOKEN',
  schema: key.optional(),
})

export const slackClientSecret = defineSetting({
  variable: 'SLACK_CLIENT_SECRET',
  description: 'Client secret of the Slack app, from the page Basic Information.',
  takes: 'a secret',
  default: 'no more workspaces than that of SLACK_BOT_TOKEN',
  secret: true,
  schema: key.optional(),
})

export const slackAppToken = defineSetting({
  variable: 'SLACK_APP_TOKEN',
  description:
    'App-level token with the scope connections:write, from the page Basic Information. Set: events come through a socket (Socket Mode), and the gateway needs no public address.',
  takes: 'a token such as xapp-...',
  default: 'no socket',
  secret: true,
  schema: key.startsWith('xapp-').optional(),
})

export const slackSigningSecret = defineSetting({
  variable: 'SLACK_SIGNING_SECRET',
  description:
    'Signing secret of the Slack app, from the page Basic Information. Set: events may also come to `/slack/events`, `/slack/interactions` and `/slack/commands`. While it is replaced: the new one and the one before it.',
  takes: 'a secret, or two separated by a comma',
  default: 'no such routes',
  secret: true,
  schema: list(key).pipe(z.array(key).max(SIGNING_SECRETS_MAX)),
})

export const slackApiUrl = defineSetting({
  variable: 'SLACK_API_URL',
  description: "Address of Slack's Web API. Only for a stand-in of Slack.",
  takes: 'an address such as http://127.0.0.1:4000/api',
  default: 'https://slack.com/api',
  schema: addressWithoutQuery('/auth.test').default('https://slack.com/api'),
})

const MEGABYTE = 1024 * 1024

export const slackFileMaxMb = defineSetting({
  variable: 'SLACK_FILE_MAX_MB',
  description: 'Megabytes of the largest file that the bot takes from people.',
  takes: `a number from 1 to ${SENT_FILE_LIMIT_BYTES / MEGABYTE}`,
  default: String(SENT_FILE_MAX_BYTES / MEGABYTE),
  schema: integer(1, SENT_FILE_LIMIT_BYTES / MEGABYTE, SENT_FILE_MAX_BYTES / MEGABYTE),
})

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/

export const slackEmailDomains = defineSetting({
  variable: 'SLACK_EMAIL_DOMAINS',
  description:
    'Domains of your own. A full member of the workspace with a confirmed address there is the person who has that address, and becomes one where nobody has it. Admins of the workspace can change addresses, so name only domains whose workspace you trust; owners and admins of the gateway confirm a code all the same.',
  takes: 'domains such as example.com, separated by commas',
  default: 'none: everybody confirms a code',
  schema: list(z.string().toLowerCase().regex(DOMAIN)),
})

/** Slack takes 25 commands of an app, `/sb` among them. */
const COMMANDS_MAX = 24
const COMMAND = /^[a-z][a-z0-9_-]{0,30}$/

export const slackCommands = defineSetting({
  variable: 'SLACK_COMMANDS',
  description:
    'Slash commands besides `/sb`, each the first word of what it says: with `think`, `/think about the launch` says "think about the launch". Print the manifest again after a change.',
  takes: 'names such as think,check,report, separated by commas',
  default: 'only `/sb`',
  schema: list(z.string().toLowerCase().regex(COMMAND)).pipe(z.array(z.string()).max(COMMANDS_MAX)),
})

const WELCOMES = ['members', 'channels'] as const
const NOBODY = /^none$/

export const slackWelcome = defineSetting({
  variable: 'SLACK_WELCOME',
  description:
    'Whom the bot greets, once each: `channels` that it is invited to; `members` who are new in the workspace and may come in by SLACK_EMAIL_DOMAINS or an invitation, privately. Guests, other companies and bots are never greeted.',
  takes: 'members, channels or both, separated by a comma; none: nobody',
  default: 'channels: a message that nobody asked for is for you to decide on',
  schema: z
    .string()
    .toLowerCase()
    .default('channels')
    .transform((text) => text.split(',').flatMap((part) => part.trim().replace(NOBODY, '') || []))
    .pipe(z.array(z.enum(WELCOMES))),
})
