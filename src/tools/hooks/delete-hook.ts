/** hooks.delete: a hook, deleted; its events stay in the inbox. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { forgetHookSecrets } from '../../domain/hooks/hook-secret.ts'
import { HookId } from '../../domain/hooks/own-hook.ts'
import { lockToEnd, deleteHook as removeHook } from '../../domain/hooks/store.ts'

export const deleteHook = defineOperation({
  name: 'hooks.delete',
  summary: 'Delete a hook permanently: further reports are refused. Its events stay in the inbox.',
  keywords: 'remove, drop, disconnect, stop a webhook, get rid of, revoke',
  route: 'DELETE /v1/hooks/:hookId',
  input: z.object({ hookId: HookId }),
  output: z.object({ id: z.string() }),
  scope: 'hooks:end',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { hookId: exampleId('hook') },
  async run({ hookId }, ctx) {
    await removeHook(ctx, await lockToEnd(ctx, hookId))
    await forgetHookSecrets(ctx, hookId)
    return { id: hookId }
  },
  tell: ({ id }) => `Deleted hook ${id}`,
})
