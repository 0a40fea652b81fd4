/** agents.create: an agent of one's own, or of a team. */

import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { agentLine, sourceText } from '../../domain/agents/describe-agent.ts'
import { startAgent } from '../../domain/agents/next-calls.ts'
import { AGENT_SOURCES, Agent, AgentSlug, AgentSpec } from '../../domain/agents/spec/agent.ts'
import { peopleAmong } from '../../domain/agents/spec/policy.ts'
import { assertAsks } from '../../domain/agents/spec/unasked.ts'
import { hiddenBy, createAgent as storeAgent } from '../../domain/agents/store.ts'
import { assertPeople } from '../../domain/people/visible-people.ts'
import { newTeamId } from '../../domain/teams/new-owner.ts'

export const createAgent = defineOperation({
  name: 'agents.create',
  summary: 'Create your own agent: its instructions, tools, limits and approvals.',
  details:
    'Until it is deleted, it replaces a shipped agent, or one in a file, with the same slug. Whatever its tools allow, a run may do no more than the caller who started it, and no agent may approve calls, raise a budget, create keys or change agents.',
  keywords: 'new, make, add, build, define, set up a bot, assistant',
  route: 'POST /v1/agents',
  input: z.object({
    slug: AgentSlug,
    ...AgentSpec.shape,
    teamId: newTeamId,
  }),
  output: z.object({
    agent: Agent,
    hides: z.enum(AGENT_SOURCES).nullable().describe('Source of the agent that it replaces'),
  }),
  scope: 'agents:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: {
    slug: 'release-notes',
    role: 'Editor',
    instructions: 'Write release notes from the tasks that were completed this week.',
    tools: ['tasks:read', 'runs.save_artifact'],
  },
  async run({ slug, teamId, ...spec }, ctx) {
    await assertPeople(ctx, peopleAmong(spec.approvals.approvers))
    assertAsks(ctx, spec.approvals.rules)
    const agent = await storeAgent(ctx, { slug, teamId }, spec)
    return { agent, hides: await hiddenBy(ctx, agent) }
  },
  tell: ({ agent, hides }) =>
    `Made ${agentLine(agent)}${hides === null ? '' : `\nIt replaces ${sourceText(hides)}`}`,
  next: ({ agent }) => [startAgent(agent.slug)],
})
