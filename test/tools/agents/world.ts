/** What the examples of agents find. */
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {
  base: [
    [
      'agents.create',
      { slug: 'newsletter-editor', role: 'Editor', instructions: 'Edit newsletters.', tools: ['tasks:read'] },
    ],
  ],
}
