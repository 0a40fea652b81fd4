/** agents.delete: an agent of one's own, deleted; runs that were started with it continue. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { sourceText } from '../../domain/agents/describe-agent.ts'
import { AGENT_SOURCES, AgentSlug } from '../../domain/agents/spec/agent.ts'
import { deleteAgent as removeAgent } from '../../domain/agents/store.ts'
import { TeamId } from '../../domain/teams/new-owner.ts'

export const deleteAgent = defineOperation({
  name: 'agents.delete',
  summary: 'Delete one of your agents permanently. A shipped agent that it replaced is available again.',
  keywords: 'remove, get rid of, drop a bot, assistant',
  route: 'DELETE /v1/agents/:slug',
  input: z.object({ slug: AgentSlug, teamId: TeamId.optional().describe("A team's agent") }),
  output: z.object({
    slug: z.string(),
    back: z.enum(AGENT_SOURCES).nullable().describe('Source of the agent that now has the slug'),
  }),
  scope: 'agents:write',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { slug: 'newsletter-editor' },
  async run({ slug, teamId }, ctx) {
    return { slug, back: await removeAgent(ctx, { slug, teamId }) }
  },
  tell: ({ slug, back }) =>
    back === null ? `Deleted agent ${slug}` : `Deleted your agent ${slug}; ${sourceText(back)} is back`,
})
