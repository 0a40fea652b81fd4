/** people.create: a person who comes without an invitation. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { askForAddresses } from '../../domain/people/invitations/letters.ts'
import { assertMayGive } from '../../domain/people/manage.ts'
import {
  managedFields,
  ownFields,
  Person,
  personLine,
  personUri,
  RoleName,
} from '../../domain/people/person.ts'
import { getPersonById, insertPerson } from '../../domain/people/store.ts'

export const createPerson = defineOperation({
  name: 'people.create',
  summary: 'Add a person. To let them sign in, create a key for them, or invite them instead.',
  keywords: 'user, member, colleague, coworker, register, sign up',
  route: 'POST /v1/people',
  input: z.object({
    id: PersonId.describe('Permanent: a short name such as ada, or an e-mail address'),
    role: RoleName.default('member'),
    ...ownFields,
    ...managedFields,
  }),
  output: z.object({ person: Person }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { id: 'ada', name: 'Ada Lovelace', timeZone: 'Europe/London' },
  async run({ id, ...given }, ctx) {
    await assertMayGive(ctx, given.role)
    await insertPerson(ctx, id, given)
    ctx.touched(personUri(id), id)
    await askForAddresses(ctx, id, given)
    return { person: await getPersonById(ctx, id) }
  },
  tell: ({ person }) => `Added ${personLine(person)}.`,
  next: ({ person }) => [{ operation: 'people.get', input: { personId: person.id } }],
})
