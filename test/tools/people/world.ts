/** What the examples of people find. */
import type { AreaWorld, Step } from '../../parity/steps.ts'

export const ADA: Step = ['people.create', { id: 'ada', name: 'Ada Lovelace' }]

const INVITED: Step = ['people.invite', { id: 'grace' }]

export const world: AreaWorld = {
  before: {
    'people.list': [ADA],
    'people.get': [ADA],
    'people.update': [ADA],
    'people.deactivate': [ADA],
    'people.list_invitations': [INVITED],
    'people.revoke_invitation': [INVITED],
    'people.erase': [ADA, ['people.deactivate', { personId: 'ada' }]],
    'people.reactivate': [ADA, ['people.deactivate', { personId: 'ada' }]],
  },
}
