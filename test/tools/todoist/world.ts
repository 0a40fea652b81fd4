/** What the examples of Todoist find: an account, and a task in its mirror. Todoist itself cannot be reached. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import { addMirrors } from '../../../src/domain/todoist/sync/add-mirrors.ts'
import { readItem } from '../../../src/domain/todoist/sync/read-wire.ts'
import { upsertRows } from '../../../src/domain/todoist/sync/upsert-rows.ts'
import { todoistItems } from '../../../src/domain/todoist/tables.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

/** The id that the examples use. */
const TASK_ID = '6XGgm6PHrGgMpCFX'

const CONNECTED: Step = ['todoist.accounts.connect', { token: 'ada' }]

const MIRRORED: Step = (worker, clock) =>
  worker.write(async ({ db }) => {
    await addMirrors(db, clock.now())
    const mirrored = { accountId: exampleId('account'), spaceId: 'local', timeZone: 'UTC' }
    const wire = { id: TASK_ID, content: 'Pay the rent', project_id: '1', due: { date: '2026-03-04' } }
    const { row } = readItem(wire, mirrored)
    if (row !== undefined) await upsertRows(db, todoistItems, { rows: [row], key: ['accountId', 'id'] })
  })

const READY = [CONNECTED, MIRRORED]

export const world: AreaWorld = {
  before: {
    'todoist.accounts.list': [CONNECTED],
    'todoist.accounts.check': [CONNECTED],
    'todoist.accounts.disconnect': [CONNECTED],
    'todoist.tasks.create': READY,
    'todoist.tasks.list': READY,
    'todoist.tasks.get': READY,
    'todoist.tasks.complete': READY,
    'todoist.tasks.update': READY,
    'todoist.tasks.uncomplete': READY,
    'todoist.tasks.reschedule': READY,
    'todoist.tasks.move': READY,
    'todoist.tasks.delete': READY,
    'todoist.tasks.quick_add': READY,
    'todoist.tasks.restore': [...READY, ['todoist.tasks.delete', { taskIds: [TASK_ID] }]],
    'todoist.projects.list': READY,
    'todoist.sync.status': READY,
    'todoist.sync.resync': READY,
  },
}
