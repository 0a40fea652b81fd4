/** budgets.set: what all runs of a person or a team, or those of one agent, may spend a day. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { agentsOf, findAgent } from '../../domain/agents/find-agent.ts'
import { AgentSlug } from '../../domain/agents/spec/agent.ts'
import {
  Budget,
  budgetUri,
  Hour,
  roundShare,
  Share,
  TokensPerDay,
  toBudget,
  UsdPerDay,
  WHOLE_PERSON,
} from '../../domain/budgets/budget.ts'
import { assertNoAgent, saveBudget } from '../../domain/budgets/store.ts'
import { budgetText } from '../../domain/budgets/words.ts'
import { toMicros } from '../../domain/money.ts'
import { newOwner, TeamId } from '../../domain/teams/new-owner.ts'

export const setBudget = defineOperation({
  name: 'budgets.set',
  summary: 'Cap what your runs, or those of one agent, may spend a day. Omitted fields stay.',
  details:
    'A step reserves the most it may cost before it runs, so spending never passes a cap; a run that does not fit waits for the next day. The shares hold back new runs only: once that share of the budget is used, none starts by day or by night.',
  keywords: 'limit spending, spend, costs, money, dollars, maximum, per day, create, change, raise, lower',
  route: 'PUT /v1/budgets',
  input: z.object({
    agent: AgentSlug.optional().describe('Omitted: all of your runs together'),
    usdPerDay: UsdPerDay.nullable().optional().describe('null: no cap'),
    tokensPerDay: TokensPerDay.nullable().optional().describe('null: no cap'),
    dayShare: Share.optional().describe('Used share at which no more runs start by day'),
    nightShare: Share.optional(),
    nightFrom: Hour.optional().describe('Hour in your time zone'),
    nightUntil: Hour.optional(),
    teamId: TeamId.optional().describe("For this team's runs, in place of yours"),
  }),
  output: z.object({ budget: Budget }),
  scope: 'budgets:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { usdPerDay: 5, dayShare: 0.5 },
  async run({ agent, teamId, usdPerDay, tokensPerDay, dayShare, nightShare, nightFrom, nightUntil }, ctx) {
    assertNoAgent(ctx)
    const ownerId = await newOwner(ctx, teamId)
    // A cap under a mistyped name would limit nothing, but look as if it did.
    if (agent !== undefined) await findAgent(ctx, agent, agentsOf(ctx, ownerId))
    const agentSlug = agent ?? WHOLE_PERSON
    const row = await saveBudget(
      ctx,
      { ownerId, agentSlug },
      {
        ...(usdPerDay === undefined
          ? {}
          : { usdMicrosPerDay: usdPerDay === null ? null : toMicros(usdPerDay) }),
        ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
        ...(dayShare === undefined ? {} : { dayShare: roundShare(dayShare) }),
        ...(nightShare === undefined ? {} : { nightShare: roundShare(nightShare) }),
        ...(nightFrom === undefined ? {} : { nightFrom }),
        ...(nightUntil === undefined ? {} : { nightUntil }),
      },
    )
    ctx.touched(budgetUri(ownerId), ownerId)
    return { budget: toBudget(agentSlug, row) }
  },
  tell: ({ budget }) => budgetText(budget),
})
