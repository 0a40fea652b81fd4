/** todoist.projects.link: keeps a project here and one of Todoist in step. */
import { z } from 'zod'
import { exampleId } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { ProjectId } from '../../../domain/projects/project.ts'
import { newTeamId } from '../../../domain/teams/new-owner.ts'
import { accountField, chooseAccount } from '../../../domain/todoist/accounts/choose-account.ts'
import { Link, LinkMode, linkLine, listLinks } from '../../../domain/todoist/links/link.ts'
import { findSides, makeLink, previewLink } from '../../../domain/todoist/links/make-link.ts'
import { reconcileLink } from '../../../domain/todoist/links/reconcile.ts'
import { syncNow } from '../../../domain/todoist/sync/sync-now.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'

export const linkProject = defineOperation({
  name: 'todoist.projects.link',
  summary: 'Link a project to one of Todoist, so that their tasks stay in step.',
  details:
    'Name project, todoistProject, or both; the one that is left out is made. Tasks of the same text become one. For a project that is linked already, mode is changed.',
  keywords: 'todoist sync, two-way, mirror, pull, push, import, export, connect a project',
  route: 'POST /v1/todoist/projects/link',
  input: z.object({
    project: ProjectId.optional().describe('The project here'),
    todoistProject: Name.optional().describe('Name or id of the project at Todoist'),
    mode: LinkMode.default('both'),
    teamId: newTeamId,
    accountId: accountField,
    dryRun: z.boolean().default(false).describe('Only say what would be made on each side'),
  }),
  output: z.object({
    link: Link.nullable(),
    makesHere: z.array(z.string()).describe('Tasks that are made here, the first 50'),
    makesThere: z.array(z.string()).describe('Tasks that are made at Todoist, the first 50'),
    matched: z.int().describe('Tasks that both sides have already'),
    waitsFor: z.string().nullable().describe('What Todoist waits for; null: it has everything'),
  }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { project: exampleId('project'), mode: 'both' },
  async run({ project, todoistProject, mode, teamId, accountId, dryRun }, ctx) {
    const account = await chooseAccount(ctx, accountId)
    const sides = await findSides(ctx, account, { projectId: project, todoistProject })
    const preview = await previewLink(ctx, account, { sides, mode })
    const makes = { makesHere: preview.here, makesThere: preview.there, matched: preview.matched }
    if (dryRun) return { link: null, ...makes, waitsFor: null }
    const row = await makeLink(ctx, account, { sides, mode, teamId })
    await reconcileLink(ctx, row)
    const [link = null] = await listLinks(ctx, { linkId: row.id })
    return { link, ...makes, waitsFor: null }
  },
  async settle(_input, ctx, answer) {
    if (answer.link === null) return answer
    const { waitsFor } = await syncNow(ctx, answer.link.accountId)
    return { ...answer, waitsFor }
  },
  tell({ link, makesHere, makesThere, matched, waitsFor }) {
    const would = link === null ? 'Would make' : 'Makes'
    return [
      ...(link === null ? [] : [`Linked: ${linkLine(link)}`]),
      `${would} here: ${makesHere.join(', ') || 'nothing'}`,
      `${would} at Todoist: ${makesThere.join(', ') || 'nothing'}`,
      `On both sides already: ${matched}`,
      ...(waitsFor === null ? [] : [`Todoist waits: ${waitsFor}`]),
    ].join('\n')
  },
  next: ({ link }) => (link === null ? [] : [{ operation: 'todoist.links.list', input: {} }]),
})
