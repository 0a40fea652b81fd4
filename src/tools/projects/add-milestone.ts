/** projects.add_milestone: one more milestone, after the others. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { insertMilestones } from '../../domain/projects/milestones.ts'
import { Milestone, MilestoneDraft, ProjectId, toMilestone } from '../../domain/projects/project.ts'
import { lockProject } from '../../domain/projects/store.ts'

export const addMilestone = defineOperation({
  name: 'projects.add_milestone',
  summary: 'Add a milestone to a project.',
  keywords: 'create, new, set a checkpoint, phase, goal, deadline',
  route: 'POST /v1/projects/:projectId/milestones',
  input: MilestoneDraft.extend({ projectId: ProjectId }),
  output: z.object({ milestone: Milestone }),
  scope: 'projects:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { projectId: exampleId('project'), title: 'Worktop fitted', dueDate: '2027-02-15' },
  async run({ projectId, ...draft }, ctx) {
    const project = await lockProject(ctx, projectId)
    const [row] = await insertMilestones(ctx, project, [draft])
    if (!row) throw new Error('a milestone that was inserted did not come back')
    return { milestone: toMilestone(row) }
  },
  tell: ({ milestone }) => `Added milestone ${milestone.title} ${milestone.id}`,
})
