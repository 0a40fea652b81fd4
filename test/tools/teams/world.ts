/** What the examples of teams find. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'
import { ADA } from '../people/world.ts'

const TEAM: Step = ['teams.create', { name: 'Garden' }]
const MEMBER: Step = ['teams.add_member', { teamId: exampleId('team'), personId: 'ada' }]

export const world: AreaWorld = {
  before: {
    'teams.list': [TEAM],
    'teams.get': [TEAM],
    'teams.update': [TEAM],
    'teams.archive': [TEAM],
    'teams.add_member': [ADA, TEAM],
    'teams.set_member': [ADA, TEAM, MEMBER],
    'teams.remove_member': [ADA, TEAM, MEMBER],
  },
}
