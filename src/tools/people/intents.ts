/** What people type about those who are here. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun } from '../../core/intent/noun.ts'
import { caseless } from '../../core/text/comparable.ts'
import { listInvitations } from './list-invitations.ts'
import { listPeople } from './list-people.ts'

const NAME_MAX_WORDS = 2
/** Words that begin no name, and those for the speaker and the reader. */
const NOBODY = /^(?:the|an?|my|our|your|it|this|that|i|me|we|us|you|they|he|she|everyone|someone)\b/i

/** People are named by their id, their name, or the first word of it. */
export const personNoun = defineNoun({
  word: 'person',
  finding: {
    operation: listPeople,
    input: (text) => (text === undefined ? {} : { text: text.replace(/^@/, '') }),
    wider: () => [],
    thingsIn: ({ items }) => items.map(({ id, name }) => ({ ref: id, name: name ?? id })),
  },
  matches({ ref, name }, said) {
    const word = caseless(said.replace(/^@/, ''))
    return [ref, name, name.split(/\s/)[0] ?? name].some((each) => caseless(each) === word)
  },
  canBe: (text) => !NOBODY.test(text) && text.split(/\s+/).length <= NAME_MAX_WORDS,
})

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
