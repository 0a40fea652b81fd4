/** rituals.stagnant: projects in which nothing happens any more. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { Project, projectLine, toProject } from '../../../domain/projects/project.ts'
import { todayOf } from '../../../domain/projects/store.ts'
import { readStagnant } from '../../../domain/rituals/review/stagnant.ts'
import { reviewInput } from './review-input.ts'

export const listStagnant = defineOperation({
  name: 'rituals.stagnant',
  summary: 'Stagnant projects: in work, and without an event for 21 days.',
  details: 'A project has stalled much earlier, when its momentum falls under 50: projects.review.',
  keywords: 'dead projects, abandoned, idle',
  route: 'GET /v1/rituals/stagnant',
  input: z.object(reviewInput),
  output: z.object({ items: z.array(Project) }),
  scope: 'projects:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ limit }, ctx) {
    const today = await todayOf(ctx)
    return { items: (await readStagnant(ctx, today, limit)).map((project) => toProject(project, today)) }
  },
  line: (project) => projectLine(project),
  none: 'No project is stagnant.',
  next: ({ items: [first] }) =>
    first === undefined
      ? []
      : [
          {
            operation: 'projects.recommit',
            input: { projectId: first.ref },
            ask: { nextAction: 'the next thing to do' },
          },
          { operation: 'projects.update', input: { projectId: first.ref, state: 'paused' } },
        ],
})
