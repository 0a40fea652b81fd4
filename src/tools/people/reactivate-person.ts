/** people.reactivate: a person comes back. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { reactivatePerson as reactivate } from '../../domain/people/leaving/deactivate.ts'
import { Person } from '../../domain/people/person.ts'
import { getPersonById } from '../../domain/people/store.ts'

export const reactivatePerson = defineOperation({
  name: 'people.reactivate',
  summary: 'Let a deactivated person come back: their keys are accepted again, schedules stay paused.',
  keywords: 'unblock user, restore, enable account, unlock, return',
  route: 'POST /v1/people/:personId/reactivate',
  input: z.object({ personId: PersonId }),
  output: z.object({ person: Person, changed: z.boolean().describe('false: they were active') }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { personId: 'ada' },
  async run({ personId }, ctx) {
    const changed = await reactivate(ctx, personId)
    return { person: await getPersonById(ctx, personId), changed }
  },
  tell: ({ person, changed }) => `${person.id} ${changed ? 'is active again' : 'was active'}.`,
})
