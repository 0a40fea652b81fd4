/** people.deactivate: a person goes; what is open for their keys ends at once. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { deactivatePerson as deactivate } from '../../domain/people/leaving/deactivate.ts'
import { HANDED, type HandedOver } from '../../domain/people/leaving/hand-over.ts'
import { Person } from '../../domain/people/person.ts'
import { getPersonById } from '../../domain/people/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

export const deactivatePerson = defineOperation({
  name: 'people.deactivate',
  summary: 'Deactivate a person: keys, sessions and streams stop at once, schedules pause, runs end.',
  details:
    'With handOverTo, everything that belongs to the person goes to another person or a team, who also becomes the admin of teams that would have none. Without it, everything stays theirs until people.reactivate. An agent stays behind where the receiver has one of the same name.',
  keywords: 'suspend user, block, offboard, leave the company, fire, lock out, disable account, remove',
  route: 'POST /v1/people/:personId/deactivate',
  input: z.object({
    personId: PersonId,
    handOverTo: z.union([TeamId, PersonId]).optional().describe('A person or a team'),
  }),
  output: z.object({
    person: Person,
    changed: z.boolean().describe('false: they had been deactivated before'),
    heldBy: z.string().describe('Who now holds what was theirs'),
    handedOver: z.object(Object.fromEntries(HANDED.map((kind) => [kind, z.int()]))).nullable(),
    schedulesPaused: z.int(),
  }),
  scope: 'people:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { personId: 'ada', handOverTo: 'local' },
  async run({ personId, handOverTo }, ctx) {
    const left = await deactivate(ctx, personId, handOverTo)
    return { person: await getPersonById(ctx, personId), heldBy: handOverTo ?? personId, ...left }
  },
  tell: ({ person, changed, heldBy, handedOver, schedulesPaused }) =>
    [
      `${person.id} ${changed ? 'is deactivated' : 'had been deactivated before'}.`,
      handedOver === null
        ? `What was theirs stays theirs.`
        : `${heldBy} now holds ${handedWords(handedOver)}.`,
      ...(schedulesPaused > 0 ? [`Schedules paused: ${schedulesPaused}.`] : []),
    ].join(' '),
  next: ({ person }) => [{ operation: 'people.reactivate', input: { personId: person.id } }],
})

function handedWords(handed: Partial<HandedOver>): string {
  const words = Object.entries(handed).flatMap(([kind, count]) => (count > 0 ? [`${kind}: ${count}`] : []))
  return words.length === 0 ? 'nothing, because there was nothing' : words.join(', ')
}
