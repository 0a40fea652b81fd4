/** Agents: their instructions, tools and limits, with which they do the work of runs. */

import { defineArea } from '../../core/area/area.ts'
import { defineChoices } from '../../core/form/choices.ts'
import { agentKind } from '../../domain/agents/find-agent.ts'
import { agentLimit } from '../../domain/agents/store.ts'
import { assistant } from './assistant.ts'
import { createAgent } from './create-agent.ts'
import { deleteAgent } from './delete-agent.ts'
import { getAgent } from './get-agent.ts'
import { agentIntents } from './intents.ts'
import { listAgents } from './list-agents.ts'
import { modelsCheck } from './models-check.ts'
import { anthropicApiKey, anthropicBaseUrl, openaiApiKey, openaiBaseUrl, standardModel } from './settings.ts'
import { agentShortcuts } from './shortcuts.ts'
import { updateAgent } from './update-agent.ts'

export const agents = defineArea({
  name: 'agents',
  ids: [agentKind],
  scopes: {
    'agents:read': {},
    'agents:write': {
      agents: 'an agent could change its own instructions, tools and limits',
      // An agent has at most the scopes of the caller who starts it, and never keys, approvals or budgets.
      keyless: true,
    },
  },
  settings: [anthropicApiKey, anthropicBaseUrl, openaiApiKey, openaiBaseUrl, standardModel],
  checks: [modelsCheck],
  assistants: [assistant],
  limits: [agentLimit],
  intents: agentIntents,
  shortcuts: agentShortcuts,
  choices: [
    defineChoices({
      fields: ['agent'],
      operation: listAgents,
      input: () => ({}),
      thingsIn: ({ items }) => items.map(({ slug, role }) => ({ ref: slug, name: role ?? '' })),
    }),
  ],
  operations: [listAgents, getAgent, createAgent, updateAgent, deleteAgent],
})
