/** Tells people in the morning what is due: once a day, on their work days. */
import { and, isNull, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage } from '../../core/area/message.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { counted } from '../../core/text/counts.ts'
import { people, WEEKDAYS } from '../access/tables.ts'
import { type Viewer, visibleTo } from '../access/visible-to.ts'
import { isOwnAffair } from '../notifications/sight.ts'
import { reminders } from '../notifications/tables.ts'
import { localNow } from '../time/clock.ts'
import { tasks } from './tables.ts'
import { taskKind } from './task-kind.ts'

/** The hours of a person's day, 0 to 23, between which they are told: later, the day is as good as over. */
export const MORNING = { from: 8, until: 12 } as const

/** The most titles of tasks in the message. */
const SHOWN_MAX = 5

export const tasksDue = defineEvent({
  name: 'tasks.due',
  version: 1,
  summary: `A person has tasks that are due today or overdue: once a day, in the morning.`,
  payload: z.object({ personId: z.string(), day: z.string(), dueToday: z.int(), overdue: z.int() }),
  scope: 'tasks:read',
  example: { personId: 'ada', day: '2026-11-30', dueToday: 3, overdue: 1 },
})

export const dueMessage = defineMessage({
  event: tasksDue,
  title: 'Tasks are due today or overdue: once a day, in the morning of your work days',
  isUrgent: false,
  text: ({ dueToday, overdue }) =>
    [
      ...(dueToday === 0 ? [] : [`${counted(dueToday, 'task is', 'tasks are')} due today`]),
      ...(overdue === 0 ? [] : [`${counted(overdue, 'task is', 'tasks are')} overdue`]),
    ].join(', '),
  actions: () => [{ label: 'Plan the day', call: { operation: 'tasks.plan', input: {} } }],
  isSeen: isOwnAffair,
  details: firstDue,
})

/** The titles of the tasks that are due most, until the message was read: what is due on another day is no news. */
function firstDue(viewer: Viewer): SQL {
  const day = sql`(n.payload ->> 'day')::date`
  const isDue = sql`trashed_at is null and status in ('open', 'in_progress') and due_date <= ${day}
    and ${visibleTo(viewer, tasks)} order by due_sort, id limit ${SHOWN_MAX}::int`
  const { number, title, dueDate, dueSort, id } = tasks
  const columns = sql`${number}, ${title}, ${dueDate}, ${dueSort}, ${id}`
  return sql`case when n.read_at is null then (
    select jsonb_agg(${`${taskKind.letters}-`}::text || number || ': ' || title
      || case when due_date < ${day} then ' (due ' || due_date || ')' else '' end order by due_sort, id)
    from (select * from (
      (select ${columns} from ${tasks} where space_id = n.person_id
        and (assignee_id is null or assignee_id = n.person_id) and ${isDue})
      union all (select ${columns} from ${tasks} where assignee_id = n.person_id and space_id <> n.person_id
        and ${isDue})) as mine order by due_sort, id limit ${SHOWN_MAX}::int) as first) end`
}

/** The brief that a person has switched on, which tells them the same. */
const briefOf = sql`(select from ritual_preferences rituals where rituals.person_id = ${people.id}
  and rituals.times ->> 'brief' is not null)`

/** Tells everybody whose morning it is, and who was not told today. Answers with how many were. */
export async function tellDue(ctx: Context): Promise<number> {
  const { id, timeZone, workDays } = people
  const everybody = await ctx.db
    .select({ id, timeZone, workDays })
    .from(people)
    .where(and(isNull(people.deactivatedAt), sql`not exists ${briefOf}`))
  const today = everybody.flatMap((person) => {
    const local = localNow({ now: ctx.now, timeZone: person.timeZone ?? ctx.defaultTimeZone })
    const isMorning = local.hour >= MORNING.from && local.hour < MORNING.until
    const weekday = WEEKDAYS[local.dayOfWeek - 1]
    const isWorkDay = person.workDays?.some((day) => day === weekday) ?? true
    return isMorning && isWorkDay ? [{ id: person.id, day: local.toPlainDate().toString() }] : []
  })
  if (today.length === 0) return 0
  const due = await takeDue(ctx, today)
  for (const { personId, ...figures } of due) {
    const payload = { personId, ...figures }
    ctx.emit(tasksDue, { uri: `person://${personId}`, spaceId: personId, payload, concerns: [personId] })
  }
  return due.length
}

interface Today {
  readonly id: string
  readonly day: string
}

type Due = z.output<typeof tasksDue.payload>

/**
 * Notes for each person that they were told of this day, and answers with what is due of those who were not. Two calls at
 * the same time wait for each other's rows.
 */
async function takeDue({ db }: Pick<Context, 'db'>, today: readonly Today[]): Promise<Due[]> {
  const rows = await db.execute<Due & Record<string, unknown>>(sql`
    with today as (select * from jsonb_to_recordset(${JSON.stringify(today)}::jsonb) as t (id text, day date)),
    noted as (insert into ${reminders} as r (person_id, day) select id, day from today order by id
      on conflict (person_id) do update set day = excluded.day where r.day < excluded.day
      returning person_id, day)
    select noted.person_id as "personId", noted.day::text as day, due.today as "dueToday", due.overdue
    from noted cross join lateral (
      select count(*) filter (where due_date = noted.day)::int as today,
        count(*) filter (where due_date < noted.day)::int as overdue
      from (select due_date from tasks where space_id = noted.person_id
          and (assignee_id is null or assignee_id = noted.person_id)
          and trashed_at is null and status in ('open', 'in_progress') and due_date <= noted.day
        union all
        select due_date from tasks where assignee_id = noted.person_id and space_id <> noted.person_id
          and trashed_at is null and status in ('open', 'in_progress') and due_date <= noted.day) as mine) as due
    where due.today + due.overdue > 0 order by noted.person_id`)
  return [...rows]
}
