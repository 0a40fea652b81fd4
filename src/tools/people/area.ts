/** People: who is here, how they are reached, and what they may do. */
import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { defineChoices } from '../../core/form/choices.ts'
import {
  addressLetter,
  deleteUnsentTokens,
  invitationLetter,
} from '../../domain/people/invitations/letters.ts'
import { deleteOldInvitations } from '../../domain/people/invitations/store.ts'
import { deleteRemains } from '../../domain/people/leaving/erase-remains.ts'
import { createPerson } from './create-person.ts'
import { deactivatePerson } from './deactivate-person.ts'
import { erasePerson } from './erase-person.ts'
import { getPerson } from './get-person.ts'
import { peopleIntents } from './intents.ts'
import { invitePerson } from './invite-person.ts'
import { listInvitations } from './list-invitations.ts'
import { listPeople } from './list-people.ts'
import { reactivatePerson } from './reactivate-person.ts'
import { revokeInvitation } from './revoke-invitation.ts'
import { updatePerson } from './update-person.ts'

export const people = defineArea({
  name: 'people',
  choices: [
    defineChoices({
      fields: ['personId', 'assignee'],
      operation: listPeople,
      input: (text) => (text === undefined ? {} : { text }),
      thingsIn: ({ items }) => items.map(({ id, name }) => ({ ref: id, name: name ?? '' })),
    }),
  ],
  intents: peopleIntents,
  ids: ['invitation'],
  scopes: {
    'people:read': {},
    'people:write': {
      agents: 'who may come in, and what each may do, is for people to decide',
      keyless: 'a person who was added stays after the way in is closed',
      members: 'it reaches the keys and the things of other people',
    },
  },
  operations: [
    createPerson,
    listPeople,
    getPerson,
    updatePerson,
    invitePerson,
    listInvitations,
    revokeInvitation,
    deactivatePerson,
    reactivatePerson,
    erasePerson,
  ],
  letters: [invitationLetter, addressLetter],
  expires: [
    defineExpiry({ name: 'erasedPeople', deletePast: ({ db }) => deleteRemains(db) }),
    defineExpiry({ name: 'lettersUnsent', deletePast: ({ db }, now) => deleteUnsentTokens(db, now) }),
    defineExpiry({ name: 'invitations', deletePast: ({ db }, now) => deleteOldInvitations(db, now) }),
  ],
})
