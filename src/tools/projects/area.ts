/** Projects: outcomes with milestones and momentum, and templates for them. */

import { defineArea } from '../../core/area/area.ts'
import { defineJob } from '../../core/area/job.ts'
import { defineSweep } from '../../core/area/sweep.ts'
import { choicesOf } from '../../core/form/choices.ts'
import { milestoneKind } from '../../domain/projects/milestones.ts'
import { projectKind } from '../../domain/projects/project-kind.ts'
import { continueMoves } from '../../domain/projects/sharing/continue-moves.ts'
import { MOVES_URI } from '../../domain/projects/sharing/place-project.ts'
import { projectMessages, projectShared } from '../../domain/projects/sharing/share-messages.ts'
import { projectStalled, stalledMessage } from '../../domain/projects/stalls.ts'
import { templateKind } from '../../domain/projects/templates/store.ts'
import { addMilestone } from './add-milestone.ts'
import { archiveProject } from './archive-project.ts'
import { createProject } from './create-project.ts'
import { getProject } from './get-project.ts'
import { projectIntents, projectNoun } from './intents.ts'
import { listProjects } from './list-projects.ts'
import { moveProject } from './move-project.ts'
import { recommitProject } from './recommit-project.ts'
import { removeMilestone } from './remove-milestone.ts'
import { reportStalled } from './report-stalled.ts'
import { reviewProjects } from './review-projects.ts'
import { shareProject } from './share-project.ts'
import { applyTemplate } from './templates/apply-template.ts'
import { createTemplate } from './templates/create-template.ts'
import { deleteTemplate } from './templates/delete-template.ts'
import { getTemplate } from './templates/get-template.ts'
import { listTemplates } from './templates/list-templates.ts'
import { unshareProject } from './unshare-project.ts'
import { updateMilestone } from './update-milestone.ts'
import { updateProject } from './update-project.ts'

/** Milliseconds between two looks for projects that have stalled. */
const STALLED_EVERY_MS = 15 * 60 * 1000

export const projects = defineArea({
  name: 'projects',
  ids: [projectKind, milestoneKind, templateKind],
  scopes: {
    'projects:read': {},
    'projects:write': { agents: true, keyless: true },
    'projects:leave': {
      includes: ['projects:read'],
      agents: 'who sees a project is decided by people',
      keyless: 'who sees a project is decided by people',
      guests: true,
    },
    'projects:share': {
      includes: ['projects:leave'],
      agents: 'who sees a project is decided by people',
      keyless: 'somebody with whom a project is shared keeps seeing it',
    },
  },
  events: [projectShared, projectStalled],
  messages: [...projectMessages, stalledMessage],
  jobs: [
    defineJob({
      name: 'projects-report-stalled',
      when: { everyMs: STALLED_EVERY_MS },
      operation: reportStalled,
      input: {},
    }),
  ],
  sweeps: [defineSweep({ name: 'project-moves', wokenBy: MOVES_URI, run: continueMoves })],
  intents: projectIntents,
  choices: [choicesOf(projectNoun, 'projectId')],
  operations: [
    createProject,
    getProject,
    listProjects,
    updateProject,
    archiveProject,
    recommitProject,
    reviewProjects,
    addMilestone,
    updateMilestone,
    removeMilestone,
    listTemplates,
    getTemplate,
    createTemplate,
    deleteTemplate,
    applyTemplate,
    shareProject,
    unshareProject,
    moveProject,
    reportStalled,
  ],
})
