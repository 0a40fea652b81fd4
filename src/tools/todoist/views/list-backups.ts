/** todoist.backups.list: the backups that Todoist keeps of an account. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { askTodoist } from '../../../domain/todoist/rest/ask.ts'

export const listBackups = defineOperation({
  name: 'todoist.backups.list',
  summary: 'List the backups that Todoist keeps of an account, with the addresses to download them.',
  details: "An address needs the account's token, or the person's sign-in at Todoist.",
  keywords: 'export, archive, download, zip',
  route: 'GET /v1/todoist/backups',
  input: z.object({ accountId: accountField }),
  output: z.object({ items: z.array(z.object({ version: z.string(), url: z.string() })) }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  reach: async ({ accountId }, ctx) =>
    await askTodoist(ctx, accountId, (client, signal) => client.read('/backups', {}, signal)),
  async run(_input, _ctx, { results }) {
    const rows = Array.isArray(results) ? results.filter(isJsonObject) : []
    return { items: rows.map(({ version, url }) => ({ version: String(version), url: String(url) })) }
  },
  tell: ({ items }) =>
    items.length === 0 ? 'No backups.' : items.map(({ version, url }) => `${version} ${url}`).join('\n'),
})
