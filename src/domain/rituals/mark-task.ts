/** What a person decides about a task in a ritual, and what that changes of the task, here and at Todoist. */
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { completeEach } from '../tasks/completion/complete-tasks.ts'
import { rescheduleEach } from '../tasks/reschedule-tasks.ts'
import type { Task } from '../tasks/task.ts'
import { updateTask } from '../tasks/update-task.ts'
import { addDays, dayIn } from '../time/calendar.ts'
import { argsOfChange, type Changing } from '../todoist/tasks/change-task.ts'
import type { Target } from '../todoist/tasks/read-items.ts'
import { UNDO_MS } from '../todoist/things/undo.ts'
import { TODAY_LABEL } from '../work/day.ts'

export const DECISIONS = ['done', 'today', 'tomorrow', 'pause', 'archive'] as const
export type Decision = (typeof DECISIONS)[number]

/** The label of what is put off until a review of someday brings it back. */
export const SOMEDAY_LABEL = 'someday'

/** @throws AppError */
export async function markHere(ctx: Context, taskId: string, decision: Decision): Promise<Task> {
  const unchosen = { removeLabels: [TODAY_LABEL] }
  switch (decision) {
    case 'done':
      return one(await completeEach(ctx, [taskId])).task
    case 'today':
      return (await updateTask(ctx, taskId, { priority: 1, addLabels: [TODAY_LABEL] })).task
    case 'tomorrow':
      one(await rescheduleEach(ctx, [taskId], 'tomorrow'))
      return (await updateTask(ctx, taskId, unchosen)).task
    case 'pause':
      one(await rescheduleEach(ctx, [taskId], null))
      return (await updateTask(ctx, taskId, { ...unchosen, addLabels: [SOMEDAY_LABEL] })).task
    case 'archive':
      return (await updateTask(ctx, taskId, { ...unchosen, status: 'cancelled' })).task
  }
}

function one<Done extends object>([outcome]: readonly (Done | AppError)[]): Done {
  if (outcome === undefined || outcome instanceof AppError) throw outcome ?? new Error('no outcome')
  return outcome
}

/** The commands that do the same at Todoist. @throws AppError */
export function commandsOf(target: Target, decision: Decision, changing: Changing) {
  const { id, item } = target
  const change = (changes: Partial<Parameters<typeof argsOfChange>[1]>) => [
    {
      type: 'item_update',
      args: { id, ...argsOfChange(target, { labelsMode: 'merge', ...changes }, changing) },
    },
  ]
  switch (decision) {
    case 'done':
      return item?.checked === true ? [] : [{ type: 'item_close', args: { id } }]
    case 'today':
      return change({ priority: 1, labels: [TODAY_LABEL] })
    case 'tomorrow':
      return change({ due: addDays(dayIn(changing.timeZone, changing.now), 1), removeLabels: [TODAY_LABEL] })
    case 'pause':
      return change({ due: null, labels: [SOMEDAY_LABEL], removeLabels: [TODAY_LABEL] })
    case 'archive':
      return [deletionOf(target, changing.now)]
  }
}

/** It waits here first, so that it can be undone. */
function deletionOf({ id, item }: Target, now: Date) {
  const notBefore = new Date(now.getTime() + UNDO_MS)
  return { type: 'item_delete', args: { id }, notBefore, ...(item !== undefined && { snapshot: item.wire }) }
}
