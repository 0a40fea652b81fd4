/** agents.list: every agent that the caller sees, and what is wrong with those that cannot be used. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { agentLine, modelText, namedAgent } from '../../domain/agents/describe-agent.ts'
import { listAgents as readAgents } from '../../domain/agents/find-agent.ts'
import { AGENT_SOURCES, type AgentEntry } from '../../domain/agents/spec/agent.ts'

const Summary = z.object({
  slug: z.string(),
  source: z.enum(AGENT_SOURCES),
  teamId: z.string().nullable().describe('The team that it belongs to; null: you, or everybody'),
  role: z.string().nullable(),
  description: z.string().nullable(),
  model: z.string().nullable(),
  tools: z.array(z.string()),
  problem: z.string().nullable().describe('Why it cannot be started'),
})

export const listAgents = defineOperation({
  name: 'agents.list',
  summary: 'List agents: shipped ones, those in files, your own and those of your teams.',
  keywords: 'delegate to, show, find, search, which, all my bots, assistants, available',
  route: 'GET /v1/agents',
  input: z.object({}),
  output: z.object({ items: z.array(Summary) }),
  scope: 'agents:read',
  effect: 'read',
  repeat: 'natural',
  example: {},
  async run(_input, ctx) {
    const entries = await readAgents(ctx)
    return { items: entries.map(summarize) }
  },
  line: ({ role, description, problem, ...agent }) =>
    problem === null
      ? `${agentLine({ ...agent, role: role ?? '' })}. ${description ?? ''}`.trim()
      : `${namedAgent(agent)}: cannot be started. ${problem}`,
  table: ({ items }) => ({
    columns: ['Slug', 'From', 'Role', 'Model', 'Description'],
    rows: items.map(({ slug, source, teamId, role, model, description, problem }) => [
      slug,
      teamId ?? source,
      role ?? '',
      model ?? '',
      problem === null ? (description ?? '') : `Cannot be started: ${problem}`,
    ]),
  }),
})

function summarize(entry: AgentEntry): z.infer<typeof Summary> {
  const { slug, source, teamId } = entry
  const about = { slug, source, teamId }
  if ('problem' in entry) {
    return { ...about, role: null, description: null, model: null, tools: [], problem: entry.problem }
  }
  const { role, description, tools } = entry.agent
  return { ...about, role, description, model: modelText(entry.agent), tools, problem: null }
}
