/** projects.recommit: takes up a stalled project again, with a next action. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { moveChanges } from '../../domain/projects/moves.ts'
import { CalendarDay, Project, ProjectId, projectLine, toProject } from '../../domain/projects/project.ts'
import { onRecommit } from '../../domain/projects/rules.ts'
import { changeProject, getProject, lockProject, todayOf } from '../../domain/projects/store.ts'
import { insertTasks } from '../../domain/tasks/insert-tasks.ts'
import { TASK_LIMITS } from '../../domain/tasks/task.ts'

export const recommitProject = defineOperation({
  name: 'projects.recommit',
  summary:
    'Take up a stalled or paused project again: it becomes active, gains momentum and gets a next action.',
  keywords: 'revive, restart, unpause, resume, wake up, dormant, project',
  route: 'POST /v1/projects/:projectId/recommit',
  input: z.object({
    projectId: ProjectId,
    nextAction: z.string().trim().min(1).max(TASK_LIMITS.titleChars).describe('Title of a new task'),
    dueDate: CalendarDay.optional().describe('Of that task'),
    minutes: z.int().min(1).max(TASK_LIMITS.minutes).optional(),
  }),
  output: z.object({
    project: Project,
    task: z.object({ id: z.string(), ref: z.string(), title: z.string() }),
  }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'keyed',
  example: { projectId: exampleId('project'), nextAction: 'Call the carpenter' },
  async run({ projectId, nextAction, dueDate, minutes }, ctx) {
    const row = await lockProject(ctx, projectId)
    const today = await todayOf(ctx)
    await changeProject(ctx, row, {
      ...moveChanges(row, 'active', { now: ctx.now, today }),
      ...onRecommit(row, today),
    })
    const [task] = await insertTasks(ctx, [{ title: nextAction, due: dueDate, minutes, projectId }])
    if (!task) throw new Error('a task that was inserted did not come back')
    const project = toProject(await getProject(ctx, projectId), today)
    return { project, task: { id: task.id, ref: task.ref, title: task.title } }
  },
  tell: ({ project, task }) => `${projectLine(project)}\nNext: ${task.ref} ${task.title}`,
})
