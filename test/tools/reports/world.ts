/** What the examples of reports find. */
import { type AreaWorld, ended } from '../../parity/steps.ts'

export const world: AreaWorld = {
  before: {
    'reports.runs': ended('succeeded'),
  },
}
