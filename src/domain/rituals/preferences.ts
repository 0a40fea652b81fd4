/** What people set for their rituals: when they are told of them, when they have energy, how much is enough for a day. */
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { counted } from '../../core/text/counts.ts'
import { seesOwn } from '../access/visible-to.ts'
import { type RitualTimes, ritualPreferences, TIMED_RITUALS, type TimedRitual } from './tables.ts'

/** When FlowCoach tells of each ritual; the check-in is at noon. */
const USUAL_TIMES: Readonly<Record<TimedRitual, string>> = {
  brief: '08:30',
  midday: '12:00',
  wrap: '18:00',
  outcomes: '09:00',
  review: '16:00',
}

const NEW_TASK_LIMIT_MAX = 1_000

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30')

/** Hours of each day; they may go over midnight. */
export const HoursOfDay = z
  .object({ from: TimeOfDay, until: TimeOfDay })
  .refine(({ from, until }) => from !== until, 'must begin and end at two times; null: not set')

export const NewTaskLimit = z.int().min(1).max(NEW_TASK_LIMIT_MAX)

const WHAT: Readonly<Record<TimedRitual, string>> = {
  brief: 'The morning brief, on work days',
  midday: 'The midday check-in, on work days',
  wrap: 'The evening wrap, on work days',
  outcomes: "The question for the week's outcomes, on the first work day of the week",
  review: 'The weekly review, on the last work day of the week',
}

/** Fields that set when each ritual comes. */
export const timeFields = Object.fromEntries(
  TIMED_RITUALS.map((ritual) => [
    ritual,
    z
      .union([TimeOfDay, z.literal('usual')])
      .nullish()
      .describe(`${WHAT[ritual]}: HH:MM, usual (${USUAL_TIMES[ritual]}), or null: off`),
  ]),
) as Record<TimedRitual, z.ZodOptional<z.ZodNullable<z.ZodUnion<[typeof TimeOfDay, z.ZodLiteral<'usual'>]>>>>

/** The times that are meant. */
export function timesFrom(
  given: Readonly<Partial<Record<TimedRitual, string | null | undefined>>>,
): PreferenceChanges['times'] {
  const meant = TIMED_RITUALS.flatMap((ritual) => {
    const time = given[ritual]
    return time === undefined ? [] : [[ritual, time === 'usual' ? USUAL_TIMES[ritual] : time] as const]
  })
  return Object.fromEntries(meant)
}

export const Preferences = z.object({
  times: z
    .object(
      Object.fromEntries(TIMED_RITUALS.map((ritual) => [ritual, z.string().nullable()])) as Record<
        TimedRitual,
        z.ZodNullable<z.ZodString>
      >,
    )
    .describe('When you are told of each ritual, in your time zone; null: never'),
  energyHours: HoursOfDay.nullable(),
  workHours: HoursOfDay.nullable().describe('In which free time is looked for; null: not set'),
  newTaskLimit: z.int().nullable(),
})
export type Preferences = z.output<typeof Preferences>

type Reader = Pick<Context, 'db' | 'actor'>
type Row = typeof ritualPreferences.$inferSelect

/** The caller's. An agent whose log others read is told nothing of them. */
export async function readPreferences(ctx: Reader): Promise<Preferences> {
  if (!seesOwn(ctx)) return toPreferences(undefined)
  const [row] = await ctx.db
    .select()
    .from(ritualPreferences)
    .where(eq(ritualPreferences.personId, ctx.actor.personId))
  return toPreferences(row)
}

function toPreferences(row: Row | undefined): Preferences {
  const times = Object.fromEntries(TIMED_RITUALS.map((ritual) => [ritual, row?.times[ritual] ?? null]))
  const { newTaskLimit = null } = row ?? {}
  return {
    times: times as Preferences['times'],
    energyHours: hoursOf(row?.energyFrom, row?.energyUntil),
    workHours: hoursOf(row?.workFrom, row?.workUntil),
    newTaskLimit,
  }
}

function hoursOf(from: string | null = null, until: string | null = null): Preferences['energyHours'] {
  return from === null || until === null ? null : { from, until }
}

export interface PreferenceChanges {
  /** A ritual that is not named stays as it is; null: off. */
  readonly times: Readonly<Partial<Record<TimedRitual, string | null>>>
  readonly energyHours?: Preferences['energyHours'] | undefined
  readonly workHours?: Preferences['workHours'] | undefined
  readonly newTaskLimit?: number | null | undefined
}

/** What is not given stays. */
export async function changePreferences(
  ctx: Reader,
  { times, energyHours, workHours, newTaskLimit }: PreferenceChanges,
): Promise<Preferences> {
  const { personId } = ctx.actor
  await ctx.db.insert(ritualPreferences).values({ personId }).onConflictDoNothing()
  const [row] = await ctx.db
    .select()
    .from(ritualPreferences)
    .where(eq(ritualPreferences.personId, personId))
    .for('update')
  const all = Object.entries({ ...row?.times, ...times }).filter(([, time]) => time !== null)
  const [changed] = await ctx.db
    .update(ritualPreferences)
    .set({
      times: Object.fromEntries(all) as RitualTimes,
      ...(energyHours !== undefined && {
        energyFrom: energyHours?.from ?? null,
        energyUntil: energyHours?.until ?? null,
      }),
      ...(workHours !== undefined && {
        workFrom: workHours?.from ?? null,
        workUntil: workHours?.until ?? null,
      }),
      ...(newTaskLimit !== undefined && { newTaskLimit }),
    })
    .where(eq(ritualPreferences.personId, personId))
    .returning()
  return toPreferences(changed)
}

const CALLED: Readonly<Record<TimedRitual, string>> = {
  brief: 'Morning brief',
  midday: 'Midday check-in',
  wrap: 'Evening wrap',
  outcomes: 'Outcomes of the week',
  review: 'Weekly review',
}

export function preferencesText({
  timeZone,
  preferences: { times, energyHours, workHours, newTaskLimit },
}: {
  readonly timeZone: string
  readonly preferences: Preferences
}): string {
  return [
    ...TIMED_RITUALS.map((ritual) => `${CALLED[ritual]}: ${times[ritual] ?? 'off'}`),
    `Time zone: ${timeZone}`,
    `Most energy: ${hoursText(energyHours)}`,
    `Work: ${hoursText(workHours)}`,
    `Advises against new tasks: ${newTaskLimit === null ? 'never' : `from ${counted(newTaskLimit, 'task')} of a day on`}`,
  ].join('\n')
}

function hoursText(hours: Preferences['energyHours']): string {
  return hours === null ? 'not set' : `${hours.from} to ${hours.until}`
}
