/** todoist.tasks.list: open tasks, from the mirror of the account. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { dayFrom } from '../../../domain/tasks/read-when.ts'
import { accountField, noneConnected, seenAccounts } from '../../../domain/todoist/accounts/choose-account.ts'
import { zoneOfUser } from '../../../domain/todoist/sync/read-wire.ts'
import { ITEM_SORTS, listItems } from '../../../domain/todoist/tasks/list-items.ts'
import { Labels } from '../../../domain/todoist/tasks/plan-task.ts'
import { TodoistTask, todoistTaskLine, toTask } from '../../../domain/todoist/tasks/task.ts'
import { waitingTasks } from '../../../domain/todoist/tasks/waiting-tasks.ts'

/** The most characters of a text to search for, of a name, and of a filter (Todoist's own limit). */
const TEXT_MAX_CHARS = 200
const FILTER_MAX_CHARS = 1_024

const Text = z.string().trim().min(1).max(TEXT_MAX_CHARS)

export const listTasks = defineOperation({
  name: 'todoist.tasks.list',
  summary: 'List open Todoist tasks by text, project, section, label, priority, day or filter.',
  details:
    'Answered from the mirror of the account, whose age is syncedAt. filter is the name of a saved filter, or the common words of Todoist: today, overdue, no date, 7 days, p1, #Project, ##Project, /Section, @label, search: word, assigned to: me, recurring, with & | ! and parentheses. Other words are refused. Tasks that Todoist does not have yet come last, marked as waiting, unless a filter is given.',
  keywords: 'todoist todo, saved filter',
  route: 'GET /v1/todoist/tasks',
  input: z.object({
    text: Text.optional().describe('In content or description'),
    filter: z.string().trim().min(1).max(FILTER_MAX_CHARS).optional().describe('Saved filter, or its words'),
    project: Text.optional().describe('Name or id'),
    section: Text.optional().describe('Name or id'),
    labels: Labels.min(1).optional(),
    match: z.enum(['any', 'all']).default('any').describe('Of the labels'),
    priorities: z.array(z.int().min(1).max(4)).min(1).max(4).optional().describe('1 is p1'),
    dueFrom: Text.optional().describe('Date or words'),
    dueTo: Text.optional().describe('Date or words'),
    assignee: Text.optional().describe('me, or a name, mail address or id'),
    sort: z.enum(ITEM_SORTS).default('due'),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(TodoistTask).extend({
    syncedAt: z.string().nullable().describe('How fresh this is; null: an account was not read yet'),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  example: { filter: 'today | overdue' },
  async run({ accountId, dueFrom, dueTo, ...query }, ctx) {
    const accounts = await seenAccounts(ctx, accountId)
    const [first] = accounts
    if (first === undefined) throw noneConnected()
    const moment = { now: ctx.now, timeZone: zoneOfUser(first.mirror.userWire) }
    const asked = {
      ...query,
      dueFrom: dueFrom === undefined ? undefined : dayFrom(dueFrom, moment, 'dueFrom'),
      dueTo: dueTo === undefined ? undefined : dayFrom(dueTo, moment, 'dueTo'),
    }
    const page = await listItems(ctx, accounts, asked)
    const waiting = page.nextCursor === null ? await waitingTasks(ctx, accounts, asked) : []
    const ages = accounts.map(({ mirror }) => mirror.syncedAt?.toISOString() ?? null)
    return {
      items: [...page.items, ...waiting].map(toTask),
      nextCursor: page.nextCursor,
      syncedAt: ages.includes(null) ? null : (ages.sort()[0] ?? null),
    }
  },
  line: (task) => todoistTaskLine(task),
  none: 'No open tasks.',
  table: ({ items }) => ({
    columns: ['Id', 'Task', 'Due', 'Priority', 'Project', 'Labels'],
    rows: items.map(({ id, content, due, priority, project, labels }) => [
      ...[id, content, due === null ? '' : `${due.date}${due.time === null ? '' : ` ${due.time}`}`],
      ...[`p${priority}`, project.name, labels.join(', ')],
    ]),
  }),
})
