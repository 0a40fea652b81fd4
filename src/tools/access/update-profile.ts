/** What people set for themselves: name, time zone, work days, quiet hours, and how to reach them. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { ownFields, Person } from '../../domain/people/person.ts'
import { changePerson, ensurePerson, getPersonById } from '../../domain/people/store.ts'
import { teamOf } from '../../domain/teams/space.ts'

export const updateProfile = defineOperation({
  name: 'access.update_profile',
  summary: 'Set your name, the time zone in which your dates are read, and when and how to reach you.',
  keywords:
    'edit my name, change timezone, moved, settings, preferences, account, do not disturb, working days, notifications',
  route: 'PATCH /v1/profile',
  input: z.object(ownFields),
  output: z.object({ person: Person }),
  scope: 'profile:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { name: 'Ada', timeZone: 'Europe/London' },
  async run(input, ctx) {
    const { personId } = ctx.actor
    if (teamOf(personId) !== null) throw hasNoProfile()
    await ensurePerson(ctx, personId)
    await changePerson(ctx, personId, input)
    return { person: await getPersonById(ctx, personId) }
  },
  tell: ({ person: { id, name, timeZone, quietHours } }) =>
    `${name ?? id}, time zone ${timeZone}${quietHours == null ? '' : `, quiet hours ${quietHours.from} to ${quietHours.to}`}.`,
})

function hasNoProfile(): AppError {
  return new AppError('forbidden', 'The service of a team has no profile.', {
    fix: 'Rename the team with teams.update.',
  })
}
