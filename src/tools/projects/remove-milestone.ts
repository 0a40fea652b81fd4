/** projects.remove_milestone: deletes a milestone, and returns it in the answer. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { deleteMilestone, lockMilestone } from '../../domain/projects/milestones.ts'
import { Milestone, MilestoneId, toMilestone } from '../../domain/projects/project.ts'

export const removeMilestone = defineOperation({
  name: 'projects.remove_milestone',
  summary: 'Remove a milestone from its project.',
  keywords: 'delete, drop, get rid of a checkpoint',
  route: 'DELETE /v1/milestones/:milestoneId',
  input: z.object({ milestoneId: MilestoneId }),
  output: z.object({ projectId: z.string(), milestone: Milestone }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { milestoneId: exampleId('milestone') },
  async run({ milestoneId }, ctx) {
    const row = await lockMilestone(ctx, milestoneId)
    await deleteMilestone(ctx, row)
    return { projectId: row.projectId, milestone: toMilestone(row) }
  },
  tell: ({ milestone, projectId }) => `Removed milestone ${milestone.title} from ${projectId}`,
})
