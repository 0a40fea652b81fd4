/** A person's own name and time zone. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { getPerson, PERSON_NAME_MAX_CHARS, Profile, updatePerson } from '../../domain/access/people.ts'
import { TimeZone } from '../../domain/time/zones/time-zone.ts'

export const updateProfile = defineOperation({
  name: 'access.update_profile',
  summary: 'Set your name, or the time zone in which your dates are read.',
  keywords: 'edit my name, change timezone, moved, settings, preferences, account',
  route: 'PATCH /v1/profile',
  input: z.object({
    name: z.string().trim().min(1).max(PERSON_NAME_MAX_CHARS).nullish(),
    timeZone: TimeZone.nullish().describe(
      'IANA name such as Europe/Paris; null: the time zone of the gateway',
    ),
  }),
  output: z.object({ person: Profile }),
  scope: 'profile:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { name: 'Ada', timeZone: 'Europe/London' },
  async run(input, ctx) {
    await updatePerson(ctx, input)
    return { person: await getPerson(ctx) }
  },
  tell: ({ person }) => `${person.name ?? person.id}, time zone ${person.timeZone}.`,
})
