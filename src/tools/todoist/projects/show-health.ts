/** todoist.projects.health: how a project does, as Todoist reckons it. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { AskContext } from '../../../core/operation/context.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { askAs } from '../../../domain/todoist/rest/ask.ts'
import { healthFields, healthLine, readHealth, readWeeks } from '../../../domain/todoist/rest/insights.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { type Known, knownAccounts, locateHeld } from '../../../domain/todoist/things/known-accounts.ts'

export const showHealth = defineOperation({
  name: 'todoist.projects.health',
  summary: "Show how a Todoist project does: Todoist's verdict, its progress, and what was done each week.",
  details: 'Plans of Todoist without insights refuse it.',
  keywords: 'todoist insights, health',
  route: 'GET /v1/todoist/projects/:project/health',
  input: z.object({
    project: Name.describe('Name or id'),
    analyze: z.boolean().default(false).describe('Have Todoist judge it again first'),
    accountId: accountField,
  }),
  output: z.object({
    project: z.object({ id: z.string(), name: z.string() }),
    ...healthFields,
    weeks: z.array(z.object({ from: z.string(), to: z.string(), completed: z.int() })),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { project: 'Home' },
  async reach({ project, analyze, accountId }, ctx) {
    const all = await knownAccounts(ctx, accountId)
    const { known, thing } = locateHeld(all, (names) => findProject(names, project))
    const path = `/projects/${thing.id}/insights`
    if (analyze)
      await askAs(ctx, known.account, (client, signal) => client.order(`${path}/health/analyze`, signal))
    const ask = (what: string) => insightOf(ctx, known, `${path}/${what}`)
    const insights = [await ask('health'), await ask('progress'), await ask('activity_stats')] as const
    return { project: { id: thing.id, name: thing.name }, insights }
  },
  async run(_input, _ctx, { project, insights: [health, progress, stats] }) {
    return { project, ...readHealth(health, progress), weeks: readWeeks(stats) }
  },
  tell: ({ project, ...health }) => healthLine({ ...health, name: project.name }),
})

/** Empty where Todoist has no such insight. */
async function insightOf(ctx: AskContext, { account }: Known, path: string): Promise<JsonObject> {
  try {
    return await askAs(ctx, account, (client, signal) => client.read(path, {}, signal))
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'not_found') return {}
    throw thrown
  }
}
