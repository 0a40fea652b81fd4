/** projects.move: gives a project to a team or takes it back, and decides whether the whole team sees it. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { homeSpace } from '../../domain/access/visible-to.ts'
import { moveText } from '../../domain/projects/move-steps.ts'
import { Project, ProjectId, projectLine, toProject } from '../../domain/projects/project.ts'
import { lockGoverned } from '../../domain/projects/sharing/members.ts'
import { placeProject } from '../../domain/projects/sharing/place-project.ts'
import { todayOf } from '../../domain/projects/store.ts'
import { newOwner, TeamId } from '../../domain/teams/new-owner.ts'
import { teamOf } from '../../domain/teams/space.ts'

export const moveProject = defineOperation({
  name: 'projects.move',
  summary: 'Move a project with its tasks to a team or back to yourself, or restrict it to some of its team.',
  details:
    'Its tasks go with it, and its runs with all that the agents read for them. Those who lose sight of it keep the tasks that were given to them. While one of its runs has not ended, the move waits, and no further run is started; moving it to where it is calls the move off. A project with more than 20,000 tasks and runs moves in the background. projects.get shows how far it is (moving).',
  keywords: 'transfer, owner, hand over, give to the team, private, restrict, hide',
  route: 'POST /v1/projects/:projectId/move',
  input: z.object({
    projectId: ProjectId,
    teamId: TeamId.nullable().optional().describe('null: yourself; left out: it stays where it is'),
    restricted: z
      .boolean()
      .optional()
      .describe('true: of its team, only admins and those it is shared with by name see it'),
  }),
  output: z.object({
    project: Project,
    moved: z.object({ tasks: z.int(), runs: z.int() }).describe('Already; a large project goes on moving'),
    changed: z.boolean(),
  }),
  scope: 'projects:share',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { projectId: exampleId('project'), teamId: null },
  async run({ projectId, teamId, restricted }, ctx) {
    const row = await lockGoverned(ctx, projectId)
    // A move that waits for the runs of the project is changed, or called off.
    const place = row.moving?.to ?? row
    const ownerId = await ownerAfter(teamId)
    const wanted = restricted ?? (place.restricted && teamOf(ownerId) !== null)
    if (wanted && teamOf(ownerId) === null) throw ofPerson()
    const today = await todayOf(ctx)
    if (ownerId === place.ownerId && wanted === place.restricted) {
      return { project: toProject(row, today), moved: { tasks: 0, runs: 0 }, changed: false }
    }
    const { project, ...moved } = await placeProject(ctx, row, { ownerId, restricted: wanted })
    return { project: toProject(project, today), moved, changed: true }

    async function ownerAfter(asked: string | null | undefined): Promise<string> {
      if (asked === undefined) return place.ownerId
      return asked === null ? homeSpace(ctx) : await newOwner(ctx, asked)
    }
  },
  tell({ project, moved, changed }) {
    const line = projectLine(project)
    if (!changed) return `Nothing to change: ${line}`
    if (project.moving !== null) return `${line}: ${moveText(project.moving)}`
    // Where the sight alone changes, no rows do.
    const rows =
      moved.tasks + moved.runs === 0
        ? ''
        : `, with ${counted(moved.tasks, 'task')} and ${counted(moved.runs, 'run')}`
    return `${line} ${whose(project)}${rows}.`
  },
})

function whose({ teamId, restricted }: Project): string {
  if (teamId === null) return 'is now your own'
  if (restricted) return 'is now seen only by admins of its team and those it is shared with'
  return `is now seen by the whole team ${teamId}`
}

function ofPerson(): AppError {
  return new AppError('invalid_input', 'Only a project of a team can be restricted.', {
    fix: 'Leave out restricted: a project of a person is seen only by those it is shared with (projects.share).',
  })
}
