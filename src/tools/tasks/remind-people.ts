/** tasks.remind: tells people what is due. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { MORNING, tellDue } from '../../domain/tasks/due-today.ts'

export const remindPeople = defineOperation({
  name: 'tasks.remind',
  summary: 'Send everybody the reminder of the morning: once a day.',
  details: `The gateway calls it by itself. It tells what is due and what is overdue to those for whom it is between ${MORNING.from} and ${MORNING.until} o'clock of a work day, and who were not told that day.`,
  keywords: 'daily digest, cron',
  route: 'POST /v1/tasks/remind',
  input: z.object({}),
  output: z.object({ told: z.int().describe('How many people') }),
  scope: 'admin',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => ({ told: await tellDue(ctx) }),
  tell: ({ told }) => `Told ${told} people what is due.`,
})
