/** people.get: one person. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { Person, personLine } from '../../domain/people/person.ts'
import { getPersonById } from '../../domain/people/store.ts'

export const getPerson = defineOperation({
  name: 'people.get',
  summary: 'Get a person: name and time zone; of yourself, or if you manage people, all that is stored.',
  keywords: 'user, profile, e-mail, address, role, who is',
  route: 'GET /v1/people/:personId',
  input: z.object({ personId: PersonId }),
  output: z.object({ person: Person }),
  scope: 'people:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { personId: 'ada' },
  async run({ personId }, ctx) {
    return { person: await getPersonById(ctx, personId) }
  },
  tell({ person }) {
    const { emails = [], identities = [], channels = [], workDays, quietHours } = person
    const lines = [
      personLine(person),
      ...emails.map(({ address, verified }) => `mail ${address}${verified ? '' : ' (not verified)'}`),
      ...identities.map(({ provider, id }) => `${provider} ${id}`),
      ...(workDays ? [`works ${workDays.join(' ')}`] : []),
      ...(quietHours ? [`quiet from ${quietHours.from} to ${quietHours.to}`] : []),
      ...(channels.length > 0 ? [`reached by ${channels.join(', ')}`] : []),
    ]
    return lines.join('\n')
  },
})
