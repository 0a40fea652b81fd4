/** todoist.projects.list: the projects of the caller's accounts, from their mirrors. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField, noneConnected, seenAccounts } from '../../../domain/todoist/accounts/choose-account.ts'
import { listProjects as readProjects } from '../../../domain/todoist/tasks/list-projects.ts'

const TEXT_MAX_CHARS = 200

const Project = z.object({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  parentId: z.string().nullable(),
  isInbox: z.boolean(),
  isShared: z.boolean(),
  isFavorite: z.boolean(),
  openTasks: z.int(),
})

export const listProjects = defineOperation({
  name: 'todoist.projects.list',
  summary: 'List Todoist projects with their numbers of open tasks.',
  keywords: 'todoist lists, inbox',
  route: 'GET /v1/todoist/projects',
  input: z.object({
    text: z.string().trim().min(1).max(TEXT_MAX_CHARS).optional().describe('In the name'),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(Project),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { text: 'home' },
  async run({ accountId, ...query }, ctx) {
    const accounts = await seenAccounts(ctx, accountId)
    if (accounts.length === 0) throw noneConnected()
    const ids = accounts.map(({ id }) => id)
    const { items, nextCursor } = await readProjects(ctx, ids, query)
    return {
      items: items.map(({ project, openTasks }) => ({
        ...{ id: project.id, accountId: project.accountId, name: project.name, parentId: project.parentId },
        isInbox: project.wire.inbox_project === true,
        isShared: project.wire.is_shared === true,
        isFavorite: project.wire.is_favorite === true,
        openTasks,
      })),
      nextCursor,
    }
  },
  line: ({ id, name, openTasks }) => `${id} ${name} (${openTasks} open)`,
  none: 'No projects.',
  table: ({ items }) => ({
    columns: ['Id', 'Name', 'Open tasks'],
    rows: items.map(({ id, name, openTasks }) => [id, name, String(openTasks)]),
  }),
})
