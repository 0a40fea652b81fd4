/** people.erase: nothing stays of a person but an id. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { ERASED_AT_ONCE, ERASED_LATER, erasePerson as erase } from '../../domain/people/leaving/erase.ts'

const countsOf = (kinds: readonly string[]) =>
  z.object(Object.fromEntries(kinds.map((kind) => [kind, z.int()])))

export const erasePerson = defineOperation({
  name: 'people.erase',
  summary: 'Erase a deactivated person for good: who they were, their keys, and all that is theirs alone.',
  details:
    'Deactivate them first; with handOverTo, their things go to somebody else. Their id stays, so that the audit and the things of others still name somebody, and nobody gets it again. Tasks that were given to them go back to their owners. Within the hour, what is in their own space is deleted, and in the audit the inputs of their calls and of those that changed them or their things. What they connected or made for a team stays the property of the team.',
  keywords: 'gdpr, forget, delete user, remove person, right to be forgotten, personal data',
  route: 'POST /v1/people/:personId/erase',
  input: z.object({ personId: PersonId }),
  output: z.object({
    personId: z.string(),
    deleted: countsOf(ERASED_AT_ONCE),
    remaining: countsOf(ERASED_LATER).describe('What is deleted within the hour'),
  }),
  scope: 'people:write',
  effect: 'destroy',
  repeat: 'keyed',
  listed: false,
  example: { personId: 'ada' },
  run: async ({ personId }, ctx) => ({ personId, ...(await erase(ctx, personId)) }),
  tell: ({ personId, deleted, remaining }) =>
    `Erased ${personId}. Deleted: ${words(deleted)}. To be deleted within the hour: ${words(remaining)}.`,
})

function words(counts: Readonly<Record<string, number>>): string {
  const known = Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []))
  return known.length === 0 ? 'nothing' : known.join(', ')
}
