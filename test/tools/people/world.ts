/** What the examples of people find. */
import type { AreaWorld, Step } from '../../parity/steps.ts'

export const ADA: Step = ['people.create', { id: 'ada', name: 'Ada Lovelace' }]

export const world: AreaWorld = {
  before: {
    'people.list': [ADA],
    'people.get': [ADA],
    'people.update': [ADA],
    'people.deactivate': [ADA],
    'people.reactivate': [ADA, ['people.deactivate', { personId: 'ada' }]],
  },
}
