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

const URL_OF_SERVICE: Step = ['hooks.urls.create', { hook: 'todoist', name: 'Shop' }]

export const world: AreaWorld = {
  before: {
    'hooks.list': [HOOK],
    'hooks.get': [HOOK],
    'hooks.update': [HOOK],
    'hooks.rotate_secret': [HOOK],
    'hooks.delete': [HOOK],
    'hooks.urls.list': [URL_OF_SERVICE],
    'hooks.urls.delete': [URL_OF_SERVICE],
  },
}
