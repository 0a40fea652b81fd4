/** slack.pair: a user of Slack becomes a person, by the code that the bot showed them. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId, shortName } from '../../domain/access/people.ts'
import { reopenEvent } from '../../domain/inbox/store.ts'
import { personUri } from '../../domain/people/person.ts'
import { ensurePerson } from '../../domain/people/store.ts'
import { assertManagesPeople, assertPeople } from '../../domain/people/visible-people.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import { linkUser, type PairingRow, pairedWords, usePairing } from '../../domain/slack/pairings.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
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
    const pairing = await usePairing(ctx, code)
    const { externalId, name } = pairing
    await ensurePerson(ctx, whom)
    await linkUser(ctx, { externalId, personId: whom })
    await welcomeUser(ctx, pairing, whom)
    ctx.changed(personUri(whom), whom)
    ctx.touched(personUri(whom), whom)
    return { personId: whom, user: externalId, name }
  },
  tell: ({ personId, user, name }) =>
    `${name} (${user}) in Slack is ${personId} from now on. To undo it: switchboard slack unpair ${user}`,
})

/** Tells the user that they are in, and has the message answered that waited for it. */
async function welcomeUser(
  ctx: Context,
  { teamId, userId, inboxId }: PairingRow,
  personId: string,
): Promise<void> {
  const text = pairedWords(await shortName(ctx.db, personId))
  await insertPosts(ctx, [{ kind: 'message', teamId, channel: userId, text: escapeText(text) }])
  for (const uri of POSTS_CHANGE.uris) ctx.changed(uri, POSTS_CHANGE.spaceId)
  if (inboxId !== null) await reopenEvent(ctx, inboxId)
}

function isNoUser(): AppError {
  return new AppError('forbidden', 'A team is no user of Slack.', {
    fix: 'Confirm the code with a key of your own.',
  })
}
