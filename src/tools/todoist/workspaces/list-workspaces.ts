/** todoist.workspaces.list: the workspaces of teams that the user of an account belongs to. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField, chooseAccount } from '../../../domain/todoist/accounts/choose-account.ts'
import { readWorkspaces } from '../../../domain/todoist/rest/workspaces.ts'

const Workspace = z.object({
  id: z.string(),
  name: z.string(),
  plan: z.string().nullable(),
  role: z.string().nullable().describe("The user's own"),
})

export const listWorkspaces = defineOperation({
  name: 'todoist.workspaces.list',
  summary: 'List the workspaces of teams at Todoist; projects can be moved into them.',
  keywords: 'todoist team, organization',
  route: 'GET /v1/todoist/workspaces',
  input: z.object({ accountId: accountField }),
  output: z.object({ items: z.array(Workspace) }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  reach: async ({ accountId }, ctx) => await readWorkspaces(ctx, await chooseAccount(ctx, accountId)),
  run: async (_input, _ctx, items) => ({ items }),
  line: ({ id, name, plan, role }) =>
    [id, name, ...(plan === null ? [] : [plan]), ...(role === null ? [] : [role])].join(' '),
  none: 'No workspaces.',
})
