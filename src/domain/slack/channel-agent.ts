/** The agent that answers in a channel: one that everybody who is answered there may use. */
import { and, eq } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { type AgentReader, givenEntry, usable } from '../agents/find-agent.ts'
import { agents } from '../agents/tables.ts'
import type { SlackChannelRow } from './channels.ts'

type ChannelAgent = Pick<SlackChannelRow, 'ownerTeamId'> & { readonly agent: string }

/**
 * The members of a team share its agents, and everybody has the shipped ones and those in files. In a channel of no team
 * there are only the latter.
 * @throws AppError `not_found`, `invalid_input` for an agent that cannot be used in its present form
 */
export async function assertAgentThere(
  ctx: AgentReader,
  { ownerTeamId, agent }: ChannelAgent,
): Promise<void> {
  if (ownerTeamId !== null && (await isOfTeam(ctx, agent, ownerTeamId))) return
  const entry = await givenEntry(ctx, agent)
  if (entry !== undefined) {
    usable(entry)
    return
  }
  const whose = ownerTeamId === null ? 'everybody' : `the team ${ownerTeamId}`
  throw new AppError('not_found', `There is no agent ${agent} that ${whose} may use.`, {
    fix:
      ownerTeamId === null
        ? 'Name a shipped agent, such as assistant, or give the channel the team that has the agent.'
        : `Create it with agents.create and teamId ${ownerTeamId}, or name a shipped agent, such as assistant.`,
    issues: [{ path: 'agent', message: `not an agent that ${whose} may use` }],
  })
}

async function isOfTeam({ db }: AgentReader, slug: string, teamId: string): Promise<boolean> {
  const [found] = await db
    .select({ slug: agents.slug })
    .from(agents)
    .where(and(eq(agents.slug, slug), eq(agents.spaceId, teamId)))
  return found !== undefined
}

interface Answered {
  readonly teamId: string
  readonly channelId: string
  readonly agent: string
}

/** What is answered where the agent was deleted since, or its team lost it. */
export function agentGone({ teamId, channelId, agent }: Answered): AppError {
  return new AppError('not_found', `The agent ${agent}, which answers in this channel, is no longer there.`, {
    fix: `An admin of the gateway can name another: switchboard slack channels set ${teamId} --channel ${channelId} --agent assistant`,
  })
}
