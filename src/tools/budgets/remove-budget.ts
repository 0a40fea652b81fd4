/** budgets.remove: deletes a budget, and returns it in the answer. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { AgentSlug } from '../../domain/agents/spec/agent.ts'
import { Budget, budgetUri, toBudget, WHOLE_PERSON } from '../../domain/budgets/budget.ts'
import { assertNoAgent, deleteBudget } from '../../domain/budgets/store.ts'
import { budgetText } from '../../domain/budgets/words.ts'
import { newOwner, TeamId } from '../../domain/teams/new-owner.ts'

export const removeBudget = defineOperation({
  name: 'budgets.remove',
  summary: 'Remove the daily budget of all your runs, or of one agent. What was spent stays counted.',
  keywords: 'delete, lift, drop, no limit on spending, unlimited, cap',
  route: 'DELETE /v1/budgets',
  input: z.object({
    agent: AgentSlug.optional().describe('Omitted: all of your runs together'),
    teamId: TeamId.optional().describe("A budget of this team's runs"),
  }),
  output: z.object({ removed: Budget.nullable().describe('null: there was none') }),
  scope: 'budgets:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { agent: 'developer' },
  async run({ agent, teamId }, ctx) {
    assertNoAgent(ctx)
    const agentSlug = agent ?? WHOLE_PERSON
    const ownerId = await newOwner(ctx, teamId)
    const row = await deleteBudget(ctx.db, { ownerId, agentSlug })
    ctx.touched(budgetUri(ownerId), ownerId)
    return { removed: row ? toBudget(agentSlug, row) : null }
  },
  tell: ({ removed }) => (removed ? `Removed. ${budgetText(removed)}` : 'There was no such budget.'),
})
