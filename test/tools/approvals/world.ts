/** What the examples of approvals find. */
import { type AreaWorld, waits } from '../../parity/steps.ts'

export const world: AreaWorld = {
  before: {
    'approvals.list': waits('approval'),
    'approvals.get': waits('approval'),
    'approvals.decide': waits('approval'),
  },
}
