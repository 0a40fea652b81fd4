/** What the examples of budgets find. */
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {
  before: {
    'budgets.list': [['budgets.set', { usdPerDay: 5 }]],
    'budgets.remove': [['budgets.set', { agent: 'developer', tokensPerDay: 100_000 }]],
  },
}
