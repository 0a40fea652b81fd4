/** What people type about schedules. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listSchedules } from './list-schedules.ts'

export const scheduleIntents = [
  defineIntent({
    name: 'list-schedules',
    order: 656,
    says: ['[show|list] [me] [my|the|all] schedules', "(what's|what is) scheduled"],
    example: 'schedules',
    does: 'List what is called by the clock',
    operation: listSchedules,
    input: () => ({}),
  }),
]
