/** projects.get: one project with its milestones, its figures and what it lacks. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { auditReasons } from '../../domain/projects/audit.ts'
import { listMilestones } from '../../domain/projects/milestones.ts'
import { moveText } from '../../domain/projects/move-steps.ts'
import {
  Milestone,
  Project,
  ProjectId,
  projectLine,
  toMilestone,
  toProject,
} from '../../domain/projects/project.ts'
import { listMembers, ProjectMember } from '../../domain/projects/sharing/members.ts'
import { getProject as readProject, todayOf } from '../../domain/projects/store.ts'
import { Progress, projectProgress } from '../../domain/tasks/project-progress.ts'

export const getProject = defineOperation({
  name: 'projects.get',
  summary: 'Get one project: milestones, progress, what it lacks.',
  keywords: 'show, open, details, status, progress of one project, how far, how is it going',
  route: 'GET /v1/projects/:projectId',
  input: z.object({ projectId: ProjectId }),
  output: z.object({
    project: Project,
    reasons: z.array(z.string()).describe('Why it needs attention'),
    milestones: z.array(Milestone),
    members: z.array(ProjectMember).describe('Shared with, by name'),
    progress: Progress,
  }),
  scope: 'projects:read',
  effect: 'read',
  repeat: 'natural',
  resource: {
    uri: 'project://{id}',
    idOf: ({ project }) => project.id,
    name: 'project',
    title: 'A project',
    description: 'One project by its id.',
    list: { operation: 'projects.list', input: {}, titleOf: ({ name }) => String(name) },
  },
  example: { projectId: exampleId('project') },
  async run({ projectId }, ctx) {
    const row = await readProject(ctx, projectId)
    const today = await todayOf(ctx)
    const progress = await projectProgress(ctx, projectId, today)
    const milestones = await listMilestones(ctx, projectId)
    const hasNextAction = progress.open + progress.inProgress > 0
    return {
      project: toProject(row, today),
      reasons: auditReasons({ ...row, hasNextAction }, today),
      milestones: milestones.map(toMilestone),
      members: await listMembers(ctx, projectId),
      progress,
    }
  },
  tell({ project, reasons, milestones, members, progress }) {
    return [
      projectLine(project),
      ...(project.moving === null ? [] : [moveText(project.moving)]),
      ...(project.outcome === null ? [] : [`Outcome: ${project.outcome}`]),
      `${progress.done} of ${counted(progress.total - progress.cancelled, 'task')} done, ${progress.overdue} overdue, ${progress.blocked} blocked`,
      ...(reasons.length === 0 ? [] : [`Needs attention: ${reasons.join('; ')}`]),
      ...(members.length === 0
        ? []
        : [`Shared with ${members.map(({ personId, role }) => `${personId} (${role})`).join(', ')}`]),
      ...milestones.map(milestoneLine),
    ].join('\n')
  },
})

function milestoneLine({ id, title, dueDate, completedAt }: Milestone): string {
  return `- [${completedAt === null ? ' ' : 'x'}] ${title}${dueDate === null ? '' : `, due ${dueDate}`} ${id}`
}
