/** slack.pair: a user of Slack becomes a person, by the code that the bot showed them. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { personUri } from '../../domain/people/person.ts'
import { ensurePerson } from '../../domain/people/store.ts'
import { assertManagesPeople, assertPeople } from '../../domain/people/visible-people.ts'
import { linkUser, usePairing } from '../../domain/slack/pairings.ts'
import { teamOf } from '../../domain/teams/space.ts'

const CODE_MAX_CHARS = 40

export const pairUser = defineOperation({
  name: 'slack.pair',
  summary: 'Confirm the code that the bot showed in Slack: from then on you are that user there.',
  details:
    'Confirm only a code that you were shown yourself, because its user then acts as you. Those who manage people can confirm it for somebody else with personId.',
  keywords: 'connect slack, link account, code, who am I in slack',
  route: 'POST /v1/slack/pair',
  input: z.object({
    code: z.string().min(1).max(CODE_MAX_CHARS).describe('Such as ABCD-2345'),
    personId: PersonId.optional().describe('Default: you'),
  }),
  output: z.object({ personId: z.string(), user: z.string(), name: z.string() }),
  scope: 'slack:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'people',
  listed: false,
  example: { code: 'ABCD-2345' },
  async run({ code, personId }, ctx) {
    const whom = personId ?? ctx.actor.personId
    if (teamOf(whom) !== null) throw isNoUser()
    if (whom !== ctx.actor.personId) {
      assertManagesPeople(ctx, 'may confirm the code of somebody else', 'Leave personId out.')
      await assertPeople(ctx, [whom])
    }
    const { externalId, name } = await usePairing(ctx, code)
    await ensurePerson(ctx, whom)
    await linkUser(ctx, { externalId, personId: whom })
    ctx.changed(personUri(whom), whom)
    ctx.touched(personUri(whom), whom)
    return { personId: whom, user: externalId, name }
  },
  tell: ({ personId, user, name }) =>
    `${name} (${user}) in Slack is ${personId} from now on. To undo it: switchboard slack unpair ${user}`,
})

function isNoUser(): AppError {
  return new AppError('forbidden', 'A team is no user of Slack.', {
    fix: 'Confirm the code with a key of your own.',
  })
}
