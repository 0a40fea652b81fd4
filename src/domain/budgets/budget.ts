/** A budget as everybody may see it: what the runs of a person or of a team, or of one agent, may spend a day. */
import { z } from 'zod'
import { AgentSlug } from '../agents/spec/agent.ts'
import { toUsd } from '../money.ts'
import type { Plan } from './rules.ts'
import type { budgets } from './tables.ts'

export type BudgetRow = typeof budgets.$inferSelect

/** `agentSlug` of the row for everything that a person's or a team's runs spend. */
export const WHOLE_PERSON = ''

/** Which budget: the person or the team whose it is, and the agent. */
export interface BudgetKey {
  readonly ownerId: string
  readonly agentSlug: string
}

const USD_MAX = 1_000_000
const TOKENS_MAX = 1_000_000_000_000
/** Shares are kept to four digits, which the column returns unchanged. */
const SHARE_STEPS = 10_000

export const UsdPerDay = z.number().min(0).max(USD_MAX)
export const TokensPerDay = z.int().min(0).max(TOKENS_MAX)
export const Share = z.number().min(0).max(1)
export const Hour = z.int().min(0).max(23)

/** The default plan: no cap, runs start until everything is used, and night is from one to nine. */
export const NO_BUDGET: Plan = {
  usdMicrosPerDay: null,
  tokensPerDay: null,
  dayShare: 1,
  nightShare: 1,
  nightFrom: 1,
  nightUntil: 9,
}

export const Budget = z.object({
  agent: AgentSlug.nullable().describe('null: all runs together'),
  usdPerDay: UsdPerDay.nullable().describe('null: no cap'),
  tokensPerDay: TokensPerDay.nullable().describe('null: no cap'),
  dayShare: Share.describe('Used share of the budget at which no more runs start by day'),
  nightShare: Share.describe('The same at night'),
  nightFrom: Hour.describe("Hour of the owner's day"),
  nightUntil: Hour,
})
export type Budget = z.output<typeof Budget>

/** A budget, what is used of it today, and what follows from that. */
export const BudgetToday = Budget.extend({
  spentUsd: z.number(),
  spentTokens: z.int(),
  reservedUsd: z.number().describe('The most that steps under way may cost'),
  reservedTokens: z.int(),
  shareNow: Share,
  mayStart: z.boolean().describe("An agent's runs also need room in the budget of all runs"),
  startsAgainAt: z.iso.datetime().nullable().describe('When this is checked again'),
})
export type BudgetToday = z.output<typeof BudgetToday>

export function toBudget(agentSlug: string, plan: Plan): Budget {
  return {
    agent: agentSlug === WHOLE_PERSON ? null : agentSlug,
    usdPerDay: plan.usdMicrosPerDay === null ? null : toUsd(plan.usdMicrosPerDay),
    tokensPerDay: plan.tokensPerDay,
    dayShare: plan.dayShare,
    nightShare: plan.nightShare,
    nightFrom: plan.nightFrom,
    nightUntil: plan.nightUntil,
  }
}

/** The URI by which the audit names the budgets of a person or a team. */
export function budgetUri(ownerId: string): string {
  return `budget://${ownerId}`
}

export function roundShare(share: number): number {
  return Math.round(share * SHARE_STEPS) / SHARE_STEPS
}
