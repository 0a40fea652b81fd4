/** hooks.get: one hook, without its secret. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { HookId, hookLine, OwnHook, toOwnHook } from '../../domain/hooks/own-hook.ts'
import { getHook as readHook } from '../../domain/hooks/store.ts'

export const getHook = defineOperation({
  name: 'hooks.get',
  summary: 'Get one hook: its URL, what it calls and how.',
  keywords: 'show, view, details, webhook, mapping, endpoint',
  route: 'GET /v1/hooks/:hookId',
  input: z.object({ hookId: HookId }),
  output: z.object({ hook: OwnHook }),
  scope: 'hooks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { hookId: exampleId('hook') },
  run: async ({ hookId }, ctx) => ({ hook: toOwnHook(await readHook(ctx, hookId), ctx.publicUrl) }),
  tell: ({ hook }) =>
    [
      hookLine(hook),
      hook.url,
      ...(hook.earlierUntil === null
        ? []
        : [`Its earlier secret is accepted, too, until ${hook.earlierUntil}`]),
      hook.mapping,
    ].join('\n'),
})
