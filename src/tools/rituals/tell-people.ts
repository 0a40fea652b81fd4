/** rituals.tell: tells people of their rituals. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { tellRituals } from '../../domain/rituals/tell-rituals.ts'

export const tellPeople = defineOperation({
  name: 'rituals.tell',
  summary: 'Tell everybody of the rituals whose time has come: each once a day.',
  details: 'The gateway calls it by itself, every minute.',
  keywords: 'daily brief, cron',
  route: 'POST /v1/rituals/tell',
  input: z.object({}),
  output: z.object({ told: z.int().describe('How many rituals') }),
  scope: 'admin',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => ({ told: await tellRituals(ctx) }),
  tell: ({ told }) => `Told people of ${counted(told, 'ritual')}.`,
})
