/** What the examples of access find. */
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {
  base: [['access.create_key', { label: 'phone', scopes: ['tasks:read'], expiresInDays: null }]],
}
