/** hooks.update: changes what a hook calls, and how. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertCallable } from '../../domain/hooks/callable.ts'
import { assertMapping } from '../../domain/hooks/mapping.ts'
import {
  HookId,
  HookMapping,
  HookName,
  HookOperation,
  hookLine,
  OwnHook,
  toOwnHook,
} from '../../domain/hooks/own-hook.ts'
import { changeHook, lockHook } from '../../domain/hooks/store.ts'

export const updateHook = defineOperation({
  name: 'hooks.update',
  summary: 'Change what a hook calls, or its mapping. Omitted fields stay.',
  details: 'From then on its calls are made with the rights of the caller who changed it.',
  keywords: 'edit, modify, rename, webhook, fix the mapping, jsonata',
  route: 'PATCH /v1/hooks/:hookId',
  input: z.object({
    hookId: HookId,
    name: HookName.optional(),
    operation: HookOperation.optional(),
    mapping: HookMapping.optional(),
    inOrder: z.boolean().optional(),
  }),
  output: z.object({ hook: OwnHook }),
  scope: 'hooks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { hookId: exampleId('hook'), mapping: '{ "tasks": [{ "title": issue.title }] }' },
  async run({ hookId, ...changes }, ctx) {
    const row = await lockHook(ctx, hookId)
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
    const changed = { ...row, ...given }
    assertCallable(ctx, changed.operation)
    await assertMapping(changed.mapping)
    const set = { ...given, starter: ctx.actor, problem: null }
    return { hook: toOwnHook(await changeHook(ctx, row, set), ctx.publicUrl) }
  },
  tell: ({ hook }) => `Changed ${hookLine(hook)}`,
})
