/** What people type about agents. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listAgents } from './list-agents.ts'

export const agentIntents = [
  defineIntent({
    name: 'list-agents',
    order: 654,
    says: ['[show|list] [me] [my|the|all] agents', 'which agents (are there|do i have)'],
    example: 'agents',
    does: 'List the agents that you can send after a goal',
    operation: listAgents,
    input: () => ({}),
  }),
]
