/** What people type about what their agents spend. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listBudgets } from './list-budgets.ts'
import { setBudget } from './set-budget.ts'

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
  defineIntent({
    name: 'set-budget',
    order: 693,
    says: [
      '(set|make|change) [a|my|the] [daily] budget [of|to] <usd> [a|per] [day|daily]',
      '[spend] (no|not) more than <usd> (a|per) day',
      '[set] [a] limit [of|to] <usd> (a|per) day',
    ],
    slots: { usd: (text) => usdIn(text) !== undefined },
    example: 'set a budget of $5 a day',
    does: 'Cap what your agents may spend a day',
    operation: setBudget,
    input: ({ words: { usd = '' } }) => ({ usdPerDay: usdIn(usd) }),
  }),
]

/** Dollars: `$5`, `5.50 dollars`. */
function usdIn(text: string): number | undefined {
  const figure = /^(?:\$|usd )?(\d{1,6}(?:\.\d{1,2})?)\$?(?: ?(?:usd|dollars?|bucks))?$/i.exec(text)?.[1]
  return figure === undefined ? undefined : Number(figure)
}
