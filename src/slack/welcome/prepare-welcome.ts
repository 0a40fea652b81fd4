/**
 * Greets, once each: a new member of a workspace who may become a person here, privately, and a channel that the bot was
 * invited to.
 */
import { z } from 'zod'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Attempt, Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import { readRecipient } from '../../domain/notifications/recipient.ts'
import { findChannel } from '../../domain/slack/channels.ts'
import { noteGreeting } from '../../domain/slack/greetings.ts'
import { findPersonOfUser } from '../../domain/slack/pairings.ts'
import { findWayIn } from '../../domain/slack/person-by-address.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import { readUser } from '../../domain/slack/users.ts'
import { externalIdOf, findWorkspace } from '../../domain/slack/workspaces.ts'
import { quietUntil } from '../../domain/time/quiet-hours.ts'
import { slackWelcome } from '../../tools/slack/settings.ts'
import { renderReply } from '../render/render-reply.ts'
import { channelText, memberText } from './welcome-text.ts'

const Joined = z.object({
  team_id: z.string(),
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('team_join'), user: z.object({ id: z.string() }) }),
    z.object({ type: z.literal('member_joined_channel'), user: z.string(), channel: z.string() }),
  ]),
})

/** Undefined: nobody joined anything. */
export function prepareWelcome(runtime: Runtime, payload: unknown): PreparedWork | undefined {
  const { data } = Joined.safeParse(payload)
  if (data === undefined) return undefined
  const { team_id: teamId, event } = data
  return {
    async work(attempt) {
      const speaking = await speakingIn(runtime, teamId, attempt)
      const greeting =
        event.type === 'team_join'
          ? await forMember(runtime, speaking, event.user.id)
          : await forChannel(runtime, speaking, event)
      return greeting === undefined ? NOTHING : greet(runtime, speaking, greeting)
    },
  }
}

const NOTHING: Ending = { result: 'nobody is greeted', commit: async () => [] }

async function speakingIn(
  { resources, now }: Runtime,
  teamId: string,
  { signal }: Attempt,
): Promise<Speaking> {
  const asking = { db: resources.db, app: slackOf(resources), now: now(), signal }
  return { ...asking, workspace: await findWorkspace(asking, teamId) }
}

interface Greeting {
  /** The user or the channel. */
  readonly to: string
  readonly text: string
  readonly at: Date
}

function greet({ newId }: Runtime, { workspace, now }: Speaking, { to, text, at }: Greeting): Ending {
  const { teamId } = workspace
  return {
    result: `greeted ${to}`,
    async commit({ db }) {
      if (!(await noteGreeting(db, { teamId, greeted: to }, now))) return []
      const [message] = renderReply({ text, actions: [] }, { operations: [] })
      if (message === undefined) throw new Error('a greeting says something')
      await insertPosts({ db, newId, now: at }, [{ kind: 'message', teamId, channel: to, ...message }])
      return [POSTS_CHANGE]
    },
  }
}

/** Undefined: guests, programs, people of other companies, people who are here already, and all who cannot come in. */
async function forMember(
  { resources }: Runtime,
  speaking: Speaking,
  userId: string,
): Promise<Greeting | undefined> {
  const { db, now, workspace } = speaking
  if (!resources.settings.of(slackWelcome).includes('members')) return undefined
  const user = await readUser(speaking, workspace, userId)
  if (user.kind !== 'member' || user.isDeactivated) return undefined
  if ((await findPersonOfUser(db, externalIdOf(workspace, userId))) !== undefined) return undefined
  const way = await findWayIn(speaking, user)
  if (way === undefined) return undefined
  return { to: userId, text: memberText(way.kind), at: await undisturbed(resources, way.personId, now) }
}

/** Now, or the end of the quiet hours of a person who is known already. */
async function undisturbed(
  resources: Runtime['resources'],
  personId: string | undefined,
  now: Date,
): Promise<Date> {
  if (personId === undefined) return now
  const { quietHours, timeZone } = await readRecipient(resources, personId)
  return (quietHours === null ? undefined : quietUntil(quietHours, { timeZone, now })) ?? now
}

/** Undefined: somebody else joined the channel. */
async function forChannel(
  { resources }: Runtime,
  { db, workspace, now }: Speaking,
  { user, channel: channelId }: { readonly user: string; readonly channel: string },
): Promise<Greeting | undefined> {
  if (user !== workspace.botUserId || !resources.settings.of(slackWelcome).includes('channels'))
    return undefined
  const channel = await findChannel(db, { teamId: workspace.teamId, channelId })
  const isOfTeam = channel !== undefined && channel.ownerTeamId !== null
  return { to: channelId, text: channelText(isOfTeam), at: now }
}
