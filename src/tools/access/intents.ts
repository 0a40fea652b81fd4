/** What people type to learn how the gateway sees them. */
import { defineIntent } from '../../core/intent/intent.ts'
import { whoami } from './whoami.ts'

export const accessIntents = [
  defineIntent({
    name: 'who-am-i',
    order: 698,
    says: ['(who am i|whoami)'],
    example: 'who am i',
    does: 'Say who you are here, and what you may do',
    operation: whoami,
    input: () => ({}),
  }),
]
