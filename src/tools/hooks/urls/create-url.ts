/** hooks.urls.create: a URL at the hook of a service, whose token is shown in this answer and never again. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { hashKey } from '../../../domain/access/key-form.ts'
import { homeSpace } from '../../../domain/access/visible-to.ts'
import { HookName } from '../../../domain/hooks/own-hook.ts'
import { makeToken } from '../../../domain/hooks/signatures.ts'
import { assertHookPath, HookUrl, insertHookUrl, linkOf, toHookUrl } from '../../../domain/inbox/hook-urls.ts'
import { lockLedTeam } from '../../../domain/teams/store.ts'
import { TeamId } from '../../../domain/teams/team.ts'

const PATH_MAX_CHARS = 100

export const createHookUrl = defineOperation({
  name: 'hooks.urls.create',
  summary: "Create a URL where a service that this gateway knows reports what is yours, or your team's.",
  details:
    'For services that have a hook here, such as todoist; for others use hooks.create. What is reported there belongs to the owner of the URL. Repeating the call with its idempotency key returns the same URL without its token.',
  keywords: 'webhook, new, add, incoming, receive, token, endpoint, team hook, address for a service',
  route: 'POST /v1/hooks/urls',
  input: z.object({
    hook: z.string().max(PATH_MAX_CHARS).describe('The service, as its hook is called here: todoist'),
    name: HookName,
    teamId: TeamId.optional().describe('A team that you lead; default: you'),
  }),
  output: z.object({
    hookUrl: HookUrl,
    link: z.string().nullable().describe('The whole URL, for the service; null when the call is repeated'),
  }),
  scope: 'hooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  shownOnce: ['link'],
  example: { hook: 'todoist', name: 'Tasks of the shop' },
  async run({ hook, name, teamId }, ctx) {
    assertHookPath(ctx, hook)
    if (teamId !== undefined) await lockLedTeam(ctx, teamId)
    const ownerId = teamId ?? homeSpace(ctx)
    const token = makeToken()
    const row = {
      ...{ id: ctx.newId('hookurl'), hook, name, ownerId, spaceId: ownerId, personId: ctx.actor.personId },
      ...{ hash: hashKey(token), createdAt: ctx.now },
    }
    await insertHookUrl(ctx, row)
    return { hookUrl: toHookUrl(row, ctx.publicUrl), link: linkOf({ hook, token }, ctx.publicUrl) }
  },
  tell({ hookUrl: { id, hook }, link }) {
    return link === null
      ? `The URL ${id} was created by an earlier call, which showed its token. If the token is lost: hooks.urls.delete, and create another.`
      : `Created ${id}. Let ${hook} report to this URL, which is not shown again:\n${link}`
  },
  next: ({ hookUrl: { hook } }) => [{ operation: 'inbox.list', input: { source: hook } }],
})
