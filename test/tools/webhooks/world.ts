/** What the examples of webhooks find. */
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {
  base: [['webhooks.create', { url: 'https://example.com/hooks', events: ['run.*'] }]],
}
