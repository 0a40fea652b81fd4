/** todoist.projects.list: the projects of the caller's accounts, from their mirrors. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { countOpenTasks } from '../../../domain/todoist/things/open-tasks.ts'
import { listedAccounts, pageThings } from '../../../domain/todoist/things/page-things.ts'
import { nameText } from '../writes/listing.ts'
import { projectLine, TodoistProject, toProject } from './project.ts'

export const listProjects = defineOperation({
  name: 'todoist.projects.list',
  summary: 'List Todoist projects with their numbers of open tasks.',
  details: 'Of archived projects, those are listed that were archived since the account was connected.',
  keywords: 'todoist lists, inbox, archive',
  route: 'GET /v1/todoist/projects',
  input: z.object({
    text: nameText,
    archived: z.boolean().default(false).describe('Those in the archive instead'),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(TodoistProject),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { text: 'home' },
  async run({ accountId, archived, ...query }, ctx) {
    const known = await listedAccounts(ctx, accountId)
    const { items, nextCursor, accountIds } = pageThings(known, query, ({ names }) =>
      archived ? names.archived('projects') : names.of('projects'),
    )
    const openOf = await countOpenTasks(ctx.db, accountIds, 'project')
    return {
      items: items.map((each) => toProject(each, openOf(each.thing.accountId, each.thing.id))),
      nextCursor,
    }
  },
  line: (project) => projectLine(project),
  none: 'No projects.',
  table: ({ items }) => ({
    columns: ['Id', 'Name', 'Open tasks'],
    rows: items.map(({ id, name, openTasks }) => [id, name, String(openTasks)]),
  }),
})
