/** access.usage: how much people and teams use of their limits. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { assertAdmin } from '../../domain/access/admin.ts'
import { listUse, OwnerUse, useOf } from '../../domain/limits/store.ts'
import { amountText, barText } from '../../domain/limits/words.ts'
import { ledBy } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

export const showUsage = defineOperation({
  name: 'access.usage',
  summary: 'Show how much you use of each limit: open runs, schedules, hooks, stored files.',
  details:
    'Admins of the gateway see everybody, and change the limits of a person or a team with access.set_limit.',
  keywords: 'quota, limits, share, how much left, storage, who uses most, capacity',
  route: 'GET /v1/usage',
  input: z.object({
    everyone: z.boolean().default(false).describe('All people and teams; needs admin'),
    teamId: TeamId.optional().describe('A team that you lead, in place of you'),
    ...pageInput,
  }),
  output: pageOf(OwnerUse),
  scope: 'access:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ everyone, teamId, ...page }, ctx) {
    if (everyone) {
      if (teamId !== undefined) throw askedTwice()
      assertAdmin(ctx, 'see what everybody uses')
      return await listUse(ctx, page)
    }
    return { items: [await useOf(ctx, await ledBy(ctx, teamId))], nextCursor: null }
  },
  line: ({ ownerId, limits }) => {
    const uses = limits.map(({ name, used, most, unit }) => `${name} ${amountText({ used, most, unit })}`)
    return `${ownerId}: ${uses.join('; ')}`
  },
  table: ({ items }) => ({
    columns: ['whose', 'limit', 'used', 'of the limit', 'set by'],
    rows: items.flatMap(({ ownerId, limits }) =>
      limits.map((each) => [ownerId, each.meaning, barText(each), amountText(each), each.setBy ?? '']),
    ),
  }),
})

function askedTwice(): AppError {
  return new AppError('invalid_input', 'A list of everyone is not of one team.', {
    issues: [{ path: 'teamId', message: 'leave it out, or leave out everyone' }],
  })
}
