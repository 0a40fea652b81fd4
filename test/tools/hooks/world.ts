/** What the examples of hooks find. */
import type { AreaWorld, Step } from '../../parity/steps.ts'

const HOOK: Step = [
  'hooks.create',
  {
    name: 'Issues',
    operation: 'tasks.create',
    mapping: '{ "tasks": [{ "title": issue.title }] }',
    verify: 'github',
  },
]

export const world: AreaWorld = {
  before: {
    'hooks.list': [HOOK],
    'hooks.get': [HOOK],
    'hooks.update': [HOOK],
    'hooks.rotate_secret': [HOOK],
    'hooks.delete': [HOOK],
  },
}
