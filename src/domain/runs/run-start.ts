/** The input for starting a run, from a person, a schedule or another run. */
import { z } from 'zod'
import { AgentSlug } from '../agents/spec/agent.ts'
import { ProjectId } from '../projects/project.ts'
import { RUN_PRIORITIES } from './states.ts'

export const GOAL_MAX_CHARS = 50_000
export const CONTEXT_MAX_CHARS = 100_000
/** How far ahead a start may be put off: a year. */
export const DELAY_MAX_S = 366 * 24 * 60 * 60

/** What one run may spend, including the runs that it delegates. */
export const RunBudget = z.object({
  usd: z.number().min(0.0001).max(100_000).optional().describe('US dollars'),
  tokens: z.int().min(1_000).max(1_000_000_000).optional().describe('Tokens in and out'),
})
export type RunBudget = z.output<typeof RunBudget>

/** The part that a schedule stores and starts repeatedly. */
export const runTemplate = {
  agent: AgentSlug.describe('Slug of the agent: assistant, project-manager ...'),
  goal: z.string().trim().min(1).max(GOAL_MAX_CHARS).describe('What to do, in words'),
  priority: z.enum(RUN_PRIORITIES).default('normal'),
  projectId: ProjectId.optional().describe('Only one run at a time works in a project'),
  workspace: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, . _ and -')
    .optional()
    .describe('Only one run at a time works in a workspace'),
  budget: RunBudget.optional(),
}
export const RunTemplate = z.object(runTemplate)
export type RunTemplate = z.output<typeof RunTemplate>
