/** agents.get: one agent with all its fields. */

import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { describeAgent } from '../../domain/agents/describe-agent.ts'
import { findAgent } from '../../domain/agents/find-agent.ts'
import { startAgent } from '../../domain/agents/next-calls.ts'
import { Agent, AgentSlug } from '../../domain/agents/spec/agent.ts'
import { seenOwner, TeamId } from '../../domain/teams/new-owner.ts'

export const getAgent = defineOperation({
  name: 'agents.get',
  summary: 'Get one agent: instructions, model, tools, limits, approvals.',
  keywords: 'show, open, view, details, configuration of a bot, assistant, permissions, what may it do',
  route: 'GET /v1/agents/:slug',
  input: z.object({ slug: AgentSlug, teamId: TeamId.optional().describe("A team's agent") }),
  output: z.object({ agent: Agent }),
  scope: 'agents:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { slug: 'newsletter-editor' },
  async run({ slug, teamId }, ctx) {
    const spaces = teamId === undefined ? undefined : [await seenOwner(ctx, teamId)]
    return { agent: await findAgent(ctx, slug, spaces) }
  },
  tell: ({ agent }) => describeAgent(agent),
  next: ({ agent }) => [startAgent(agent.slug)],
})
