/** tasks.postpone: puts tasks off by a while, from the day when each is due. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { toItemResult } from '../../core/schema/batch.ts'
import { postponeEach } from '../../domain/tasks/reschedule-tasks.ts'
import { TaskIds } from '../../domain/tasks/task.ts'
import { rescheduleTasks } from './reschedule-tasks.ts'

const BY_MAX_CHARS = 60

export const postponeTasks = defineOperation({
  name: 'tasks.postpone',
  summary: 'Put tasks off by a while: "a week", "2 days".',
  details:
    'Each moves from its own due date; from now, where it has none or is overdue. tasks.reschedule moves tasks to a day that you name.',
  keywords: 'defer, delay, push back, push out, later by, shift by, due date',
  route: 'POST /v1/tasks/postpone',
  input: z.object({
    taskIds: TaskIds,
    by: z.string().trim().min(1).max(BY_MAX_CHARS).describe('"a week", "2 days", "3 hours"'),
  }),
  output: rescheduleTasks.output,
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { taskIds: [exampleId('task')], by: '2 days' },
  run: async ({ taskIds, by }, ctx) => ({
    results: (await postponeEach(ctx, taskIds, by)).map(toItemResult),
  }),
  tell: (output, reader) => rescheduleTasks.tell(output, reader),
  undo: (output, { taskIds }) => rescheduleTasks.undo?.(output, { taskIds, due: null }) ?? [],
})
