/** hooks.urls.delete: a URL at the hook of a service, ended. */
import { z } from 'zod'
import { exampleId } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { endHookUrl, HookUrlId } from '../../../domain/inbox/hook-urls.ts'

export const deleteHookUrl = defineOperation({
  name: 'hooks.urls.delete',
  summary: 'Delete a URL at the hook of a service permanently: reports to it are refused. Its events stay.',
  keywords: 'remove, end, revoke a token, stop a webhook of a service, leaked url',
  route: 'DELETE /v1/hooks/urls/:hookUrlId',
  input: z.object({ hookUrlId: HookUrlId }),
  output: z.object({ id: z.string() }),
  scope: 'hooks:end',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { hookUrlId: exampleId('hookurl') },
  async run({ hookUrlId }, ctx) {
    const { id } = await endHookUrl(ctx, hookUrlId)
    return { id }
  },
  tell: ({ id }) => `Deleted ${id}. Reports to it are refused.`,
})
