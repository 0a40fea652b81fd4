/** todoist.tasks.list_completed: what was done, asked of Todoist, with each occurrence of repeating tasks. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { decodeCursor, pageInput, pageOf, sortText, toPage } from '../../../core/schema/page.ts'
import { dayFrom } from '../../../domain/tasks/read-when.ts'
import { addDays, dayIn } from '../../../domain/time/calendar.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject, findSection } from '../../../domain/todoist/names.ts'
import { COMPLETED_BY, readCompleted } from '../../../domain/todoist/rest/completed.ts'
import { startOfDay } from '../../../domain/todoist/rest/days.ts'
import { zoneOfUser } from '../../../domain/todoist/sync/read-wire.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { knownAccount } from '../../../domain/todoist/things/known-accounts.ts'

/** Days before today that are listed where no range is given. */
const STANDARD_DAYS = 7
const TEXT_MAX_CHARS = 200
const FILTER_MAX_CHARS = 1_024
const SORT = 'completed'

const Text = z.string().trim().min(1).max(TEXT_MAX_CHARS)

const CompletedTask = z.object({
  id: z.string(),
  accountId: z.string(),
  content: z.string(),
  completedAt: z.string(),
  project: z.object({ id: z.string(), name: z.string() }).nullable(),
  labels: z.array(z.string()),
  isRepeating: z.boolean().describe('An occurrence of a task that has moved on to its next date'),
})

export const listCompleted = defineOperation({
  name: 'todoist.tasks.list_completed',
  summary:
    'List completed Todoist tasks by when they were completed or due, with each time of repeating ones.',
  details:
    'Todoist is asked: up to 3 months by completion, and 6 weeks by due date. Repeating tasks are found in its log of activities, as far back as the plan keeps it.',
  keywords: 'done, finished, history, accomplished',
  route: 'GET /v1/todoist/tasks/completed',
  input: z.object({
    by: z.enum(COMPLETED_BY).default('completion'),
    from: Text.optional().describe('Date or words; default: a week ago'),
    to: Text.optional().describe('The last day; default: today'),
    project: Name.optional().describe('Name or id'),
    section: Name.optional().describe('Name or id'),
    text: Text.optional(),
    label: Name.optional(),
    filter: z
      .string()
      .trim()
      .min(1)
      .max(FILTER_MAX_CHARS)
      .optional()
      .describe("In Todoist's filter language"),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(CompletedTask).extend({
    isCut: z.boolean().describe('There are more than were read: narrow the range'),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { from: '2026-03-01' },
  async reach({ by, from, to, project, section, filter, accountId }, ctx) {
    const known = await knownAccount(ctx, accountId)
    const timeZone = zoneOfUser(known.account.mirror.userWire)
    const moment = { now: ctx.now, timeZone }
    const today = dayIn(timeZone, ctx.now)
    const first = from === undefined ? addDays(today, -STANDARD_DAYS) : dayFrom(from, moment, 'from')
    const last = to === undefined ? today : dayFrom(to, moment, 'to')
    const projectId = project === undefined ? undefined : findProject(known.names, project).id
    const completed = await readCompleted(ctx, known.account, {
      ...{ by, since: startOfDay(first, timeZone), until: startOfDay(addDays(last, 1), timeZone) },
      ...{ projectId, filter },
      sectionId: section === undefined ? undefined : findSection(known.names, section, projectId).id,
    })
    return { ...completed, known }
  },
  async run({ text, label, limit, cursor }, _ctx, { tasks, isCut, known }) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, SORT, z.tuple([sortText, sortText]))
    const has = (one: string, sought: string | undefined) =>
      sought === undefined || one.toLowerCase().includes(sought.toLowerCase())
    const fitting = tasks
      .filter(({ content }) => has(content, text))
      .filter(({ labels }) => label === undefined || labels.includes(label.replace(/^@/, '')))
      .filter(({ completedAt, id }) => after === undefined || comesAfter([completedAt, id], after))
    const page = toPage(fitting.slice(0, limit + 1), limit, ({ completedAt, id }) => ({
      sort: SORT,
      after: [completedAt, id],
    }))
    const named = [...known.names.of('projects'), ...known.names.archived('projects')]
    return {
      items: page.items.map(({ projectId, ...task }) => ({
        ...{ ...task, labels: [...task.labels], accountId: known.account.id },
        project:
          projectId === null
            ? null
            : { id: projectId, name: named.find(({ id }) => id === projectId)?.name ?? '' },
      })),
      nextCursor: page.nextCursor,
      isCut,
    }
  },
  line: ({ id, content, completedAt, project, isRepeating }) =>
    `${completedAt.slice(0, 16).replace('T', ' ')} ${content} (${[
      ...(project === null ? [] : [`#${project.name}`]),
      ...(isRepeating ? ['repeats'] : []),
      id,
    ].join(', ')})`,
  none: 'Nothing was completed then.',
})

/** The latest come first. */
function comesAfter(one: readonly [string, string], other: readonly [string, string]): boolean {
  if (one[0] !== other[0]) return one[0] < other[0]
  return one[1] > other[1]
}
