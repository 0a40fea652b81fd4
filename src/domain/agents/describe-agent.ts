/** Agents in words, for people and models alike. */

import { counted } from '../../core/text/counts.ts'
import type { Agent, AgentLimits, AgentSource } from './spec/agent.ts'
import type { PolicyRule } from './spec/policy.ts'

/** `project-manager (shipped): Project manager`. */
export function agentLine(agent: Pick<Agent, 'slug' | 'source' | 'role' | 'teamId'>): string {
  return `${namedAgent(agent)}: ${agent.role}`
}

/** `project-manager (shipped)`; with the team that it belongs to. */
export function namedAgent({ slug, source, teamId }: Pick<Agent, 'slug' | 'source' | 'teamId'>): string {
  return `${slug} (${[source, ...(teamId === null ? [] : [teamId])].join(', ')})`
}

/** Tells apart several agents with the same name. */
export function sourceText(source: AgentSource): string {
  return source === 'file' ? 'the one in a file' : `the ${source} one`
}

/** Everything about an agent, its instructions last. */
export function describeAgent(agent: Agent): string {
  const lines = [
    agentLine(agent),
    agent.description,
    `Model: ${modelText(agent)}. Executor: ${agent.executor}.${agent.phases ? ' Plans, works, evaluates.' : ''}`,
    `Tools: ${agent.tools.join(', ') || 'none'}`,
    `Limits: ${limitsText(agent.limits)}`,
    ...(agent.writerScopes === null ? [] : [`At most with: ${agent.writerScopes.join(', ')}`]),
    ...agent.approvals.rules.map((rule) => `Approvals: ${ruleText(rule)}`),
    ...(agent.outputSchema ? [`Answers with JSON: ${JSON.stringify(agent.outputSchema)}`] : []),
    '',
    agent.instructions,
  ]
  return lines.filter((line, index) => line !== '' || index > 1).join('\n')
}

export function modelText({ provider, model }: Pick<Agent, 'provider' | 'model'>): string {
  return [provider, model].filter((part) => part !== null).join(' ') || 'the default'
}

/** `ask before tasks.delete with taskIds over 10`. */
function ruleText({ verdict, effect, operation, agent, over }: PolicyRule): string {
  const parts = [
    verdict === 'ask' ? 'ask before' : verdict,
    ...(effect === undefined ? [] : [effect]),
    ...(operation === undefined ? [effect === undefined ? 'every call' : 'calls'] : [operation]),
    ...(agent === undefined ? [] : [`to ${agent}`]),
    ...(over === undefined ? [] : [`with ${over.field} over ${over.amount}`]),
  ]
  return parts.join(' ')
}

function limitsText({ steps, minutes, tokens, usd }: AgentLimits): string {
  const parts = [
    `${counted(steps, 'call')} of the model`,
    counted(minutes, 'minute'),
    ...(tokens === null ? [] : [counted(tokens, 'token')]),
    ...(usd === null ? [] : [`${usd} USD`]),
  ]
  return parts.join(', ')
}
