/** todoist.projects.import: a template of Todoist becomes tasks, in a new project or one that there is. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { askAs } from '../../../domain/todoist/rest/ask.ts'
import { syncNow } from '../../../domain/todoist/sync/sync-now.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { knownAccount, knownAccounts, locateHeld } from '../../../domain/todoist/things/known-accounts.ts'

/** Characters of a template: with the rest of a call they stay within what a door takes. */
const TEMPLATE_MAX_CHARS = 500_000

export const importProject = defineOperation({
  name: 'todoist.projects.import',
  summary: 'Import a Todoist template (CSV) into a new project, or into one that there is.',
  details:
    'This needs Todoist at once: Todoist gives such a call no id, so that it is never repeated, and a lost answer is outcome_unknown.',
  keywords: 'template, csv, upload',
  route: 'POST /v1/todoist/projects/import',
  input: z.object({
    csv: z.string().min(1).max(TEMPLATE_MAX_CHARS).describe('As todoist.projects.export gives it'),
    name: Name.optional().describe('Of a new project'),
    project: Name.optional().describe('Name or id of a project that there is'),
    accountId: accountField,
  }),
  output: z.object({
    accountId: z.string(),
    projectId: z.string(),
    name: z.string(),
    tasks: z.int(),
    sections: z.int(),
  }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  outside: 'once',
  listed: false,
  example: { csv: 'TYPE,CONTENT,PRIORITY,INDENT\ntask,Pay the rent,4,1\n', name: 'Garden' },
  async reach({ csv, name, project, accountId }, ctx) {
    if ((name === undefined) === (project === undefined)) {
      throw new AppError('invalid_input', 'A template goes into one project.', {
        fix: 'Give name for a new project, or project for one that there is.',
      })
    }
    const to =
      project === undefined
        ? { known: await knownAccount(ctx, accountId), thing: undefined }
        : locateHeld(await knownAccounts(ctx, accountId), (names) => findProject(names, project))
    const { account } = to.known
    const file = { name: 'template.csv', type: 'text/csv', bytes: new Uint8Array(Buffer.from(csv)) }
    const asked =
      to.thing === undefined
        ? { path: '/templates/create_project_from_file' as const, fields: { name: name ?? '' }, file }
        : {
            path: '/templates/import_into_project_from_file' as const,
            ...{ fields: { project_id: to.thing.id }, file },
          }
    const answer = await askAs(ctx, account, (client, signal) => client.send(asked, signal))
    const count = (rows: unknown) => (Array.isArray(rows) ? rows.length : 0)
    return {
      accountId: account.id,
      projectId: to.thing?.id ?? String(answer.project_id ?? ''),
      name: to.thing?.name ?? name ?? '',
      tasks: count(answer.tasks),
      sections: count(answer.sections),
    }
  },
  run: async (_input, _ctx, imported) => imported,
  /** The mirror has what was imported. */
  async settle(_input, ctx, answer) {
    await syncNow(ctx, answer.accountId)
    return answer
  },
  tell: ({ projectId, name, tasks, sections }) =>
    `Imported ${counted(tasks, 'task')} and ${counted(sections, 'section')} into ${name} (${projectId}).`,
})
