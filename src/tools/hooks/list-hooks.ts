/** hooks.list: the caller's own hooks and those of their teams. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { hookLine, OwnHook, toOwnHook } from '../../domain/hooks/own-hook.ts'
import { listHooks as readHooks } from '../../domain/hooks/store.ts'

export const listHooks = defineOperation({
  name: 'hooks.list',
  summary: 'List your hooks and those of your teams, newest first.',
  keywords: 'show, find, which, all my webhooks, incoming, integrations, endpoints',
  route: 'GET /v1/hooks',
  input: z.object(pageInput),
  output: pageOf(OwnHook),
  scope: 'hooks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(page, ctx) {
    const { items, nextCursor } = await readHooks(ctx, page)
    return { items: items.map((row) => toOwnHook(row, ctx.publicUrl)), nextCursor }
  },
  line: hookLine,
  none: 'No hooks.',
  table: ({ items }) => ({
    columns: ['id', 'name', 'operation', 'verify', 'url', 'problem'],
    rows: items.map(({ id, name, operation, verify, url, problem }) => [
      ...[id, name, operation, verify, url],
      problem ?? '',
    ]),
  }),
})
