/** Workspaces of teams, as far as moving a project into one needs them. */
import { notFound } from '../api-error.ts'
import { projectOf } from '../world/find.ts'
import type { Person } from '../world/person.ts'
import type { Json, Project } from '../world/wire.ts'
import type { Acting, World } from '../world/world.ts'

export interface Workspace {
  readonly id: string
  readonly name: string
  readonly creatorId: string
  readonly createdAt: string
  readonly memberIds: Set<string>
}

export function addWorkspace(
  { world, person }: Acting,
  name: string,
  members: readonly Person[] = [],
): Workspace {
  const workspace = {
    id: world.ids.nextUser(),
    name,
    creatorId: person.id,
    createdAt: world.now(),
    memberIds: new Set([person, ...members].map(({ id }) => id)),
  }
  world.workspaces.push(workspace)
  return workspace
}

export function workspacesOf(world: World, person: Person): Json[] {
  return near(world, person).map(({ id, name, creatorId, createdAt }) => ({
    id,
    name,
    plan: 'STARTER',
    role: creatorId === person.id ? 'ADMIN' : 'MEMBER',
    invite_code: `invite-${id}`,
    is_link_sharing_enabled: true,
    is_guest_allowed: true,
    is_collapsed: false,
    is_deleted: false,
    description: '',
    desktop_workspace_modal: null,
    default_collaborators: null,
    domain_name: null,
    domain_discovery: false,
    restrict_email_domains: false,
    member_count_by_type: { admin_count: 1, guest_count: 0, member_count: 0 },
    pending_invitations: [],
    pending_invites_by_type: { admin_count: 0, guest_count: 0, member_count: 0 },
    limits: { current: {}, next: null },
    creator_id: creatorId,
    created_at: createdAt,
    properties: {},
  }))
}

export function workspaceUsersOf(world: World, person: Person): Json[] {
  return near(world, person).flatMap(({ id, memberIds, creatorId }) =>
    world.people
      .filter((each) => memberIds.has(each.id))
      .map((each) => ({
        user_id: each.id,
        workspace_id: id,
        user_email: each.email,
        full_name: each.fullName,
        timezone: each.timezone,
        role: each.id === creatorId ? 'ADMIN' : 'MEMBER',
        image_id: null,
        is_deleted: false,
      })),
  )
}

export function moveToWorkspace(acting: Acting, projectId: string, workspaceId: string): Project {
  const { world, person } = acting
  const project = projectOf(acting, projectId)
  const workspace = near(world, person).find(({ id }) => id === workspaceId) ?? notFound('Workspace')
  const { parent_id: _, ...rest } = project
  for (const key of Object.keys(project)) delete (project as unknown as Json)[key]
  Object.assign(project, rest, {
    access: { visibility: 'restricted' },
    collaborator_role_default: 'READ_WRITE',
    folder_id: null,
    is_invite_only: true,
    is_link_sharing_enabled: true,
    role: 'CREATOR',
    status: 'IN_PROGRESS',
    workspace_id: workspace.id,
    updated_at: world.now(),
  })
  world.projects.touch(project)
  return project
}

const WORKSPACE_FIELDS = [
  'access',
  'collaborator_role_default',
  'folder_id',
  'is_invite_only',
  'is_link_sharing_enabled',
  'status',
  'workspace_id',
]

export function moveToPersonal(acting: Acting, projectId: string): Project {
  const project = projectOf(acting, projectId)
  for (const name of WORKSPACE_FIELDS) delete (project as unknown as Json)[name]
  Object.assign(project, { parent_id: null, role: null, updated_at: acting.world.now() })
  acting.world.projects.touch(project)
  return project
}

function near(world: World, person: Person): Workspace[] {
  return world.workspaces.filter(({ memberIds }) => memberIds.has(person.id))
}
