/** The person, projects, sections and labels over REST. */

import {
  addLabel,
  deleteLabel,
  labelsOf,
  removeFromTasks,
  renameOnTasks,
  sharedLabels,
  updateLabel,
} from '../actions/labels.ts'
import {
  addProject,
  archiveProject,
  deleteProject,
  unarchiveProject,
  updateProject,
} from '../actions/projects.ts'
import {
  addSection,
  archiveSection,
  deleteSection,
  unarchiveSection,
  updateSection,
} from '../actions/sections.ts'
import { text } from '../commands/args.ts'
import { projectFields, sectionFields, sortedFields } from '../commands/others.ts'
import { labelOf, projectOf, sectionOf } from '../world/find.ts'
import { labelOut, userOut } from '../world/outward.ts'
import type { Project, Section } from '../world/wire.ts'
import { type Call, get, idOf, page, post, type Route, remove, silent } from './route.ts'
import { matches } from './search.ts'

export const PLACE_ROUTES: Route[] = [
  get('/user', ({ world, person }) => userOut(world, person)),
  get('/projects', (call) => page(call, projectsOf(call, false))),
  get('/projects/archived', (call) => page(call, projectsOf(call, true))),
  get('/projects/search', (call) =>
    page(
      call,
      projectsOf(call, false).filter(({ name }) => matches(call.query.query, name)),
    ),
  ),
  post('/projects', (call) =>
    addProject(call, { ...projectFields(call.body), name: text(call.body, 'name') }),
  ),
  get('/projects/:id', (call) => projectOf(call, idOf(call))),
  post('/projects/:id', (call) => updateProject(call, idOf(call), projectFields(call.body))),
  {
    ...remove(
      '/projects/:id',
      silent((call) => deleteProject(call, idOf(call))),
    ),
    scope: 'project:delete',
  },
  post('/projects/:id/archive', (call) => {
    archiveProject(call, idOf(call))
    return projectOf(call, idOf(call))
  }),
  post('/projects/:id/unarchive', (call) => {
    unarchiveProject(call, idOf(call))
    return projectOf(call, idOf(call))
  }),
  get('/sections', (call) => page(call, sectionsOf(call))),
  get('/sections/search', (call) =>
    page(
      call,
      sectionsOf(call).filter(({ name }) => matches(call.query.query, name)),
    ),
  ),
  post('/sections', (call) =>
    addSection(call, text(call.body, 'project_id'), {
      ...sectionFields(call.body),
      name: text(call.body, 'name'),
    }),
  ),
  get('/sections/:id', (call) => sectionOf(call, idOf(call))),
  post('/sections/:id', (call) => updateSection(call, idOf(call), sectionFields(call.body))),
  remove(
    '/sections/:id',
    silent((call) => deleteSection(call, idOf(call))),
  ),
  post('/sections/:id/archive', (call) => {
    archiveSection(call, idOf(call))
    return sectionOf(call, idOf(call))
  }),
  post('/sections/:id/unarchive', (call) => {
    unarchiveSection(call, idOf(call))
    return sectionOf(call, idOf(call))
  }),
  get('/labels', (call) => page(call, labelsOf(call).map(labelOut))),
  get('/labels/search', (call) =>
    page(
      call,
      labelsOf(call)
        .filter(({ name }) => matches(call.query.query, name))
        .map(labelOut),
    ),
  ),
  get('/labels/shared', (call) => page(call, sharedLabels(call))),
  post(
    '/labels/shared/rename',
    silent((call) => renameOnTasks(call, text(call.body, 'name'), text(call.body, 'new_name'))),
  ),
  post(
    '/labels/shared/remove',
    silent((call) => removeFromTasks(call, text(call.body, 'name'))),
  ),
  post('/labels', (call) =>
    labelOut(addLabel(call, { ...sortedFields(call.body), name: text(call.body, 'name') })),
  ),
  get('/labels/:id', (call) => labelOut(labelOf(call, idOf(call)))),
  post('/labels/:id', (call) => labelOut(updateLabel(call, idOf(call), sortedFields(call.body)))),
  remove(
    '/labels/:id',
    silent((call) => deleteLabel(call, idOf(call), 'all')),
  ),
]

function projectsOf({ world, person }: Call, isArchived: boolean): Project[] {
  return world.projects
    .where((each) => !each.is_deleted && each.is_archived === isArchived && world.canSee(person, each.id))
    .sort((one, other) => one.child_order - other.child_order)
}

function sectionsOf(call: Call): Section[] {
  const { project_id } = call.query
  if (project_id !== undefined) projectOf(call, project_id)
  const { world, person } = call
  return world.sections
    .where(
      (each) =>
        !each.is_deleted &&
        !each.is_archived &&
        world.canSee(person, each.project_id) &&
        world.projects.get(each.project_id)?.is_archived === false &&
        (project_id === undefined || each.project_id === project_id),
    )
    .sort((one, other) => one.section_order - other.section_order)
}
