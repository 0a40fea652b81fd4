/** What the examples of calendars find: a calendar with an event. */
import type { AreaWorld, Step } from '../../parity/steps.ts'

const CONNECTED: Step = ['calendars.connect', { addressSecret: 'https://calendar.example.com/basic.ics' }]

export const world: AreaWorld = {
  before: {
    'calendars.free': [CONNECTED],
    'calendars.events.list': [CONNECTED],
    'calendars.list': [CONNECTED],
    'calendars.update': [CONNECTED],
    'calendars.check': [CONNECTED],
    'calendars.disconnect': [CONNECTED],
  },
}
