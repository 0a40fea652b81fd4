/** Tells people of their rituals: each once a day, at the time that they chose. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { people } from '../access/tables.ts'
import { slotText } from '../calendars/free-text.ts'
import { actorOfPerson } from '../people/person-actor.ts'
import { PART_MAX, TOP_MAX } from '../work/day.ts'
import type { Work } from '../work/work.ts'
import { dueRituals } from './due-rituals.ts'
import { readFreeOfDay } from './free-of-day.ts'
import { readOutcomes } from './outcomes.ts'
import { openOfDay, readDay } from './plan-day.ts'
import { type RitualNews, ritualDue } from './ritual-message.ts'
import { ritualPreferences, ritualTellings, type TimedRitual } from './tables.ts'
import { weekOf } from './weeks.ts'

/** Tellings of one call: the others wait for the next, a minute later. */
const BATCH = 200

interface Telling {
  readonly personId: string
  readonly ritual: TimedRitual
  readonly day: string
}

/** Answers with how many were told. Of two calls at the same time, one tells each. */
export async function tellRituals(ctx: Context): Promise<number> {
  const due = await dueNow(ctx)
  const taken = due.length === 0 ? [] : await take(ctx, due.slice(0, BATCH))
  for (const telling of taken) {
    const { personId } = telling
    const payload = { ...telling, ...(await newsFor(ctx, telling)) }
    ctx.emit(ritualDue, { uri: `person://${personId}`, spaceId: personId, payload, concerns: [personId] })
  }
  return taken.length
}

/** Of everybody who has switched on a ritual, those that have not been told of today. */
async function dueNow({ db, now, defaultTimeZone }: Context): Promise<Telling[]> {
  const rows = await db
    .select({
      personId: people.id,
      timeZone: people.timeZone,
      workDays: people.workDays,
      times: ritualPreferences.times,
    })
    .from(ritualPreferences)
    .innerJoin(people, eq(people.id, ritualPreferences.personId))
    .where(and(isNull(people.deactivatedAt), sql`${ritualPreferences.times} <> '{}'`))
  const due = rows.flatMap(({ personId, timeZone, ...person }) => {
    const { day, rituals } = dueRituals(person, { now, timeZone: timeZone ?? defaultTimeZone })
    return rituals.map((ritual) => ({ personId, ritual, day }))
  })
  if (due.length === 0) return []
  const ids = [...new Set(due.map(({ personId }) => personId))]
  const told = await db.select().from(ritualTellings).where(inArray(ritualTellings.personId, ids))
  const days = new Map(told.map(({ personId, ritual, day }) => [`${ritual} ${personId}`, day]))
  return due.filter(({ personId, ritual, day }) => (days.get(`${ritual} ${personId}`) ?? '') < day)
}

async function take({ db }: Context, due: readonly Telling[]): Promise<Telling[]> {
  const rows = await db.execute<Record<string, unknown> & Telling>(sql`
    insert into ritual_tellings as told (person_id, ritual, day)
    select "personId", ritual, day from jsonb_to_recordset(${JSON.stringify(due)}::jsonb)
      as due ("personId" text, ritual text, day date) order by 1, 2
    on conflict (person_id, ritual) do update set day = excluded.day where told.day < excluded.day
    returning person_id as "personId", ritual, day::text as day`)
  return [...rows]
}

/** What the message says, read as the person reads it. */
async function newsFor(ctx: Context, { personId, ritual, day }: Telling): Promise<RitualNews> {
  const own = { ...ctx, actor: await actorOfPerson(ctx.db, personId) }
  if (ritual === 'outcomes' || ritual === 'review') {
    const outcomes = await readOutcomes(own, weekOf(day))
    return { ...NO_NEWS, outcomes: outcomes.length }
  }
  const { overdue, today, carryover, done, outcomes, top, ...parts } = await readDay(own)
  const left = openOfDay({ overdue, today, carryover, ...parts })
  const tasks = ritual === 'brief' ? top.map(({ task }) => task) : left
  return {
    ...(ritual === 'brief' && { free: await freeSlots(own, day) }),
    ...{ overdue: overdue.length, today: today.length, done: done.length },
    ...{ left: left.length, outcomes: outcomes.length },
    tasks: tasks.slice(0, ritual === 'brief' ? TOP_MAX : PART_MAX).map(named),
  }
}

async function freeSlots(ctx: Context, day: string): Promise<string[] | null> {
  const free = await readFreeOfDay(ctx, day)
  if (free === null || !free.isWorkDay) return null
  const timeZone = await personTimeZone(ctx)
  return free.slots.map((slot) => slotText(slot, timeZone))
}

const NO_NEWS: RitualNews = { overdue: 0, today: 0, done: 0, left: 0, outcomes: 0, tasks: [] }

function named({ id, ref, accountId }: Work): RitualNews['tasks'][number] {
  return { id, ref, accountId }
}
