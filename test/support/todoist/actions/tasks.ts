/** Adding and changing tasks. Completing them is in `completion.ts`, moving them in `task-moves.ts`. */
import { ApiError, invalid, missing, overLimit } from '../api-error.ts'
import { type DueInput, dueFrom } from '../due/due.ts'
import { itemOf, projectOf, sectionOf } from '../world/find.ts'
import { descendantsOf, lastOrder } from '../world/tree.ts'
import type { Deadline, Duration, Item } from '../world/wire.ts'
import type { Acting, World } from '../world/world.ts'

export interface TaskFields {
  content?: string | undefined
  description?: string | undefined
  project_id?: string | undefined
  section_id?: string | null | undefined
  parent_id?: string | null | undefined
  due?: DueInput | null | undefined
  deadline?: Deadline | null | undefined
  duration?: Duration | null | undefined
  priority?: number | undefined
  labels?: string[] | undefined
  responsible_uid?: string | null | undefined
  child_order?: number | undefined
  day_order?: number | undefined
  is_collapsed?: boolean | undefined
}

const CONTENT_MAX_CHARS = 500
const DESCRIPTION_MAX_CHARS = 16_383
const NO_DAY_ORDER = -1

export function addTask(acting: Acting, fields: TaskFields): Item {
  const { world, person } = acting
  const place = placeOf(acting, fields)
  assertRoom(acting, place.project_id, 1)
  const now = world.now()
  const item: Item = {
    id: world.ids.next(),
    user_id: person.id,
    ...place,
    added_by_uid: person.id,
    assigned_by_uid: null,
    responsible_uid: null,
    labels: [],
    deadline: null,
    duration: null,
    checked: false,
    is_deleted: false,
    added_at: now,
    completed_at: null,
    completed_by_uid: null,
    updated_at: now,
    due: null,
    priority: 1,
    child_order: fields.child_order ?? lastOrder(world, place),
    content: '',
    description: '',
    note_count: 0,
    day_order: NO_DAY_ORDER,
    goal_ids: [],
    is_collapsed: false,
  }
  if (fields.content === undefined) missing('content')
  Object.assign(item, checked(acting, item, fields))
  world.items.add(item)
  world.happened(acting, 'item:added', { object: { ...item } })
  return item
}

export function updateTask(acting: Acting, id: string, fields: TaskFields): Item {
  const { world } = acting
  const item = itemOf(acting, id)
  const old = { ...item }
  Object.assign(item, checked(acting, item, fields), { updated_at: world.now() })
  world.items.touch(item)
  world.happened(acting, 'item:updated', { object: { ...item }, old, intent: 'item_updated' })
  return item
}

export function deleteTask(acting: Acting, id: string): void {
  const item = itemOf(acting, id)
  for (const each of [item, ...descendantsOf(acting.world, item)]) {
    each.is_deleted = true
    each.updated_at = acting.world.now()
    acting.world.items.touch(each)
  }
  acting.world.happened(acting, 'item:deleted', { object: { ...item } })
}

export function assertRoom({ world, person }: Acting, projectId: string, count: number): void {
  const { maxTasks } = world.planOf(person)
  const open = world.items.where((each) => each.project_id === projectId && !each.is_deleted && !each.checked)
  if (open.length + count > maxTasks) overLimit('items', maxTasks)
}

function placeOf(acting: Acting, { project_id, section_id, parent_id }: TaskFields) {
  if (typeof parent_id === 'string') {
    const parent = itemOf(acting, parent_id)
    return { project_id: parent.project_id, section_id: parent.section_id, parent_id }
  }
  if (typeof section_id === 'string') {
    const section = sectionOf(acting, section_id)
    if (project_id !== undefined && project_id !== section.project_id) invalid('section_id')
    return { project_id: section.project_id, section_id, parent_id: null }
  }
  const project = project_id === undefined ? acting.person.inbox : projectOf(acting, project_id)
  return { project_id: project.id, section_id: null, parent_id: null }
}

/** The given fields in the form in which a task holds them; refuses those that are wrong. */
function checked(acting: Acting, item: Item, fields: TaskFields): Partial<Item> {
  const { world, person } = acting
  const { content, description, priority, responsible_uid, labels } = fields
  if (content !== undefined && (content.trim() === '' || content.length > CONTENT_MAX_CHARS))
    invalid('content')
  if (description !== undefined && description.length > DESCRIPTION_MAX_CHARS) invalid('description')
  if (priority !== undefined && !(priority >= 1 && priority <= 4)) invalid('priority', '1 to 4')
  if (typeof responsible_uid === 'string') assertAssignable(world, item, responsible_uid)
  return Object.fromEntries(
    Object.entries({
      content,
      description,
      priority,
      labels: labels && [...new Set(labels)],
      responsible_uid,
      assigned_by_uid: responsible_uid && person.id,
      due: fields.due && dueFrom(fields.due, world.readingFor(person)),
      deadline: fields.deadline,
      duration: fields.duration,
      day_order: fields.day_order,
      is_collapsed: fields.is_collapsed,
    }).filter(([, value]) => value !== undefined),
  )
}

function assertAssignable(world: World, { project_id }: Item, userId: string): void {
  const isShared = world.projects.get(project_id)?.is_shared === true
  if (isShared && world.membersOf(project_id).has(userId)) return
  throw new ApiError(400, {
    message: 'The assignee is not a collaborator of the project',
    code: 20,
    tag: 'INVALID_ARGUMENT_VALUE',
    extra: { argument: 'responsible_uid' },
  })
}
