/** todoist.collaborators.list: the people who share projects with the user of an account, from the mirror. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { type Known, locate } from '../../../domain/todoist/things/known-accounts.ts'
import { listedAccounts, pageThings } from '../../../domain/todoist/things/page-things.ts'
import { nameText } from '../writes/listing.ts'

const Person = z.object({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  projects: z.array(z.string()).describe('The names of the projects that they share'),
})

export const listCollaborators = defineOperation({
  name: 'todoist.collaborators.list',
  summary: 'List the people who share Todoist projects; tasks can be assigned to them.',
  keywords: 'members, assignees, team, users',
  route: 'GET /v1/todoist/collaborators',
  input: z.object({
    project: Name.optional().describe('Name or id'),
    text: nameText,
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(Person),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ accountId, project, ...query }, ctx) {
    const all = await listedAccounts(ctx, accountId)
    const only = project === undefined ? undefined : locate(all, (names) => findProject(names, project))
    const known = only === undefined ? all : [only.known]
    const { items, nextCursor } = pageThings(known, query, (each) =>
      each.names
        .of('collaborators')
        .filter(({ id }) => only === undefined || sharedWith(each, id).includes(only.thing.id)),
    )
    return {
      items: items.map(
        ({ thing: { id, accountId: inAccount, name, wire }, known: { names }, known: each }) => ({
          ...{ id, accountId: inAccount, name },
          email: typeof wire.email === 'string' ? wire.email : null,
          projects: names
            .of('projects')
            .filter((row) => sharedWith(each, id).includes(row.id))
            .map((row) => row.name),
        }),
      ),
      nextCursor,
    }
  },
  line: ({ id, name, email, projects }) => `${id} ${name} ${email ?? ''}: ${projects.join(', ')}`,
  none: 'Nobody shares a project.',
})

/** The ids of the projects that a person shares with the user of the account. */
function sharedWith({ names }: Known, personId: string): string[] {
  return names
    .of('collaborator_states')
    .filter(({ wire }) => String(wire.user_id) === personId && wire.state === 'active')
    .map(({ wire }) => String(wire.project_id))
}
