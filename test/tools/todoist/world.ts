/** What the examples of Todoist find: an account, and what is in its mirror. Todoist itself cannot be reached. */
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { JsonObject } from '../../../src/core/text/json.ts'
import { todoistConflicts } from '../../../src/domain/todoist/links/tables.ts'
import { addMirrors } from '../../../src/domain/todoist/sync/add-mirrors.ts'
import { readItem, readThing } from '../../../src/domain/todoist/sync/read-wire.ts'
import { upsertRows } from '../../../src/domain/todoist/sync/upsert-rows.ts'
import {
  todoistAccounts,
  todoistCommands,
  todoistItems,
  todoistThings,
} from '../../../src/domain/todoist/tables.ts'
import type { ThingKind } from '../../../src/domain/todoist/thing-row.ts'
import { todoist } from '../../../src/tools/todoist/area.ts'
import type { AreaWorld, Step } from '../../parity/steps.ts'

/** The ids that the examples use. */
const TASK_ID = '6XGgm6PHrGgMpCFX'
const COMMAND_ID = '6c84fb90-12c4-11e1-840d-7b25c5ee775a'

const THINGS: readonly (readonly [ThingKind, JsonObject])[] = [
  ['projects', { id: '6XGgmHome', name: 'Home' }],
  ['sections', { id: '6XGgmBills', name: 'Bills', project_id: '6XGgmHome' }],
  ['labels', { id: '6XGgmMoney', name: 'money' }],
  [
    'notes',
    {
      id: '6XGgmNote',
      item_id: TASK_ID,
      content: 'Paid in cash',
      posted_at: '2026-03-01T09:00:00Z',
      file_attachment: { file_name: 'bill.txt', file_url: 'https://files.todoist.com/bill.txt' },
    },
  ],
  ['reminders', { id: '6XGgmReminder', item_id: TASK_ID, type: 'relative', minute_offset: 30 }],
  ['collaborators', { id: '12345678', full_name: 'Bob Builder', email: 'bob@example.com' }],
  ['filters', { id: '6XGgmUrgent', name: 'Urgent', query: 'p1' }],
]

const CONNECTED: Step = ['todoist.accounts.connect', { token: 'ada' }]

const MIRRORED: Step = (worker, clock) =>
  worker.write(async ({ db }) => {
    await addMirrors(db, clock.now())
    const mirrored = { accountId: exampleId('account'), spaceId: 'local', timeZone: 'UTC' }
    const wire = {
      ...{ id: TASK_ID, content: 'Pay the rent', project_id: '6XGgmHome', section_id: '6XGgmBills' },
      ...{ due: { date: '2026-03-04' }, labels: ['money'] },
    }
    const { row } = readItem(wire, mirrored)
    if (row !== undefined) await upsertRows(db, todoistItems, { rows: [row], key: ['accountId', 'id'] })
    const rows = THINGS.flatMap(([kind, thing]) => readThing(thing, kind, mirrored).row ?? [])
    await upsertRows(db, todoistThings, { rows, key: ['accountId', 'kind', 'id'] })
    await db.update(todoistAccounts).set({ syncedAt: clock.now() })
  })

const READY = [CONNECTED, MIRRORED]

/** A deletion that waits. */
const DELETED: Step = (worker, clock) =>
  worker.write(async ({ db }) => {
    await db.insert(todoistCommands).values({
      ...{ id: COMMAND_ID, accountId: exampleId('account'), spaceId: 'local', personId: 'local' },
      ...{ type: 'filter_delete', args: { id: '6XGgmUrgent' }, makes: false, subjectId: '6XGgmUrgent' },
      ...{ title: 'Urgent', state: 'waiting' as const, createdAt: clock.now() },
      notBefore: new Date(clock.now().getTime() + 60_000),
    })
  })

const names = todoist.operations.map(({ name }) => name)

const LINKED: readonly Step[] = [
  ...READY,
  ['todoist.projects.link', { project: exampleId('project'), mode: 'push' }],
]

const IN_CONFLICT: Step = (worker, clock) =>
  worker.write(async ({ db }) => {
    await db.insert(todoistConflicts).values({
      ...{ id: exampleId('conflict'), linkId: exampleId('link'), taskId: exampleId('task'), itemId: TASK_ID },
      ...{ title: 'Buy seeds', field: 'deletion', took: 'neither', because: 'It waits.', at: clock.now() },
    })
  })

export const world: AreaWorld = {
  before: {
    ...Object.fromEntries(names.map((name) => [name, READY])),
    'todoist.accounts.connect': [],
    'todoist.accounts.list': [CONNECTED],
    'todoist.accounts.check': [CONNECTED],
    'todoist.accounts.disconnect': [CONNECTED],
    'todoist.tasks.restore': [...READY, ['todoist.tasks.delete', { taskIds: [TASK_ID] }]],
    'todoist.sync.undo': [...READY, DELETED],
    'todoist.sync.settle': [...LINKED, IN_CONFLICT],
    'todoist.projects.unlink': LINKED,
    'todoist.links.list': LINKED,
    'todoist.links.apply': LINKED,
  },
}
