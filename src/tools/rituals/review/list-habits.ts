/** rituals.habits: on which days repeating tasks were kept, and on which they were missed. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { personTimeZone } from '../../../domain/access/people.ts'
import { Habit, readHabits } from '../../../domain/rituals/review/habits.ts'

const DAYS = { most: 90, usual: 14 } as const

const MARKS: Readonly<Record<Habit['days'][number]['state'], string>> = { kept: 'x', missed: '-', open: '.' }

export const listHabits = defineOperation({
  name: 'rituals.habits',
  summary: 'Habits: how often you kept and missed your repeating tasks, day by day, and the streak.',
  details:
    'A day of a habit is kept if the task was completed on it or for it. Only tasks here: Todoist keeps no dates of what repeats there.',
  keywords: 'streak, routine, repeating tasks, consistency',
  route: 'GET /v1/rituals/habits',
  input: z.object({ days: z.int().min(1).max(DAYS.most).default(DAYS.usual).describe('Today is the last') }),
  output: z.object({ items: z.array(Habit) }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { days: 7 },
  run: async ({ days }, ctx) => ({ items: await readHabits(ctx, days, await personTimeZone(ctx)) }),
  line: ({ ref, title, kept, missed, streak, days }) =>
    `${ref} ${title}: ${marks(days)} ${kept} kept, ${missed} missed, ${counted(streak, 'day')} in a row`,
  none: 'No task repeats.',
  table: ({ items }) => ({
    columns: ['Ref', 'Habit', 'Days', 'Kept', 'Missed', 'In a row'],
    rows: items.map(({ ref, title, kept, missed, streak, days }) => [
      ...[ref, title, marks(days), String(kept), String(missed), String(streak)],
    ]),
  }),
})

function marks(days: Habit['days']): string {
  return days.map(({ state }) => MARKS[state]).join('')
}
