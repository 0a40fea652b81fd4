/** hooks.create: an address where a service reports, and its secret, which is shown in this answer and never again. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertCallable } from '../../domain/hooks/callable.ts'
import { putSecret } from '../../domain/hooks/hook-secret.ts'
import { assertMapping } from '../../domain/hooks/mapping.ts'
import {
  HookMapping,
  HookName,
  HookOperation,
  type HookRow,
  OwnHook,
  toOwnHook,
  Verify,
} from '../../domain/hooks/own-hook.ts'
import { insertHook } from '../../domain/hooks/store.ts'
import { newOwner, newTeamId } from '../../domain/teams/new-owner.ts'

export const SECRET_MAX_CHARS = 500

export const createHook = defineOperation({
  name: 'hooks.create',
  summary: 'Create a URL where another service reports events; each event becomes a call of an operation.',
  details:
    'The mapping is a JSONata expression over the JSON that the service sends; it makes the input of the operation, or null to ignore the event. A repeating task that the mapping itself names, and that is done, stands for the open one that follows it. Calls are made with your rights, as long as the key that made the hook has them. A hook can call what agents may call, and nothing that only reads or cannot be undone. An event is known by the id that the service gives it; with verify "url" that is the header Idempotency-Key, otherwise a hash of the body. Repeating the call with its idempotency key returns the same hook without its secret.',
  keywords:
    'webhook, new, add, incoming, receive, integration, github, stripe, zapier, trigger, callback url, endpoint',
  route: 'POST /v1/hooks',
  input: z.object({
    name: HookName,
    operation: HookOperation,
    mapping: HookMapping,
    verify: Verify,
    inOrder: z
      .boolean()
      .default(false)
      .describe('Handle events one at a time, in the order in which they arrive'),
    secret: z
      .string()
      .max(SECRET_MAX_CHARS)
      .optional()
      .describe('The secret that the service made, e.g. whsec_...; default: a new one'),
    teamId: newTeamId,
  }),
  output: z.object({
    hook: OwnHook,
    secret: z.string().nullable().describe('For the service; null when the call is repeated'),
  }),
  scope: 'hooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  shownOnce: ['secret'],
  example: {
    name: 'Issues of the website',
    operation: 'tasks.create',
    mapping: 'action = "opened" ? { "tasks": [{ "title": issue.title }] } : null',
    verify: 'github',
  },
  async run({ secret: given, teamId, ...spec }, ctx) {
    assertCallable(ctx, spec.operation)
    await assertMapping(spec.mapping)
    const ownerId = await newOwner(ctx, teamId)
    const id = ctx.newId('hook')
    const { secret, tokenHash } = await putSecret(ctx, { id, verify: spec.verify, secretNumber: 0 }, given)
    const row: HookRow = {
      ...{ id, ...spec, tokenHash, ownerId, spaceId: ownerId, personId: ctx.actor.personId },
      ...{ secretNumber: 0, earlierTokenHash: null, earlierUntil: null },
      ...{ starter: ctx.actor, problem: null, createdAt: ctx.now, updatedAt: ctx.now },
    }
    await insertHook(ctx, row)
    return { hook: toOwnHook(row, ctx.publicUrl, secret), secret }
  },
  tell({ hook, secret }) {
    return secret === null
      ? `The hook ${hook.name} (${hook.id}) was created by an earlier call, which showed its secret. If the secret is lost: hooks.rotate_secret.`
      : `Created the hook ${hook.name} (${hook.id}). Let the service report to\n${hook.url}\nIts secret, which is not shown again:\n${secret}`
  },
  next: ({ hook }) => [{ operation: 'inbox.list', input: { source: `own/${hook.id}` } }],
})
