/** projects.update_milestone: changes a milestone, and marks it reached or not. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { changeMilestone, lockMilestone } from '../../domain/projects/milestones.ts'
import {
  CalendarDay,
  Milestone,
  MilestoneId,
  ProjectName,
  toMilestone,
} from '../../domain/projects/project.ts'

export const updateMilestone = defineOperation({
  name: 'projects.update_milestone',
  summary: 'Change a milestone, or mark it reached with done: true. Omitted fields stay, null clears.',
  keywords: 'edit, rename, complete, postpone, push back a checkpoint, date',
  route: 'PATCH /v1/milestones/:milestoneId',
  input: z.object({
    milestoneId: MilestoneId,
    title: ProjectName.optional(),
    dueDate: CalendarDay.nullable().optional(),
    done: z.boolean().optional(),
  }),
  output: z.object({ milestone: Milestone }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { milestoneId: exampleId('milestone'), done: true },
  async run({ milestoneId, title, dueDate, done }, ctx) {
    const row = await lockMilestone(ctx, milestoneId)
    const after = await changeMilestone(ctx, row, {
      ...(title === undefined || title === row.title ? {} : { title }),
      ...(dueDate === undefined || dueDate === row.dueDate ? {} : { dueDate }),
      ...(done === undefined || done === (row.completedAt !== null)
        ? {}
        : { completedAt: done ? ctx.now : null }),
    })
    return { milestone: toMilestone(after) }
  },
  tell: ({ milestone }) =>
    `${milestone.completedAt === null ? 'Milestone' : 'Reached'}: ${milestone.title}${milestone.dueDate === null ? '' : `, due ${milestone.dueDate}`} ${milestone.id}`,
})
