/** What people type about those who are here. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listInvitations } from './list-invitations.ts'
import { listPeople } from './list-people.ts'

export const peopleIntents = [
  defineIntent({
    name: 'list-people',
    order: 632,
    says: [
      '[show|list] [me] [all] [the] (people|users|colleagues|members)',
      "(who is|who's) (here|around|on here)",
    ],
    example: 'people',
    does: 'List who is here',
    operation: listPeople,
    input: () => ({}),
  }),
  defineIntent({
    name: 'invite-person',
    order: 634,
    says: ['invite <email>', '(add|invite) <email> to (switchboard|the gateway|us)'],
    slots: { email: (text) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(text) },
    example: 'invite ann@example.com',
    does: 'Show who is invited, and how to invite somebody',
    operation: listInvitations,
    input: () => ({}),
    // The link lets in anyone who opens it, and others may read this conversation.
    asks: (_, said) => ({
      text: `Invite them at a terminal, which alone shows the link: switchboard people invite --email ${said?.words.email ?? 'ann@example.com'}`,
      answers: [],
    }),
  }),
]
