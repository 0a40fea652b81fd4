/** What the examples of tasks find. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { AreaWorld } from '../../parity/steps.ts'
import { MADE } from '../artifacts/world.ts'

const EXAMPLE_TASKS = { taskIds: [exampleId('task')] }

export const world: AreaWorld = {
  base: [
    [
      'tasks.create',
      {
        tasks: [
          {
            title: 'Buy seeds',
            due: '2026-03-04',
            deadline: '2026-03-06',
            priority: 1,
            minutes: 10,
            projectId: exampleId('project'),
          },
          { title: 'Sharpen the spade', due: '2026-03-05 16:00', labels: ['shed'], repeat: 'every weekday' },
          { title: 'Gone', notes: 'for the trash' },
        ],
      },
    ],
  ],
  before: {
    'tasks.capture_file': MADE,
    'tasks.reopen': [['tasks.complete', EXAMPLE_TASKS]],
    'tasks.restore': [['tasks.delete', EXAMPLE_TASKS]],
    'tasks.empty_trash': [['tasks.delete', EXAMPLE_TASKS]],
  },
}
