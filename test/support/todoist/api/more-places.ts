/** What REST says of projects beyond their own fields; workspaces, backups, templates, ids. */

import { addProject } from '../actions/projects.ts'
import { exportTemplate, importTemplate } from '../actions/templates.ts'
import { moveToPersonal, moveToWorkspace, workspacesOf, workspaceUsersOf } from '../actions/workspaces.ts'
import { invalid, missing } from '../api-error.ts'
import { text } from '../commands/args.ts'
import { projectOf } from '../world/find.ts'
import { taskOut } from '../world/outward.ts'
import type { Json } from '../world/wire.ts'
import { type Call, FileAnswer, get, idOf, page, post, type Route } from './route.ts'
import { activeTasks } from './tasks.ts'

/** Paths without a parameter come before `/projects/:id`. */
export const MORE_PLACE_ROUTES: Route[] = [
  get('/projects/archived/count', ({ world, person }) => ({
    count: world.projects.where(
      (each) => each.is_archived && !each.is_deleted && world.canSee(person, each.id),
    ).length,
  })),
  get('/projects/permissions', () => PERMISSIONS),
  post('/projects/move_to_workspace', (call) => ({
    project: moveToWorkspace(call, text(call.body, 'project_id'), text(call.body, 'workspace_id')),
  })),
  post('/projects/move_to_personal', (call) => ({
    project: moveToPersonal(call, text(call.body, 'project_id')),
  })),
  get('/projects/:id/collaborators', (call) => page(call, collaboratorsOf(call))),
  get('/projects/:id/full', fullProject),
  get('/workspaces', ({ world, person }) => workspacesOf(world, person)),
  get('/workspaces/users', ({ world, person, query }) => ({
    workspace_users: workspaceUsersOf(world, person).filter(
      ({ workspace_id }) => query.workspace_id === undefined || query.workspace_id === workspace_id,
    ),
    has_more: false,
    next_cursor: null,
  })),
  get('/backups', (call) => [
    {
      version: call.world.now().slice(0, 16),
      url: `${call.world.url}/api/v1/backups/download?file=latest.zip`,
    },
  ]),
  get('/backups/download', (call) => {
    if (call.query.file === undefined) missing('file')
    return new FileAnswer('application/zip', 'latest.zip', Buffer.from('A stand-in of a backup.'))
  }),
  get('/id_mappings/:kind/:ids', ({ params }) =>
    (params.ids ?? '')
      .split(',')
      .map((id) => ({ old_id: /^\d+$/.test(id) ? id : null, new_id: /^\d+$/.test(id) ? null : id })),
  ),
  get('/templates/file', (call) => {
    const csv = exportTemplate(call, call.query.project_id ?? missing('project_id'))
    return new FileAnswer('text/csv', 'template.csv', Buffer.from(csv))
  }),
  get('/templates/url', (call) => {
    const csv = exportTemplate(call, call.query.project_id ?? missing('project_id'))
    const file = { name: 'template.csv', type: 'text/csv', bytes: Buffer.from(csv) }
    return { file_name: file.name, file_url: call.world.files.add(call, file).file_url }
  }),
  post('/templates/import_into_project_from_file', (call) => imported(call, text(call.body, 'project_id'))),
  post('/templates/create_project_from_file', (call) => {
    const project = addProject(call, { name: text(call.body, 'name') })
    return { ...imported(call, project.id), project_id: project.id, projects: [project] }
  }),
]

function imported(call: Call, projectId: string): Json {
  const { bytes } = call.upload ?? missing('file')
  const { sections, items, notes } = importTemplate(call, projectId, bytes.toString())
  return {
    status: 'ok',
    template_type: 'project',
    projects: [],
    sections,
    tasks: items.map((item) => taskOut(call.world, item)),
    comments: notes,
    project_notes: [],
  }
}

function collaboratorsOf(call: Call): Json[] {
  const project = projectOf(call, idOf(call))
  if (call.query.public_key !== undefined) invalid('public_key')
  const members = call.world.membersOf(project.id)
  return call.world.people
    .filter(({ id }) => members.has(id))
    .map(({ id, fullName, email }) => ({ id, name: fullName, email }))
}

function fullProject(call: Call): Json {
  const project = projectOf(call, idOf(call))
  const { world } = call
  const notes = world.notes.where((each) => each.project_id === project.id && !each.is_deleted)
  return {
    project,
    comments_count: notes.length,
    tasks: activeTasks(call)
      .filter(({ project_id }) => project_id === project.id)
      .map((item) => taskOut(world, item)),
    sections: world.sections.where(
      (each) => each.project_id === project.id && !each.is_deleted && !each.is_archived,
    ),
    collaborators: collaboratorsOf(call),
    notes,
  }
}

const PERMISSIONS = {
  project_collaborator_actions: [
    { name: 'CREATOR', actions: [{ name: 'all' }] },
    { name: 'READ_WRITE', actions: [{ name: 'add_task' }, { name: 'complete_task' }] },
  ],
  workspace_collaborator_actions: [{ name: 'ADMIN', actions: [{ name: 'all' }] }],
}
