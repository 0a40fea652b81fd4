/** todoist.tasks.create: new tasks at Todoist, each with its own outcome. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { foundTask, taskIds } from '../../../domain/todoist/refs/task-ids.ts'
import { argsOfNew, NewTask } from '../../../domain/todoist/tasks/plan-task.ts'
import { knownAccount } from '../../../domain/todoist/things/known-accounts.ts'
import { newLabelsIn } from '../../../domain/todoist/things/shared-labels.ts'
import { dryRunField, planned } from '../writes/standing.ts'
import { settleResults, tellWritten, WriteOutput, writePlans } from './written.ts'

export const createTasks = defineOperation({
  name: 'todoist.tasks.create',
  summary: `Create 1 to ${BATCH_MAX_ITEMS} tasks at Todoist; each succeeds or fails on its own.`,
  details:
    'Each is stored here first and sent under an id of its own, so that a lost answer never makes it twice. What Todoist does not have within 5 seconds is queued, and sent once Todoist can be reached.',
  keywords: 'todoist todo',
  route: 'POST /v1/todoist/tasks',
  input: z.object({
    tasks: z.array(NewTask).min(1).max(BATCH_MAX_ITEMS),
    accountId: accountField,
    dryRun: dryRunField,
  }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  example: { tasks: [{ content: 'Pay the rent', due: 'every month', priority: 1 }] },
  async run({ tasks, accountId, dryRun }, ctx) {
    const known = await knownAccount(ctx, accountId)
    const { account } = known
    const { spaceId } = account.mirror
    const isNewLabel = await newLabelsIn(ctx.db, [known])
    const parents = await taskIds(ctx, {
      refs: tasks.flatMap(({ parentId }) => parentId ?? []),
      accountId: account.id,
    })
    const plans = tasks.map(({ parentId, ...task }) =>
      planned(() => {
        const parent = parentId === undefined ? {} : { parentId: foundTask(parents, parentId) }
        const args = argsOfNew({ ...task, ...parent }, known)
        const command = { accountId: account.id, spaceId, type: 'item_add', args, title: task.content }
        return {
          ...{ id: null, title: task.content, commands: [command] },
          newLabels: isNewLabel(account.id, args.labels),
        }
      }),
    )
    return await writePlans(ctx, plans, { dryRun })
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Created', 'Not created'),
})
