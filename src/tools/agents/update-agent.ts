/** agents.update: changes an agent; a shipped agent, or one in a file, is copied first. */

import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { agentLine, sourceText } from '../../domain/agents/describe-agent.ts'
import { startAgent } from '../../domain/agents/next-calls.ts'
import { AGENT_SOURCES, Agent, AgentChanges, AgentSlug } from '../../domain/agents/spec/agent.ts'
import { peopleAmong } from '../../domain/agents/spec/policy.ts'
import { assertAsks } from '../../domain/agents/spec/unasked.ts'
import { updateAgent as changeAgent } from '../../domain/agents/store.ts'
import { assertPeople } from '../../domain/people/visible-people.ts'
import { TeamId } from '../../domain/teams/new-owner.ts'

export const updateAgent = defineOperation({
  name: 'agents.update',
  summary: 'Change an agent: omitted fields stay. A shipped agent, or one in a file, is copied as your own.',
  details:
    'Limits and approvals change field by field, lists as a whole. Runs continue with the agent that they were started with.',
  keywords: 'edit, modify, configure, rename, prompt, system prompt, switch model, tools, bot, assistant',
  route: 'PATCH /v1/agents/:slug',
  input: z.object({
    slug: AgentSlug,
    ...AgentChanges.shape,
    teamId: TeamId.optional().describe("A team's agent"),
  }),
  output: z.object({
    agent: Agent,
    changed: z.array(z.string()).describe('Fields'),
    copiedFrom: z.enum(AGENT_SOURCES).nullable().describe('Source of the agent that this is now a copy of'),
  }),
  scope: 'agents:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { slug: 'newsletter-editor', limits: { steps: 20 } },
  async run({ slug, teamId, ...changes }, ctx) {
    await assertPeople(ctx, peopleAmong(changes.approvals?.approvers))
    assertAsks(ctx, changes.approvals?.rules)
    const { agent, changed, copiedFrom } = await changeAgent(ctx, { slug, teamId }, changes)
    return { agent, changed: [...changed], copiedFrom }
  },
  tell({ agent, changed, copiedFrom }) {
    if (changed.length === 0) return `Nothing to change: ${agentLine(agent)}`
    const copied = copiedFrom === null ? '' : `\nIt is a copy of ${sourceText(copiedFrom)}, and replaces it`
    return `Changed ${changed.join(', ')}: ${agentLine(agent)}${copied}`
  },
  next: ({ agent }) => [startAgent(agent.slug)],
})
