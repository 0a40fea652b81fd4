/** projects.apply_template: a new project with all the tasks and milestones of a template. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { insertMilestones } from '../../../domain/projects/milestones.ts'
import {
  CalendarDay,
  Milestone,
  Project,
  ProjectName,
  projectLine,
  toMilestone,
  toProject,
} from '../../../domain/projects/project.ts'
import { insertProject, todayOf } from '../../../domain/projects/store.ts'
import { getTemplate } from '../../../domain/projects/templates/store.ts'
import {
  draftMilestones,
  draftTasks,
  lengthDays,
  TemplateId,
} from '../../../domain/projects/templates/template.ts'
import { insertTasks } from '../../../domain/tasks/insert-tasks.ts'
import { newOwner, newTeamId } from '../../../domain/teams/new-owner.ts'
import { addDays } from '../../../domain/time/calendar.ts'

const MadeTask = z.object({
  id: z.string(),
  ref: z.string(),
  title: z.string(),
  dueDate: z.string().nullable(),
})

export const applyTemplate = defineOperation({
  name: 'projects.apply_template',
  summary: 'Create a project with all tasks of a template; dates count from the start.',
  keywords: 'use, instantiate, set up, start a project from a template, checklist',
  route: 'POST /v1/project-templates/:templateId/apply',
  input: z.object({
    templateId: TemplateId.describe('From projects.list_templates'),
    name: ProjectName.optional().describe("Default: the template's"),
    startDate: CalendarDay.optional().describe('Default: today'),
    teamId: newTeamId,
  }),
  output: z.object({ project: Project, milestones: z.array(Milestone), tasks: z.array(MadeTask) }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { templateId: 'newsletter-issue', name: 'Issue 12', startDate: '2027-01-04' },
  async run({ templateId, name, startDate, teamId }, ctx) {
    const { template } = await getTemplate(ctx, templateId)
    const today = await todayOf(ctx)
    const start = startDate ?? today
    const days = lengthDays(template)
    const ownerId = await newOwner(ctx, teamId)
    const draft = {
      name: name ?? template.name,
      outcome: template.outcome ?? null,
      dueDate: days === null ? null : addDays(start, days),
      type: template.type,
      state: 'active' as const,
    }
    const row = await insertProject(ctx, { ...draft, ownerId, today })
    const milestones = await insertMilestones(ctx, row, draftMilestones(template, start))
    const drafts = draftTasks(template, { id: row.id, startDate: start }, () => ctx.newId('task'))
    const tasks = await insertTasks(ctx, drafts)
    return {
      project: toProject(row, today),
      milestones: milestones.map(toMilestone),
      tasks: tasks.map(({ id, ref, title, due }) => ({ id, ref, title, dueDate: due?.date ?? null })),
    }
  },
  tell: ({ project, tasks }) =>
    [
      `Created ${projectLine(project)} with ${counted(tasks.length, 'task')}:`,
      ...tasks.map(
        ({ ref, title, dueDate }) => `- ${ref} ${title}${dueDate === null ? '' : `, due ${dueDate}`}`,
      ),
    ].join('\n'),
  next: ({ project }) => [{ operation: 'projects.get', input: { projectId: project.ref } }],
})
