/** todoist.projects.health: how a project does, as Todoist reckons it. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { AskContext } from '../../../core/operation/context.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { askAs } from '../../../domain/todoist/rest/ask.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { type Known, knownAccounts, locateHeld } from '../../../domain/todoist/things/known-accounts.ts'

const count = z
  .number()
  .nullish()
  .transform((value) => Math.trunc(value ?? 0))
const Health = z.looseObject({ status: z.string().nullish(), description: z.string().nullish() })
const Progress = z.looseObject({ completed_count: count, active_count: count, progress_percent: count })
const Stats = z.looseObject({
  week_items: z
    .array(z.looseObject({ from_date: z.string(), to_date: z.string(), total_count: count }))
    .default([]),
})

export const showHealth = defineOperation({
  name: 'todoist.projects.health',
  summary: "Show how a Todoist project does: Todoist's verdict, its progress, and what was done each week.",
  details: 'Plans of Todoist without insights refuse it.',
  keywords: 'todoist insights, health',
  route: 'GET /v1/todoist/projects/:project/health',
  input: z.object({ project: Name.describe('Name or id'), accountId: accountField }),
  output: z.object({
    project: z.object({ id: z.string(), name: z.string() }),
    status: z.string().nullable(),
    description: z.string().nullable(),
    completed: z.int(),
    open: z.int(),
    percent: z.int(),
    weeks: z.array(z.object({ from: z.string(), to: z.string(), completed: z.int() })),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { project: 'Home' },
  async reach({ project, accountId }, ctx) {
    const all = await knownAccounts(ctx, accountId)
    const { known, thing } = locateHeld(all, (names) => findProject(names, project))
    const ask = (what: string) => insightOf(ctx, known, `/projects/${thing.id}/insights/${what}`)
    const insights = [await ask('health'), await ask('progress'), await ask('activity_stats')] as const
    return { project: { id: thing.id, name: thing.name }, insights }
  },
  async run(_input, _ctx, { project, insights: [health, progress, stats] }) {
    const { status, description } = Health.parse(health)
    const {
      completed_count: completed,
      active_count: open,
      progress_percent: percent,
    } = Progress.parse(progress)
    const weeks = Stats.parse(stats).week_items
    return {
      ...{ project, status: status ?? null, description: description ?? null, completed, open, percent },
      weeks: weeks.map(({ from_date: from, to_date: to, total_count }) => ({
        from,
        to,
        completed: total_count,
      })),
    }
  },
  tell: ({ project, status, description, completed, open, percent }) =>
    `${project.name}: ${status ?? 'no verdict'}, ${completed} done and ${open} open (${percent} %). ${description ?? ''}`.trim(),
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
