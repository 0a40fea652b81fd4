/** tasks.list: tasks by filters, sorted, a page at a time. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import { ProjectId } from '../../domain/projects/project.ts'
import { taskLine, taskTable } from '../../domain/tasks/describe-task.ts'
import { listTasks as findPage, TASK_SORTS } from '../../domain/tasks/list-tasks.ts'
import { dayFrom } from '../../domain/tasks/read-when.ts'
import { Labels, Priority, Task, TaskId, TaskStatus } from '../../domain/tasks/task.ts'
import { addDays, startOfDay } from '../../domain/time/calendar.ts'
import { localDate } from '../../domain/time/due.ts'

const day = z.string().min(1).max(100)

export const listTasks = defineOperation({
  name: 'tasks.list',
  summary: 'List tasks; filters combine. Without a status filter, done tasks are included.',
  keywords: 'show, find, search, filter my todo list, items, overdue, late, due, deadline, label, open tasks',
  route: 'GET /v1/tasks',
  input: z.object({
    status: z.array(TaskStatus).max(4).optional(),
    text: z.string().trim().min(1).max(200).optional().describe('In title or notes'),
    projectId: ProjectId.optional(),
    parentId: TaskId.optional(),
    labels: Labels.optional().describe('All of them'),
    priority: z.array(Priority).max(4).optional(),
    dueFrom: day.optional().describe('Date or words: "this week" in both is that week'),
    dueTo: day.optional(),
    deadlineFrom: day.optional(),
    deadlineTo: day.optional(),
    doneFrom: day.optional(),
    doneTo: day.optional(),
    overdue: z.boolean().optional(),
    blocked: z.boolean().optional(),
    assignee: z.string().max(100).optional(),
    trashed: z.boolean().default(false).describe('List the trash instead'),
    sort: z.enum(TASK_SORTS).default('created').describe('created: newest first'),
    ...pageInput,
  }),
  output: pageOf(Task),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  example: { status: ['open', 'in_progress'], sort: 'due', limit: 20 },
  firstStep: { input: { status: ['open'] }, why: 'see what is there' },
  async run({ limit, cursor, sort, overdue, ...asked }, ctx) {
    const { dueFrom, dueTo, deadlineFrom, deadlineTo, doneFrom, doneTo, ...filter } = asked
    const days = { dueFrom, dueTo, deadlineFrom, deadlineTo, doneFrom, doneTo }
    const asksForDays = overdue || Object.values(days).some((said) => said !== undefined)
    const moment = { now: ctx.now, timeZone: asksForDays ? await personTimeZone(ctx) : 'UTC' }
    const dayOf = (field: keyof typeof days) => {
      const said = days[field]
      return said === undefined ? undefined : dayFrom(said, moment, field)
    }
    const startOf = (date: string | undefined, daysLater = 0) =>
      date === undefined ? undefined : startOfDay(addDays(date, daysLater), moment.timeZone)
    return findPage(
      ctx,
      {
        ...filter,
        ...{ dueFrom: dayOf('dueFrom'), dueTo: dayOf('dueTo') },
        ...{ deadlineFrom: dayOf('deadlineFrom'), deadlineTo: dayOf('deadlineTo') },
        doneSince: startOf(dayOf('doneFrom')),
        doneBefore: startOf(dayOf('doneTo'), 1),
        overdueAt: overdue ? { now: ctx.now, today: localDate(moment) } : undefined,
      },
      { limit, cursor, sort },
    )
  },
  line: taskLine,
  none: 'No tasks here.',
  table: ({ items }, reader) => taskTable(items, reader),
})
