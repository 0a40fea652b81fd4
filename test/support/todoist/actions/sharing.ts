/** Projects that several people see. */
import { invalid, notFound } from '../api-error.ts'
import { projectOf } from '../world/find.ts'
import type { Person } from '../world/person.ts'
import type { Item, Section } from '../world/wire.ts'
import type { Acting, Membership, World } from '../world/world.ts'

/** Invites someone by their address; they see the project once they accept. */
export function invite(acting: Acting, projectId: string, email: string): void {
  const { world, person } = acting
  const project = projectOf(acting, projectId)
  const other = world.people.find((each) => each.email === email) ?? notFound('User')
  if (project.inbox_project) invalid('project_id', 'a project other than the inbox')
  if (!project.is_shared) setMembership(world, { projectId, userId: person.id, state: 'active' })
  Object.assign(project, { is_shared: true, can_assign_tasks: true, updated_at: world.now() })
  world.projects.touch(project)
  setMembership(world, { projectId, userId: other.id, state: 'invited' })
}

export function accept({ world, person }: Acting, projectId: string): void {
  const invitation = membershipOf(world, projectId, person.id)
  if (invitation?.state !== 'invited') notFound('Invitation')
  setMembership(world, { projectId, userId: person.id, state: 'active' })
  touchProject(world, projectId)
}

/** Takes someone out of a project; for them it is deleted, and they are taken off their tasks. */
export function removeMember(acting: Acting, projectId: string, member: Person): void {
  const { world } = acting
  const project = projectOf(acting, projectId)
  if (project.creator_uid === member.id) invalid('email', 'someone other than the owner')
  const membership = membershipOf(world, projectId, member.id) ?? notFound('User')
  const inIt = (row: { project_id: string }) => row.project_id === projectId
  world.lose(
    [member],
    [
      ...world.items.where(inIt).map((row) => ({ kind: 'items', row }) as const),
      ...world.sections.where(inIt).map((row) => ({ kind: 'sections', row }) as const),
      { kind: 'projects', row: project },
    ],
  )
  membership.is_deleted = true
  world.memberships.touch(membership)
  for (const item of world.items.where((each) => each.project_id === projectId)) {
    if (item.responsible_uid !== member.id) continue
    item.responsible_uid = null
    world.items.touch(item)
  }
  if (world.membersOf(projectId).size > 1) return
  Object.assign(project, { is_shared: false, can_assign_tasks: false })
  world.projects.touch(project)
}

interface Place {
  readonly projectId: string
  readonly userId: string
  readonly state: Membership['state']
}

function setMembership(world: World, { projectId, userId, state }: Place): void {
  const present = membershipOf(world, projectId, userId)
  const row = present ?? {
    id: `${projectId} ${userId}`,
    project_id: projectId,
    user_id: userId,
    state,
    is_deleted: false,
  }
  Object.assign(row, { state, is_deleted: false })
  world.memberships.add(row)
}

function membershipOf(world: World, projectId: string, userId: string): Membership | undefined {
  return world.memberships.get(`${projectId} ${userId}`)
}

/** Tells of things that moved: gone for those who do not see where they are now, news with their comments to the rest. */
export function changePlace(world: World, from: string, moved: { items: Item[]; section?: Section }): void {
  const first = moved.section ?? moved.items[0]
  if (first === undefined || first.project_id === from) return
  const [before, after] = [world.membersOf(from), world.membersOf(first.project_id)]
  const outside = world.people.filter(({ id }) => before.has(id) && !after.has(id))
  world.lose(outside, [
    ...moved.items.map((row) => ({ kind: 'items', row }) as const),
    ...(moved.section === undefined ? [] : [{ kind: 'sections', row: moved.section } as const]),
  ])
  const ids = new Set(moved.items.map(({ id }) => id))
  for (const note of world.notes.where(({ item_id }) => item_id !== undefined && ids.has(item_id)))
    world.notes.touch(note)
}

/** Everything in the project is news for someone who comes to see it. */
export function touchProject(world: World, projectId: string): void {
  const project = world.projects.get(projectId)
  if (project !== undefined) world.projects.touch(project)
  for (const section of world.sections.where((each) => each.project_id === projectId))
    world.sections.touch(section)
  for (const item of world.items.where((each) => each.project_id === projectId)) world.items.touch(item)
  for (const note of world.notes.all()) {
    if (note.project_id === projectId || world.items.get(note.item_id ?? '')?.project_id === projectId)
      world.notes.touch(note)
  }
}
