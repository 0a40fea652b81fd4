/** people.update: what is stored of a person, and the person's role. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { listAddresses } from '../../domain/people/addresses.ts'
import { askForAddresses } from '../../domain/people/invitations/letters.ts'
import {
  announceStanding,
  assertLeadsNoTeamAlone,
  assertMayGive,
  assertNotLastOwner,
  lockManaged,
} from '../../domain/people/manage.ts'
import {
  managedFields,
  ownFields,
  Person,
  personLine,
  personUri,
  RoleName,
} from '../../domain/people/person.ts'
import { changePerson, getPersonById } from '../../domain/people/store.ts'

export const updatePerson = defineOperation({
  name: 'people.update',
  summary: 'Change a person: name, role, e-mail addresses, accounts elsewhere, time zone and work days.',
  details:
    'A list replaces the stored one. A new role takes effect at once: what is open for the keys of the person ends, and they can connect again.',
  keywords: 'edit user, rename, promote, demote, add e-mail, link slack account',
  route: 'PATCH /v1/people/:personId',
  input: z.object({
    personId: PersonId,
    role: RoleName.optional(),
    ...ownFields,
    ...managedFields,
  }),
  output: z.object({ person: Person }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { personId: 'ada', role: 'admin', emails: [{ address: 'ada@example.com', verified: true }] },
  async run({ personId, ...changes }, ctx) {
    const row = await lockManaged(ctx, personId)
    const { role = row.role } = changes
    const isMoved = role !== row.role
    const isTakenForOthers = changes.emails !== undefined || changes.identities !== undefined
    if (isMoved || isTakenForOthers) await assertMayGive(ctx, row.role)
    if (isMoved) {
      await assertMayGive(ctx, role)
      assertNotLastOwner(row, 'have another role')
      if (role === 'guest') await assertLeadsNoTeamAlone(ctx, personId)
    }
    const known = changes.emails && (await listAddresses(ctx.db, personId))
    await changePerson(ctx, personId, changes)
    await askForAddresses(ctx, personId, { ...changes, known })
    if (isMoved) await announceStanding(ctx, personId)
    else ctx.changed(personUri(personId), personId)
    ctx.touched(personUri(personId), personId)
    return { person: await getPersonById(ctx, personId) }
  },
  tell: ({ person }) => `Changed ${personLine(person)}.`,
})
