/** todoist.workspaces.health: how the projects of a workspace do, as Todoist reckons it. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { askAs } from '../../../domain/todoist/rest/ask.ts'
import { healthFields, healthLine, readProjectsHealth } from '../../../domain/todoist/rest/insights.ts'
import { findWorkspace, readWorkspaces } from '../../../domain/todoist/rest/workspaces.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { knownAccount } from '../../../domain/todoist/things/known-accounts.ts'

export const showWorkspaceHealth = defineOperation({
  name: 'todoist.workspaces.health',
  summary: "Show how the projects of a Todoist workspace do: Todoist's verdict and the progress of each.",
  details: 'Plans of Todoist without insights refuse it.',
  keywords: 'todoist insights, team report',
  route: 'GET /v1/todoist/workspaces/health',
  input: z.object({ workspace: Name.describe('Name or id'), accountId: accountField }),
  output: z.object({
    workspace: z.object({ id: z.string(), name: z.string() }),
    projects: z.array(z.object({ id: z.string(), name: z.string(), ...healthFields })),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { workspace: 'Studio' },
  async reach({ workspace, accountId }, ctx) {
    const known = await knownAccount(ctx, accountId)
    const { id, name } = findWorkspace(await readWorkspaces(ctx, known.account), workspace)
    const path = `/workspaces/${id}/insights`
    const insights = await askAs(ctx, known.account, (client, signal) => client.read(path, {}, signal))
    return { workspace: { id, name }, insights, named: known.names.of('projects') }
  },
  async run(_input, _ctx, { workspace, insights, named }) {
    const nameOf = (projectId: string) => named.find(({ id }) => id === projectId)?.name ?? projectId
    const projects = readProjectsHealth(insights).map((each) => ({ ...each, name: nameOf(each.id) }))
    return { workspace, projects }
  },
  tell: ({ workspace, projects }) =>
    projects.length === 0
      ? `${workspace.name} has no projects.`
      : [`${workspace.name}:`, ...projects.map((each) => `- ${healthLine(each)}`)].join('\n'),
})
