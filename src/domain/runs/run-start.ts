/** What a run is started with, by a person, a schedule or another run. */
import { z } from 'zod'
import { AgentSlug } from '../agents/spec/agent.ts'
import { ProjectId } from '../projects/project.ts'
import { RUN_PRIORITIES } from './states.ts'

export const GOAL_MAX_CHARS = 50_000
/** How far ahead a start may be put off: a year. */
export const DELAY_MAX_S = 366 * 24 * 60 * 60

/** What one run, with all that it delegates, may spend. */
export const RunBudget = z.object({
  usd: z.number().min(0.0001).max(100_000).optional().describe('US dollars'),
  tokens: z.int().min(1_000).max(1_000_000_000).optional().describe('Tokens in and out'),
})
export type RunBudget = z.output<typeof RunBudget>

/** What a schedule keeps and starts again and again. */
export const runTemplate = {
  agent: AgentSlug.describe('Slug of the agent: assistant, project-manager ...'),
  goal: z.string().trim().min(1).max(GOAL_MAX_CHARS).describe('What to do, in words'),
  priority: z.enum(RUN_PRIORITIES).default('normal'),
  projectId: ProjectId.optional().describe('No two runs work in one project at once'),
  workspace: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, . _ and -')
    .optional()
    .describe('No two runs work in one workspace at once'),
  budget: RunBudget.optional(),
}
export const RunTemplate = z.object(runTemplate)
export type RunTemplate = z.output<typeof RunTemplate>
