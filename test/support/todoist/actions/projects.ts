/** Projects: adding, changing, moving, archiving, deleting. */
import { invalid, overLimit } from '../api-error.ts'
import { projectOf } from '../world/find.ts'
import { projectsBelow } from '../world/tree.ts'
import type { Project } from '../world/wire.ts'
import type { Acting, World } from '../world/world.ts'
import { touchProject } from './sharing.ts'

export interface ProjectFields {
  name?: string | undefined
  description?: string | undefined
  color?: string | undefined
  parent_id?: string | null | undefined
  child_order?: number | undefined
  view_style?: string | undefined
  is_favorite?: boolean | undefined
  is_collapsed?: boolean | undefined
  isInbox?: boolean
}

export function addProject(acting: Acting, { isInbox = false, ...fields }: ProjectFields): Project {
  const { world, person } = acting
  if (!isInbox) assertRoomForProject(acting)
  if (typeof fields.parent_id === 'string') projectOf(acting, fields.parent_id)
  const now = world.now()
  const project: Project = {
    id: world.ids.next(),
    name: '',
    description: '',
    color: 'charcoal',
    parent_id: fields.parent_id ?? null,
    child_order: fields.child_order ?? lastProjectOrder(world, fields.parent_id ?? null),
    default_order: 0,
    view_style: 'list',
    can_assign_tasks: false,
    creator_uid: person.id,
    created_at: now,
    updated_at: now,
    is_archived: false,
    is_deleted: false,
    is_favorite: false,
    is_frozen: false,
    is_collapsed: false,
    is_shared: false,
    ...(isInbox && { inbox_project: true }),
    public_key: world.ids.next(),
    role: null,
  }
  Object.assign(project, checked(fields))
  world.projects.add(project)
  if (!isInbox) world.happened(acting, 'project:added', { object: { ...project } })
  return project
}

export function updateProject(acting: Acting, id: string, fields: Omit<ProjectFields, 'parent_id'>): Project {
  const project = projectOf(acting, id)
  change(acting, project, checked(fields))
  acting.world.happened(acting, 'project:updated', { object: { ...project } })
  return project
}

export function moveProject(acting: Acting, id: string, parentId: string | null): void {
  const { world } = acting
  const project = projectOf(acting, id)
  if (parentId !== null) projectOf(acting, parentId)
  if (parentId === id || projectsBelow(world, project).some((each) => each.id === parentId))
    invalid('parent_id')
  change(acting, project, { parent_id: parentId, child_order: lastProjectOrder(world, parentId) })
  world.happened(acting, 'project:updated', { object: { ...project } })
}

/** Archives a project with those below it. */
export function archiveProject(acting: Acting, id: string): void {
  const project = projectOf(acting, id)
  if (project.inbox_project) invalid('id', 'a project other than the inbox')
  for (const each of [project, ...projectsBelow(acting.world, project)])
    change(acting, each, { is_archived: true })
  acting.world.happened(acting, 'project:archived', { object: { ...project } })
}

/** The project becomes a root and comes last. */
export function unarchiveProject(acting: Acting, id: string): void {
  const project = projectOf(acting, id)
  change(acting, project, {
    is_archived: false,
    parent_id: null,
    child_order: lastProjectOrder(acting.world, null),
  })
  touchProject(acting.world, id)
  acting.world.happened(acting, 'project:unarchived', { object: { ...project } })
}

/** Deletes a project, those below it, and everything in them. */
export function deleteProject(acting: Acting, id: string): void {
  const { world } = acting
  const project = projectOf(acting, id)
  if (project.inbox_project) invalid('id', 'a project other than the inbox')
  const all = [project, ...projectsBelow(world, project)]
  const ids = new Set(all.map((each) => each.id))
  for (const table of [world.items, world.sections] as const) {
    for (const row of table.all()) {
      if (!ids.has(row.project_id) || row.is_deleted) continue
      row.is_deleted = true
      table.touch(row as never)
    }
  }
  for (const each of all) change(acting, each, { is_deleted: true })
  world.happened(acting, 'project:deleted', { object: { ...project } })
}

export function reorderProjects(
  acting: Acting,
  orders: readonly { id: string; child_order: number }[],
): void {
  const rows = orders.map(({ id, child_order }) => ({ project: projectOf(acting, id), child_order }))
  for (const { project, child_order } of rows) change(acting, project, { child_order })
}

function assertRoomForProject({ world, person }: Acting): void {
  const { maxProjects } = world.planOf(person)
  const active = world.projects.where(
    (each) => each.creator_uid === person.id && !each.is_deleted && !each.is_archived && !each.inbox_project,
  )
  if (active.length >= maxProjects) overLimit('projects', maxProjects)
}

function checked({ name, parent_id: _place, ...fields }: ProjectFields): Partial<Project> {
  if (name !== undefined && name.trim() === '') invalid('name')
  return Object.fromEntries(Object.entries({ ...fields, name }).filter(([, value]) => value !== undefined))
}

function change({ world }: Acting, project: Project, fields: Partial<Project>): void {
  Object.assign(project, fields, { updated_at: world.now() })
  world.projects.touch(project)
}

function lastProjectOrder(world: World, parentId: string | null): number {
  const siblings = world.projects.where((each) => each.parent_id === parentId && !each.is_deleted)
  return 1 + Math.max(0, ...siblings.map(({ child_order }) => child_order))
}
