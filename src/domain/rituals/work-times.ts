/** When a person works: the hours that they set for their rituals, on the work days of their profile. */
import { eq } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { people } from '../access/tables.ts'
import { USUAL_WORK_HOURS, type WorkTimes } from '../calendars/time/work-hours.ts'
import { readPreferences } from './preferences.ts'

type Reader = Pick<Context, 'db' | 'actor' | 'defaultTimeZone'>

export async function readWorkTimes(ctx: Reader): Promise<WorkTimes> {
  const [row] = await ctx.db
    .select({ workDays: people.workDays })
    .from(people)
    .where(eq(people.id, ctx.actor.personId))
  const { workHours } = await readPreferences(ctx)
  return {
    hours: workHours ?? USUAL_WORK_HOURS,
    workDays: row?.workDays ?? null,
    timeZone: await personTimeZone(ctx),
  }
}
