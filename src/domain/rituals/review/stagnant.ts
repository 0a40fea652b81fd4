/** Projects in which nothing has happened for so long that they hardly are projects any more. FlowCoach's rule. */
import { and, asc, inArray, lte } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { visibleTo } from '../../access/visible-to.ts'
import { DECAYING_STATES } from '../../projects/rules.ts'
import type { ProjectRow } from '../../projects/store.ts'
import { projects } from '../../projects/tables.ts'
import { addDays } from '../../time/calendar.ts'

/** Days without an event after which a project in work is stagnant. */
const STAGNANT_DAYS = 21

/** Those that the caller sees, the longest idle first. */
export async function readStagnant(
  ctx: Pick<Context, 'db' | 'actor'>,
  today: string,
  limit: number,
): Promise<ProjectRow[]> {
  return await ctx.db
    .select()
    .from(projects)
    .where(
      and(
        visibleTo(ctx, projects),
        inArray(projects.state, [...DECAYING_STATES]),
        lte(projects.momentumOn, addDays(today, -STAGNANT_DAYS)),
      ),
    )
    .orderBy(asc(projects.momentumOn), asc(projects.id))
    .limit(limit)
}
