/** access.set_limit: another limit for one person or team. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertAdmin } from '../../domain/access/admin.ts'
import { PersonId } from '../../domain/access/people.ts'
import { ownerOf } from '../../domain/limits/owner.ts'
import { findLimit, LIMIT_MAX, OwnerUse, saveLimit, useOf } from '../../domain/limits/store.ts'
import { amountText } from '../../domain/limits/words.ts'
import { TeamId } from '../../domain/teams/team.ts'

const NAME_MAX_CHARS = 50

export const setLimit = defineOperation({
  name: 'access.set_limit',
  summary: 'Set a limit of one person or team, such as how many runs may be open.',
  details:
    'It applies from the next call on. Nothing is taken away from an owner who has more than a new limit allows; nothing is added either, until there is room again.',
  keywords: 'quota, raise, lower, allow more, capacity, share, restrict',
  route: 'PUT /v1/limits',
  input: z.object({
    limit: z.string().max(NAME_MAX_CHARS).describe('A name from access.usage, such as open_runs'),
    value: z.int().min(0).max(LIMIT_MAX).nullable().describe('null: the standard limit again'),
    personId: PersonId.optional(),
    teamId: TeamId.optional().describe('In place of personId; neither: you'),
  }),
  output: z.object({ usage: OwnerUse, limit: z.string() }),
  scope: 'access:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { limit: 'open_runs', value: 1000, personId: 'local' },
  async run({ limit, value, ...owner }, ctx) {
    assertAdmin(ctx, 'set limits')
    const ownerId = await ownerOf(ctx, owner)
    const { name } = findLimit(ctx, limit, ownerId)
    await saveLimit(ctx, { ownerId, name, value })
    ctx.touched(`limit://${ownerId}/${name}`, ownerId)
    return { usage: await useOf(ctx, ownerId), limit: name }
  },
  tell({ usage, limit }) {
    const use = usage.limits.find(({ name }) => name === limit)
    return use === undefined ? '' : `${usage.ownerId} uses ${amountText(use)} (${limit}).`
  },
})
