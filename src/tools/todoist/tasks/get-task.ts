/** todoist.tasks.get: one task, also a completed one. */
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findSeen } from '../../../domain/todoist/refs/find-targets.ts'
import { TaskRef, TodoistTask, todoistTaskLine, toTask } from '../../../domain/todoist/tasks/task.ts'

export const getTask = defineOperation({
  name: 'todoist.tasks.get',
  summary: 'Get one Todoist task with its description.',
  keywords: 'todoist todo',
  route: 'GET /v1/todoist/tasks/:taskId',
  input: z.object({ taskId: TaskRef, accountId: accountField }),
  output: z.object({ task: TodoistTask }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { taskId: '6XGgm6PHrGgMpCFX' },
  async run({ taskId, accountId }, ctx) {
    const [seen, ...others] = await findSeen(ctx, taskId, accountId)
    if (seen === undefined) throw notFound('Todoist task', taskId)
    if (others.length > 0) {
      const ids = [seen, ...others].map(({ item }) => item.accountId)
      throw new AppError('invalid_input', `The task ${taskId} is in several of your accounts.`, {
        fix: `Name one of them in accountId: ${ids.join(', ')}.`,
      })
    }
    return { task: toTask(seen) }
  },
  tell: ({ task }) =>
    [todoistTaskLine(task), ...(task.description === '' ? [] : [task.description])].join('\n'),
})
