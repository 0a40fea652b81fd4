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
    'With handOverTo, what belongs to the person goes to another person or a team, who also becomes the admin of teams that would have none. Without it, everything stays theirs until people.reactivate. Webhooks are handed over disabled, and hooks refuse events until somebody changes them: they then act for that person. Tasks of others that were given to the person go to a receiver who sees them. What stays: connected accounts, which act as the person at another service and cannot be used until they come back; tasks that the receiver does not see; the limit on what all of their runs may spend; agents and budgets whose name the receiver has already. A call that is under way at that moment may still take effect.',
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
    staying: z
      .object({ accounts: z.int(), given: z.int().describe('Open tasks of others that were given to them') })
      .describe('What stays with them in any case'),
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
  tell: ({ person, changed, heldBy, handedOver, staying, schedulesPaused }) =>
    [
      `${person.id} ${changed ? 'is deactivated' : 'had been deactivated before'}.`,
      handedOver === null ? `What was theirs stays theirs.` : `${heldBy} now holds ${words(handedOver)}.`,
      ...(staying.accounts > 0 ? [`Connected accounts that wait for them: ${staying.accounts}.`] : []),
      ...(staying.given > 0 ? [`Open tasks of others that stay given to them: ${staying.given}.`] : []),
      ...(schedulesPaused > 0 ? [`Schedules paused: ${schedulesPaused}.`] : []),
    ].join(' '),
  next: ({ person }) => [{ operation: 'people.reactivate', input: { personId: person.id } }],
})

function words(handed: Partial<HandedOver>): string {
  const known = Object.entries(handed).flatMap(([kind, count]) =>
    count > 0 ? [`${kind === 'given' ? 'tasks given to them' : kind}: ${count}`] : [],
  )
  return known.length === 0 ? 'nothing, because there was nothing' : known.join(', ')
}
