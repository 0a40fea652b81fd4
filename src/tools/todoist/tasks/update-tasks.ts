/** todoist.tasks.update: changes of tasks; what is not given stays as it is at Todoist. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { argsOfChange } from '../../../domain/todoist/tasks/change-task.ts'
import { changingFor } from '../../../domain/todoist/tasks/changing-for.ts'
import { Labels, taskFields } from '../../../domain/todoist/tasks/plan-task.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import { newLabelsIn } from '../../../domain/todoist/things/shared-labels.ts'
import { dryRunField } from '../writes/standing.ts'
import { writeEach } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

const Changed = z.object({
  taskId: TaskRef,
  content: taskFields.content.optional(),
  description: taskFields.description.nullable().optional(),
  labels: Labels.optional(),
  labelsMode: z.enum(['merge', 'replace']).default('merge').describe('merge: labels are added'),
  removeLabels: Labels.optional(),
  priority: taskFields.priority.optional(),
  due: taskFields.due
    .nullable()
    .optional()
    .describe('A day or time moves the task, which repeats as before; words replace its date; null: none'),
  dueLang: taskFields.dueLang.optional(),
  deadline: taskFields.deadline.nullable().optional(),
  minutes: taskFields.minutes.nullable().optional(),
  assignee: taskFields.assignee.nullable().optional(),
})

export const updateTasks = defineOperation({
  name: 'todoist.tasks.update',
  summary: `Change 1 to ${BATCH_MAX_ITEMS} Todoist tasks; each succeeds or fails on its own.`,
  details:
    'Fields that are left out stay as they are. To move a task to another project, use todoist.tasks.move.',
  keywords: 'edit',
  route: 'PATCH /v1/todoist/tasks',
  input: z.object({
    tasks: z.array(Changed).min(1).max(BATCH_MAX_ITEMS),
    accountId: accountField,
    dryRun: dryRunField,
  }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { tasks: [{ taskId: '6XGgm6PHrGgMpCFX', priority: 1, labels: ['home'] }] },
  async run({ tasks, accountId, dryRun }, ctx) {
    const targets = await findTargets(ctx, { refs: tasks.map(({ taskId }) => taskId), accountId })
    const changing = await changingFor(ctx, targets)
    const isNewLabel = tasks.some(({ labels }) => labels !== undefined)
      ? await newLabelsIn(ctx.db, await knownAccounts(ctx, accountId))
      : undefined
    return await writeEach(ctx, { targets, dryRun, isNewLabel }, (target, index) => {
      const [known, given] = [changing.get(target.accountId), tasks[index]]
      if (known === undefined || given === undefined) throw new Error(`${target.id} was not asked for`)
      const { taskId: _taskId, ...changes } = given
      const args = argsOfChange(target, changes, known)
      if (Object.keys(args).length === 0) throw nothingGiven()
      return [{ type: 'item_update', args: { id: target.id, ...args } }]
    })
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Changed', 'Not changed'),
})

function nothingGiven(): AppError {
  return new AppError('invalid_input', 'No field to change was given.', {
    fix: 'Give at least one field besides taskId.',
  })
}
