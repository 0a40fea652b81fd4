/** What people type about what their agents spend. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listBudgets } from './list-budgets.ts'

export const budgetIntents = [
  defineIntent({
    name: 'show-spending',
    order: 694,
    says: [
      '[show] [my|the] (usage|spending|budget|budgets|costs)',
      'how much (did i|have i|have we|did we) (spend|spent)',
    ],
    example: 'usage',
    does: 'Show what your agents have spent today, and what they may spend',
    operation: listBudgets,
    input: () => ({}),
  }),
]
