/** What the examples of schedules find. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

const SCHEDULED: Step = [
  'schedules.create',
  { agent: 'newsletter-editor', goal: 'Draft the newsletter.', when: 'every monday at 9' },
]

export const world: AreaWorld = {
  before: {
    'schedules.get': [SCHEDULED],
    'schedules.list': [SCHEDULED],
    'schedules.update': [SCHEDULED],
    'schedules.pause': [SCHEDULED],
    'schedules.resume': [SCHEDULED, ['schedules.pause', { scheduleId: exampleId('schedule') }]],
    'schedules.run_now': [SCHEDULED],
    'schedules.delete': [SCHEDULED],
  },
}
