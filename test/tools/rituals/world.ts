/** What the examples of rituals find. */
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {
  before: {
    'rituals.mark_outcome': [['rituals.set_outcomes', { outcomes: ['Ship the beta'], week: '2026-03-04' }]],
  },
}
