/** budgets.list: the daily budgets, what is spent today, and whether runs may start now. */

import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { tellList } from '../../core/operation/tell-list.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { BudgetToday, toBudget, WHOLE_PERSON } from '../../domain/budgets/budget.ts'
import { startFrom } from '../../domain/budgets/daily.ts'
import { dayEnd, shareAt } from '../../domain/budgets/rules.ts'
import { listStandings, readStandings, type Standing } from '../../domain/budgets/store.ts'
import { todayText } from '../../domain/budgets/words.ts'
import { toUsd } from '../../domain/money.ts'
import { seenOwner, TeamId } from '../../domain/teams/new-owner.ts'
import { localDate, type Moment } from '../../domain/time/due.ts'

export const listBudgets = defineOperation({
  name: 'budgets.list',
  summary: 'Show daily budgets, what runs and agents have spent today, and whether runs may start now.',
  details:
    'First all of your runs together, then each agent that has a budget or has spent today. Spending is counted even without a budget.',
  keywords: 'show, view spending limits, money left, remaining, used, how much',
  route: 'GET /v1/budgets',
  input: z.object({
    teamId: TeamId.optional().describe("This team's, in place of yours"),
    ...pageInput,
  }),
  output: pageOf(BudgetToday).extend({
    day: z.iso.date().describe('Today in timeZone'),
    timeZone: z.string(),
    resetsAt: z.iso.datetime(),
  }),
  scope: 'budgets:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ teamId, ...page }, ctx) {
    const ownerId = await seenOwner(ctx, teamId)
    const moment = { now: ctx.now, timeZone: await personTimeZone(ctx, ownerId) }
    const ownerDay = { ownerId, day: localDate(moment) }
    const { items, nextCursor } = await listStandings(ctx.db, ownerDay, page)
    const [whole] = await readStandings(ctx.db, ownerDay, WHOLE_PERSON)
    return {
      items: items.map((standing) => describe(standing, whole, moment)),
      nextCursor,
      day: ownerDay.day,
      timeZone: moment.timeZone,
      resetsAt: dayEnd(moment).toISOString(),
    }
  },
  line: todayText,
  tell: ({ timeZone, resetsAt, ...page }) =>
    `${tellList(page, { line: todayText, none: '' })}\nReset: ${resetsAt} (midnight in ${timeZone}).`,
  table: ({ items }) => ({
    columns: ['agent', 'USD a day', 'spent', 'reserved', 'tokens a day', 'spent', 'reserved', 'may start'],
    rows: items.map((item) => [
      item.agent ?? '(all)',
      item.usdPerDay === null ? 'no cap' : String(item.usdPerDay),
      String(item.spentUsd),
      String(item.reservedUsd),
      item.tokensPerDay === null ? 'no cap' : String(item.tokensPerDay),
      String(item.spentTokens),
      String(item.reservedTokens),
      item.startsAgainAt ?? 'yes',
    ]),
  }),
})

function describe(standing: Standing, whole: Standing, moment: Moment): z.input<typeof BudgetToday> {
  const { agentSlug, plan, spent, reserved } = standing
  const start = startFrom(agentSlug === WHOLE_PERSON ? [whole] : [whole, standing], moment)
  return {
    ...toBudget(agentSlug, plan),
    spentUsd: toUsd(spent.usdMicros),
    spentTokens: spent.tokens,
    reservedUsd: toUsd(reserved.usdMicros),
    reservedTokens: reserved.tokens,
    shareNow: shareAt(plan, moment),
    mayStart: start.ok,
    startsAgainAt: start.ok ? null : start.resumeAt.toISOString(),
  }
}
