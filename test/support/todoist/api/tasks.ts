import { closeTask, uncompleteTask } from '../actions/completion.ts'
import { quickAdd } from '../actions/quick-add.ts'
import { moveTask } from '../actions/task-moves.ts'
import { addTask, deleteTask, updateTask } from '../actions/tasks.ts'
import { invalid, missing, notFound } from '../api-error.ts'
import { text } from '../commands/args.ts'
import { taskFields } from '../commands/task-fields.ts'
import { filterTasks } from '../filter/evaluate.ts'
import { isPlaceActive } from '../sync/read.ts'
import { assertId, itemOf } from '../world/find.ts'
import { taskOut } from '../world/outward.ts'
import type { Item } from '../world/wire.ts'
import { type Call, idOf, page, type Route, silent } from './route.ts'

export const TASK_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '/tasks',
    scope: 'data:read',
    run: (call) =>
      page(
        call,
        wanted(call).map((item) => taskOut(call.world, item)),
      ),
  },
  {
    method: 'POST',
    path: '/tasks',
    scope: 'task:add',
    run: (call) => taskOut(call.world, addTask(call, taskFields(call.body))),
  },
  {
    method: 'GET',
    path: '/tasks/filter',
    scope: 'data:read',
    run: (call) =>
      page(
        call,
        filterTasks(call, call.query.query ?? missing('query'), activeTasks(call)).map((item) =>
          taskOut(call.world, item),
        ),
      ),
  },
  {
    method: 'POST',
    path: '/tasks/quick',
    scope: 'task:add',
    run: (call) => quickAdd(call, text(call.body, 'text'), call.body),
  },
  { method: 'GET', path: '/tasks/:id', scope: 'data:read', run: (call) => taskOut(call.world, shown(call)) },
  {
    method: 'POST',
    path: '/tasks/:id',
    scope: 'data:read_write',
    run(call) {
      const {
        parent_id: _parent,
        section_id: _section,
        project_id: _project,
        ...fields
      } = taskFields(call.body)
      return taskOut(call.world, updateTask(call, idOf(call), fields))
    },
  },
  {
    method: 'DELETE',
    path: '/tasks/:id',
    scope: 'data:delete',
    run: silent((call) => deleteTask(call, idOf(call))),
  },
  {
    method: 'POST',
    path: '/tasks/:id/close',
    scope: 'data:read_write',
    run: silent((call) => closeTask(call, idOf(call))),
  },
  {
    method: 'POST',
    path: '/tasks/:id/reopen',
    scope: 'data:read_write',
    run: silent((call) => uncompleteTask(call, idOf(call))),
  },
  {
    method: 'POST',
    path: '/tasks/:id/move',
    scope: 'data:read_write',
    run(call) {
      const { parent_id, section_id, project_id } = taskFields(call.body)
      return taskOut(call.world, moveTask(call, idOf(call), { parent_id, section_id, project_id }))
    },
  },
]

function shown(call: Call): Item {
  const item = itemOf(call, idOf(call))
  return item.checked && call.world.switches.completedTask === 'not-found' ? notFound('Task') : item
}

/** The active tasks that a person sees, in their order. */
export function activeTasks({ world, person }: Pick<Call, 'world' | 'person'>): Item[] {
  return world.items
    .where(
      (item) =>
        !item.is_deleted &&
        !item.checked &&
        world.canSee(person, item.project_id) &&
        isPlaceActive(world, item),
    )
    .sort((one, other) => one.child_order - other.child_order)
}

function wanted(call: Call): Item[] {
  const { project_id, section_id, parent_id, label, ids } = call.query
  for (const id of [project_id, section_id, parent_id]) if (id !== undefined) assertId(id)
  const named = ids === undefined ? undefined : readIds(ids)
  return activeTasks(call).filter(
    (item) =>
      (project_id === undefined || item.project_id === project_id) &&
      (section_id === undefined || item.section_id === section_id) &&
      (parent_id === undefined || item.parent_id === parent_id) &&
      (label === undefined || item.labels.includes(label)) &&
      (named === undefined || named.includes(item.id)),
  )
}

/** `a,b`, or the list as JSON, which older clients send. */
function readIds(text: string): string[] {
  if (!text.startsWith('[')) return text.split(',')
  try {
    return JSON.parse(text) as string[]
  } catch {
    return invalid('ids')
  }
}
