/** projects.create: a new project, with its milestones. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { insertMilestones } from '../../domain/projects/milestones.ts'
import {
  CalendarDay,
  Milestone,
  MilestoneDraft,
  NewProjectType,
  PROJECT_LIMITS,
  Project,
  ProjectName,
  ProjectOutcome,
  projectLine,
  toMilestone,
  toProject,
} from '../../domain/projects/project.ts'
import { insertProject, todayOf } from '../../domain/projects/store.ts'
import { newOwner, newTeamId } from '../../domain/teams/new-owner.ts'

export const createProject = defineOperation({
  name: 'projects.create',
  summary: 'Create a project.',
  details:
    'A project is defined once it has an outcome (10 characters or more) and a due date; until then, the review asks for them.',
  keywords: 'start, add, new, begin, kick off, set up a project',
  route: 'POST /v1/projects',
  input: z.object({
    name: ProjectName,
    outcome: ProjectOutcome.optional(),
    dueDate: CalendarDay.optional(),
    type: NewProjectType,
    state: z.enum(['planning', 'active', 'paused']).default('active'),
    teamId: newTeamId,
    milestones: z.array(MilestoneDraft).max(PROJECT_LIMITS.milestones).default([]),
  }),
  output: z.object({ project: Project, milestones: z.array(Milestone) }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'keyed',
  example: { name: 'Kitchen', outcome: 'We cook in the new kitchen', dueDate: '2027-03-31' },
  async run({ name, outcome, dueDate, type, state, teamId, milestones }, ctx) {
    const today = await todayOf(ctx)
    const ownerId = await newOwner(ctx, teamId)
    const draft = { name, outcome: outcome ?? null, dueDate: dueDate ?? null, type, state }
    const row = await insertProject(ctx, { ...draft, ownerId, today })
    const added = await insertMilestones(ctx, row, milestones)
    return { project: toProject(row, today), milestones: added.map(toMilestone) }
  },
  tell: ({ project, milestones }) =>
    `Created ${projectLine(project)}${milestones.length === 0 ? '' : `\n${counted(milestones.length, 'milestone')}`}`,
  undo: ({ project }) => [{ operation: 'projects.archive', input: { projectId: project.ref } }],
})
