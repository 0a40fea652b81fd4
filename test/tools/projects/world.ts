/** What the examples of projects find. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { AreaWorld } from '../../parity/steps.ts'

export const world: AreaWorld = {
  base: [
    ['projects.create', { name: 'Garden', outcome: 'Beans to eat', dueDate: '2026-06-01' }],
    ['projects.add_milestone', { projectId: exampleId('project'), title: 'Beds dug', dueDate: '2026-04-01' }],
    ['projects.create_template', { name: 'Bed', tasks: [{ title: 'Dig', dueAfterDays: 0 }] }],
  ],
  before: {
    'projects.share': [['people.create', { id: 'bob' }]],
    'projects.recommit': [['projects.update', { projectId: exampleId('project'), state: 'paused' }]],
  },
}
