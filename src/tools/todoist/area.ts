/** Todoist: accounts there, a mirror of each, and changes that go out once. */
import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { defineSweep } from '../../core/area/sweep.ts'
import { deleteOldCommands } from '../../domain/todoist/commands/retention.ts'
import { deleteOldConflicts } from '../../domain/todoist/links/conflicts.ts'
import { sweepLinks } from '../../domain/todoist/links/sweep-links.ts'
import { sweepMirrors } from '../../domain/todoist/sync/sweep.ts'
import { mirrorUri } from '../../domain/todoist/sync/uri.ts'
import { accountOperationsOf } from '../accounts/account-operations.ts'
import { createComments } from './comments/create-comments.ts'
import { deleteComments } from './comments/delete-comments.ts'
import { listComments } from './comments/list-comments.ts'
import { readAttachment } from './comments/read-attachment.ts'
import { updateComments } from './comments/update-comments.ts'
import { connectToken } from './connect-token.ts'
import { todoistConnector } from './connector.ts'
import { createFilters } from './filters/create-filters.ts'
import { deleteFilters } from './filters/delete-filters.ts'
import { listFilters } from './filters/list-filters.ts'
import { updateFilters } from './filters/update-filters.ts'
import { todoistHook } from './hook.ts'
import { todoistIntents } from './intents.ts'
import { createLabels } from './labels/create-labels.ts'
import { deleteLabels } from './labels/delete-labels.ts'
import { listLabels } from './labels/list-labels.ts'
import { updateLabels } from './labels/update-labels.ts'
import { applyLinks } from './links/apply-links.ts'
import { linkProject } from './links/link-project.ts'
import { listLinks } from './links/list-links.ts'
import { unlinkProject } from './links/unlink-project.ts'
import { createProjects } from './projects/create-projects.ts'
import { deleteProjects } from './projects/delete-projects.ts'
import { exportProject } from './projects/export-project.ts'
import { importProject } from './projects/import-project.ts'
import { listProjects } from './projects/list-projects.ts'
import { showHealth } from './projects/show-health.ts'
import { updateProjects } from './projects/update-projects.ts'
import { createReminders } from './reminders/create-reminders.ts'
import { deleteReminders } from './reminders/delete-reminders.ts'
import { listReminders } from './reminders/list-reminders.ts'
import { updateReminders } from './reminders/update-reminders.ts'
import { createSections } from './sections/create-sections.ts'
import { deleteSections } from './sections/delete-sections.ts'
import { listSections } from './sections/list-sections.ts'
import { updateSections } from './sections/update-sections.ts'
import { todoistApiToken, todoistBaseUrl, todoistClientId, todoistClientSecret } from './settings.ts'
import { resync } from './sync/resync.ts'
import { settleConflict } from './sync/settle-conflict.ts'
import { showStatus } from './sync/show-status.ts'
import { undo } from './sync/undo.ts'
import { completeTasks } from './tasks/complete-tasks.ts'
import { createTasks } from './tasks/create-tasks.ts'
import { deleteTasks } from './tasks/delete-tasks.ts'
import { duplicateTasks } from './tasks/duplicate-tasks.ts'
import { getTask } from './tasks/get-task.ts'
import { listCompleted } from './tasks/list-completed.ts'
import { listTasks } from './tasks/list-tasks.ts'
import { moveTasks } from './tasks/move-tasks.ts'
import { quickAdd } from './tasks/quick-add.ts'
import { reorderTasks } from './tasks/reorder-tasks.ts'
import { rescheduleTasks } from './tasks/reschedule-tasks.ts'
import { restoreTasks } from './tasks/restore-tasks.ts'
import { uncompleteTasks } from './tasks/uncomplete-tasks.ts'
import { updateTasks } from './tasks/update-tasks.ts'
import { listActivity } from './views/list-activity.ts'
import { listBackups } from './views/list-backups.ts'
import { listCollaborators } from './views/list-collaborators.ts'
import { showOverview } from './views/show-overview.ts'
import { showProductivity } from './views/show-productivity.ts'
import { listWorkspaces } from './workspaces/list-workspaces.ts'
import { showWorkspaceHealth } from './workspaces/show-workspace-health.ts'

const accountOperations = accountOperationsOf('todoist', todoistConnector)

export const todoist = defineArea({
  name: 'todoist',
  scopes: { 'todoist:read': {}, 'todoist:write': { agents: true, keyless: true } },
  settings: [todoistApiToken, todoistClientId, todoistClientSecret, todoistBaseUrl],
  connectors: [todoistConnector],
  sweeps: [
    defineSweep({ name: 'todoistToken', run: (runtime) => connectToken(runtime, accountOperations) }),
    defineSweep({ name: 'todoist', wokenBy: 'account://', run: sweepMirrors }),
    defineSweep({
      ...{ name: 'todoistLinks', wokenBy: ['task://', mirrorUri('')] },
      run: (runtime) => sweepLinks(runtime, applyLinks),
    }),
  ],
  operations: [
    ...[
      createTasks,
      quickAdd,
      listTasks,
      getTask,
      updateTasks,
      completeTasks,
      uncompleteTasks,
      rescheduleTasks,
      moveTasks,
      deleteTasks,
      restoreTasks,
    ],
    ...[listCompleted, reorderTasks, duplicateTasks],
    ...[listProjects, createProjects, updateProjects, deleteProjects],
    ...[listSections, createSections, updateSections, deleteSections],
    ...[listLabels, createLabels, updateLabels, deleteLabels],
    ...[listFilters, createFilters, updateFilters, deleteFilters],
    ...[listComments, createComments, updateComments, deleteComments, readAttachment],
    ...[listReminders, createReminders, updateReminders, deleteReminders],
    ...[exportProject, importProject, showHealth],
    ...[showOverview, listCollaborators, listActivity, showProductivity, listBackups],
    ...[listWorkspaces, showWorkspaceHealth],
    ...[showStatus, resync, undo, settleConflict],
    ...[linkProject, unlinkProject, listLinks, applyLinks],
    ...accountOperations,
  ],
  ids: ['command', 'link', 'conflict'],
  intents: todoistIntents,
  expires: [
    defineExpiry({ name: 'todoistCommands', deletePast: ({ db }, now) => deleteOldCommands(db, now) }),
    defineExpiry({ name: 'todoistConflicts', deletePast: ({ db }, now) => deleteOldConflicts(db, now) }),
  ],
  hooks: [todoistHook],
})
