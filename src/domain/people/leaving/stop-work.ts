/** Stops what would go on calling for a person or a team that is gone, and says why. */
import { and, eq, type SQL } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { hookUri } from '../../hooks/own-hook.ts'
import { hooks } from '../../hooks/tables.ts'
import { scheduleUri } from '../../schedules/schedule.ts'
import { tellLeft } from '../../schedules/schedule-events.ts'
import { schedules } from '../../schedules/tables.ts'
import { teamOf } from '../../teams/space.ts'

/** Pauses the schedules that are not paused; answers how many. Those whom a team's schedule serves are told why. */
export async function pauseSchedules(ctx: Context, which: SQL, lastProblem: string): Promise<number> {
  const paused = await ctx.db
    .update(schedules)
    .set({ paused: true, lastProblem, updatedAt: ctx.now })
    .where(and(which, eq(schedules.paused, false)))
    .returning()
  for (const row of paused) {
    ctx.changed(scheduleUri(row.id), row.spaceId)
    if (teamOf(row.spaceId) !== null) tellLeft(ctx, row, lastProblem)
  }
  return paused.length
}

/** Says at once in the hooks why their calls are refused. */
export async function stopHooks({ db, changed }: Context, which: SQL, problem: string): Promise<void> {
  const stopped = await db
    .update(hooks)
    .set({ problem })
    .where(which)
    .returning({ id: hooks.id, spaceId: hooks.spaceId })
  for (const { id, spaceId } of stopped) changed(hookUri(id), spaceId)
}

/** The schedules and hooks of a team that is archived. */
export async function stopWorkOfTeam(ctx: Context, team: { readonly id: string; readonly name: string }) {
  const why = `The team ${team.name} is archived.`
  await pauseSchedules(ctx, eq(schedules.spaceId, team.id), why)
  await stopHooks(ctx, eq(hooks.spaceId, team.id), why)
}
