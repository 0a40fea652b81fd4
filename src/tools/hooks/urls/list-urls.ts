/** hooks.urls.list: the caller's URLs at the hooks of services, and those of their teams. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { HookUrl, readHookUrls, toHookUrl } from '../../../domain/inbox/hook-urls.ts'

export const listHookUrls = defineOperation({
  name: 'hooks.urls.list',
  summary: 'List your URLs at the hooks of services and those of your teams, newest first.',
  keywords: 'show, which, webhook addresses, tokens, endpoints of services',
  route: 'GET /v1/hooks/urls',
  input: z.object(pageInput),
  output: pageOf(HookUrl),
  scope: 'hooks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run(page, ctx) {
    const { items, nextCursor } = await readHookUrls(ctx, page)
    return { items: items.map((row) => toHookUrl(row, ctx.publicUrl)), nextCursor }
  },
  line: ({ id, hook, name, teamId }) => `${id} ${name}: ${hook}${teamId === null ? '' : ` for ${teamId}`}`,
  none: 'No URLs.',
  table: ({ items }) => ({
    columns: ['id', 'hook', 'name', 'team'],
    rows: items.map(({ id, hook, name, teamId }) => [id, hook, name, teamId ?? '']),
  }),
})
