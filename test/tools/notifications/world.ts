/** What the examples of notifications find. */
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {}
