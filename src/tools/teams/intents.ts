/** What people type about teams. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listTeams } from './list-teams.ts'

export const teamIntents = [
  defineIntent({
    name: 'list-teams',
    order: 636,
    says: ['[show|list] [me] [my|all|the] teams', '(what|which) teams (am i in|are there|do i have)'],
    example: 'teams',
    does: 'List your teams',
    operation: listTeams,
    input: () => ({}),
  }),
]
