/** todoist.productivity.show: goals, streaks and numbers of completed tasks, from Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { askTodoist } from '../../../domain/todoist/rest/ask.ts'

const count = z
  .number()
  .nullish()
  .transform((value) => Math.trunc(value ?? 0))
const Streak = z.looseObject({ count }).nullish()
const Stats = z.looseObject({
  completed_count: count,
  karma: count,
  karma_trend: z.string().nullish(),
  days_items: z.array(z.looseObject({ date: z.string(), total_completed: count })).default([]),
  week_items: z
    .array(z.looseObject({ from: z.string(), to: z.string(), total_completed: count }))
    .default([]),
  goals: z
    .looseObject({
      daily_goal: count,
      weekly_goal: count,
      current_daily_streak: Streak,
      current_weekly_streak: Streak,
      max_daily_streak: Streak,
      max_weekly_streak: Streak,
    })
    .nullish(),
})

const Goal = z.object({ goal: z.int(), streak: z.int(), longestStreak: z.int() })

export const showProductivity = defineOperation({
  name: 'todoist.productivity.show',
  summary: 'Show Todoist goals, streaks, karma and how many tasks were completed each day and week.',
  keywords: 'stats, statistics, karma, progress',
  route: 'GET /v1/todoist/productivity',
  input: z.object({ accountId: accountField }),
  output: z.object({
    completed: z.int().describe('Ever'),
    karma: z.int(),
    trend: z.string().nullable(),
    daily: Goal,
    weekly: Goal,
    days: z.array(z.object({ day: z.string(), completed: z.int() })),
    weeks: z.array(z.object({ from: z.string(), to: z.string(), completed: z.int() })),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  reach: async ({ accountId }, ctx) =>
    await askTodoist(ctx, accountId, (client, signal) => client.read('/tasks/completed/stats', {}, signal)),
  async run(_input, _ctx, body) {
    const stats = Stats.parse(body)
    const { goals } = stats
    const days = stats.days_items.map(({ date, total_completed: completed }) => ({ day: date, completed }))
    return {
      ...{ completed: stats.completed_count, karma: stats.karma, trend: stats.karma_trend ?? null, days },
      daily: goalOf(goals?.daily_goal, goals?.current_daily_streak, goals?.max_daily_streak),
      weekly: goalOf(goals?.weekly_goal, goals?.current_weekly_streak, goals?.max_weekly_streak),
      weeks: stats.week_items.map(({ from, to, total_completed: completed }) => ({ from, to, completed })),
    }
  },
  tell: ({ completed, daily, weekly, days }) =>
    [
      `${counted(completed, 'task')} completed ever. Streaks: ${counted(daily.streak, 'day')}, ${counted(weekly.streak, 'week')}.`,
      ...days.map(({ day, completed: done }) => `${day}: ${done} of ${daily.goal}`),
    ].join('\n'),
})

type Streak = z.output<typeof Streak>

function goalOf(goal: number | undefined, streak: Streak, longest: Streak): z.output<typeof Goal> {
  return { goal: goal ?? 0, streak: streak?.count ?? 0, longestStreak: longest?.count ?? 0 }
}
