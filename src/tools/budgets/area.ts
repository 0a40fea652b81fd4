/** Budgets: what agents may spend in a day. */
import { defineArea } from '../../core/area/area.ts'
import { budgetReached } from '../../domain/runs/run-events.ts'
import { budgetMessages } from '../../domain/runs/run-messages.ts'
import { budgetIntents } from './intents.ts'
import { listBudgets } from './list-budgets.ts'
import { removeBudget } from './remove-budget.ts'
import { setBudget } from './set-budget.ts'

export const budgets = defineArea({
  name: 'budgets',
  scopes: {
    'budgets:read': {},
    'budgets:write': {
      agents: 'an agent could raise its own budget',
      keyless: 'a limit on spending does not limit a caller who can lift it',
    },
  },
  events: [budgetReached],
  messages: budgetMessages,
  intents: budgetIntents,
  operations: [listBudgets, setBudget, removeBudget],
})
