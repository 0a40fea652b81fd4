/** todoist.sections.list: the sections of projects, from the mirror. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { locate } from '../../../domain/todoist/things/known-accounts.ts'
import { countOpenTasks } from '../../../domain/todoist/things/open-tasks.ts'
import { type ListedThing, listedAccounts, pageThings } from '../../../domain/todoist/things/page-things.ts'
import { nameText, waitingField, waitingWords } from '../writes/listing.ts'

const Section = z.object({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  project: z.object({ id: z.string(), name: z.string() }),
  isArchived: z.boolean(),
  isWaiting: waitingField,
  openTasks: z.int(),
})

export const listSections = defineOperation({
  name: 'todoist.sections.list',
  summary: 'List sections of Todoist projects with their numbers of open tasks.',
  keywords: 'columns, headings, board',
  route: 'GET /v1/todoist/sections',
  input: z.object({
    project: Name.optional().describe('Name or id'),
    text: nameText,
    archived: z.boolean().default(false).describe('Those in the archive instead'),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(Section),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { project: 'Home' },
  async run({ accountId, project, archived, ...query }, ctx) {
    const all = await listedAccounts(ctx, accountId)
    const only = project === undefined ? undefined : locate(all, (names) => findProject(names, project))
    const known = only === undefined ? all : [only.known]
    const { items, nextCursor, accountIds } = pageThings(known, query, ({ names }) =>
      (archived ? names.archived('sections') : names.of('sections')).filter(
        ({ parentId }) => only === undefined || parentId === only.thing.id,
      ),
    )
    const openOf = await countOpenTasks(ctx.db, accountIds, 'section')
    return {
      items: items.map((each) => toSection(each, openOf(each.thing.accountId, each.thing.id))),
      nextCursor,
    }
  },
  line: ({ id, name, project, openTasks, isWaiting }) =>
    `${id} ${name} in ${project.name} (${openTasks} open${waitingWords(isWaiting)})`,
  none: 'No sections.',
})

function toSection({ thing, known, isWaiting }: ListedThing, openTasks: number): z.output<typeof Section> {
  const { id, accountId, name, parentId, isArchived } = thing
  const project = known.names.of('projects').find((each) => each.id === parentId)
  return {
    ...{ id, accountId, name, isArchived, isWaiting, openTasks },
    project: { id: parentId ?? '', name: project?.name ?? '' },
  }
}
