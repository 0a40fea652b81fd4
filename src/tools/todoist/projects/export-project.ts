/** todoist.projects.export: a project as a template of Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { askAs, errorOf } from '../../../domain/todoist/rest/ask.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { knownAccounts, locateHeld } from '../../../domain/todoist/things/known-accounts.ts'
import { TODOIST } from '../../../domain/todoist/todoist.ts'

/** Bytes of a template in an answer. */
const TEMPLATE_MAX_BYTES = 1_048_576

export const exportProject = defineOperation({
  name: 'todoist.projects.export',
  summary: 'Export a Todoist project as a template: CSV in the form that Todoist imports.',
  keywords: 'template, csv, download, backup, copy',
  route: 'GET /v1/todoist/projects/:project/template',
  input: z.object({ project: Name.describe('Name or id'), accountId: accountField }),
  output: z.object({ project: z.object({ id: z.string(), name: z.string() }), csv: z.string() }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { project: 'Home' },
  async reach({ project, accountId }, ctx) {
    const all = await knownAccounts(ctx, accountId)
    const { known, thing } = locateHeld(all, (names) => findProject(names, project))
    const { file_url: url } = await askAs(ctx, known.account, (client, signal) =>
      client.read('/templates/url', { project_id: thing.id }, signal),
    )
    const client = await ctx.account(TODOIST, known.account.id)
    const downloaded = await client.download(String(url), TEMPLATE_MAX_BYTES, ctx.signal)
    if (downloaded.kind !== 'ok') throw errorOf(downloaded)
    const csv = new TextDecoder().decode(downloaded.file.bytes)
    return { project: { id: thing.id, name: thing.name }, csv }
  },
  run: async (_input, _ctx, exported) => exported,
  tell: ({ csv }) => csv,
})
