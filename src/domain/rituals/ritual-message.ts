/** What people are told when the time of a ritual has come. */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage, type MessageAction } from '../../core/area/message.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { counted } from '../../core/text/counts.ts'
import { type Viewer, visibleTo } from '../access/visible-to.ts'
import { isOwnAffair } from '../notifications/sight.ts'
import { tasks } from '../tasks/tables.ts'
import { todoistItems as items } from '../todoist/tables.ts'
import { TIMED_RITUALS, type TimedRitual } from './tables.ts'

const News = z.object({
  overdue: z.int(),
  today: z.int().describe('Due today'),
  done: z.int(),
  left: z.int().describe('Due, overdue, begun or chosen for today'),
  free: z
    .array(z.string())
    .nullish()
    .describe(
      "Free slots of a brief's day, in the time zone of the person; null: no calendar, or no work day",
    ),
  outcomes: z.int().describe('Of the week, still to be achieved; for a review, all of them'),
  tasks: z
    .array(z.object({ id: z.string(), ref: z.string(), accountId: z.string().nullable() }))
    .describe('Those that come first'),
})
export type RitualNews = z.output<typeof News>

export const ritualDue = defineEvent({
  name: 'ritual.due',
  version: 1,
  summary: 'The time of a ritual that a person has switched on has come: once a day for each.',
  payload: News.extend({ personId: z.string(), ritual: z.enum(TIMED_RITUALS), day: z.string() }),
  scope: 'tasks:read',
  example: {
    ...{ personId: 'ada', ritual: 'brief', day: '2026-11-30', overdue: 1, today: 3, done: 0, left: 4 },
    ...{ outcomes: 2, tasks: [{ id: exampleId('task'), ref: 'T-3', accountId: null }] },
  },
})

type Payload = z.output<typeof ritualDue.payload>

const TEXTS: Readonly<Record<TimedRitual, (news: Payload) => string>> = {
  brief: ({ today, overdue, outcomes, free }) =>
    `Good morning: ${counted(today, 'task')} due today, ${overdue} overdue, ${counted(outcomes, 'outcome')} to achieve this week${freeText(free)}`,
  midday: ({ done, left }) => `Midday: ${done} done, ${left} left for today`,
  wrap: ({ done, left }) => `Evening: ${done} completed today, ${left} still open`,
  outcomes: ({ outcomes }) =>
    outcomes === 0
      ? 'What do you want to have achieved by the end of this week?'
      : `${counted(outcomes, 'outcome')} set for this week`,
  review: () => 'Time for your weekly review: 11 steps, and you can stop and go on whenever you like',
}

/** Slots that the message names: it is also the subject of a mail. */
const SLOTS_TOLD_MAX = 3

function freeText(slots: readonly string[] | null | undefined): string {
  if (slots === null || slots === undefined) return ''
  if (slots.length === 0) return ', and no free time in your working hours'
  const more = slots.length - SLOTS_TOLD_MAX
  return `. Free: ${slots.slice(0, SLOTS_TOLD_MAX).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

const SHOWN: Readonly<Record<TimedRitual, MessageAction>> = {
  brief: { label: 'Show the brief', call: { operation: 'rituals.brief', input: {} } },
  midday: { label: 'Show the check-in', call: { operation: 'rituals.check_in', input: {} } },
  wrap: { label: 'Wrap up', call: { operation: 'rituals.wrap', input: {} } },
  outcomes: {
    label: 'Set outcomes',
    call: { operation: 'rituals.set_outcomes', input: {}, ask: { outcomes: 'up to three outcomes' } },
  },
  review: { label: 'Begin the review', call: { operation: 'rituals.review', input: {} } },
}

/** The tasks of a brief can be completed from its message. */
const MARKED_MAX = 3

export const ritualMessage = defineMessage({
  event: ritualDue,
  title: 'Your brief, check-in, wrap, outcomes and review, at the times that you set',
  isUrgent: false,
  text: (payload) => TEXTS[payload.ritual](payload),
  actions: ({ ritual, tasks: first }) => [
    SHOWN[ritual],
    ...(ritual === 'brief' ? first.slice(0, MARKED_MAX).map(doneAction) : []),
  ],
  isSeen: isOwnAffair,
  details: titlesOf,
})

function doneAction({ ref, accountId }: RitualNews['tasks'][number], index: number): MessageAction {
  const input = { task: ref, decision: 'done', ...(accountId !== null && { accountId }) }
  return { label: `Done: ${index + 1}`, call: { operation: 'rituals.mark', input } }
}

/** The titles of its tasks as they are now; a task that the viewer no longer sees is left out. */
function titlesOf(viewer: Viewer): SQL {
  const done = sql`' (done)'`
  return sql`(select jsonb_agg(coalesce(
      (select named.place || '. ' || (named.task ->> 'ref') || ': ' || title
          || case when status = 'done' then ${done} else '' end
        from ${tasks} where id = named.task ->> 'id' and named.task ->> 'accountId' is null
        and trashed_at is null and ${visibleTo(viewer, tasks)}),
      (select named.place || '. ' || content || case when checked then ${done} else '' end
        from ${items} where id = named.task ->> 'id' and account_id = named.task ->> 'accountId'
        and ${visibleTo(viewer, items)})) order by named.place)
    from jsonb_array_elements(n.payload -> 'tasks') with ordinality as named (task, place))`
}
