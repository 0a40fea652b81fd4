/** access.list_keys: API keys, without their secrets. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { assertAdmin } from '../../domain/access/admin.ts'
import { ApiKey, KEY_STATES, toApiKey } from '../../domain/access/key.ts'
import { listKeys as listKeysIn } from '../../domain/access/keys.ts'
import { ledBy } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

export const listKeys = defineOperation({
  name: 'access.list_keys',
  summary: 'List your API keys, newest first.',
  keywords: 'show, find, which, all my tokens, credentials, secrets',
  route: 'GET /v1/keys',
  input: z.object({
    everyone: z.boolean().default(false).describe("Everybody's keys; needs admin"),
    teamId: TeamId.optional().describe('The keys of the services of a team that you lead'),
    state: z.enum(KEY_STATES).optional(),
    ...pageInput,
  }),
  output: pageOf(ApiKey),
  scope: 'access:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { state: 'active' },
  async run(input, ctx) {
    if (input.everyone) assertAdmin(ctx, "see everybody's keys")
    const { items, nextCursor } = await listKeysIn(ctx, { ...input, holder: await ledBy(ctx, input.teamId) })
    return { items: items.map((row) => toApiKey(row, ctx.now)), nextCursor }
  },
  line: ({ id, label, hint, person, state, scopes, expiresAt }) =>
    `${id} ${label} (${hint}): ${state}, for ${person}, ${scopes.join(' ')}, expires ${expiresAt ?? 'never'}`,
  none: 'No keys.',
  table: ({ items }) => ({
    columns: ['id', 'label', 'key', 'person', 'kind', 'scopes', 'state', 'expires', 'last used'],
    rows: items.map((key) => [
      key.id,
      key.label,
      key.hint,
      key.person,
      key.kind,
      key.scopes.join(' '),
      key.state,
      key.expiresAt ?? 'never',
      key.lastUsedAt ?? 'never',
    ]),
  }),
})
