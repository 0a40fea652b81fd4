/** rituals.mark: what a person decides about a task in a brief, a wrap or a review. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { commandsOf, DECISIONS, type Decision, markHere } from '../../domain/rituals/mark-task.ts'
import { changedFields, changeWork, settleWork, tellChanged, workFields } from './changes/change-work.ts'

const SAID: Readonly<Record<Decision, string>> = {
  done: 'Done',
  today: 'For today',
  tomorrow: 'Tomorrow',
  pause: 'Paused',
  archive: 'Archived',
}

export const markTask = defineOperation({
  name: 'rituals.mark',
  summary: 'Decide about a task, here or at Todoist: done, today, tomorrow, pause or archive.',
  details:
    'today: priority 1 and the label today. tomorrow: the date moves, the time of day stays. pause: no date and the label someday, which the review of someday lists. archive: cancelled here; deleted at Todoist in ten minutes, which todoist.tasks.restore takes back until then.',
  keywords: 'choose for today, snooze, put off, someday, give up, drop, plan the morning, wrap up',
  route: 'POST /v1/rituals/tasks/:task',
  input: z.object({ ...workFields, decision: z.enum(DECISIONS) }),
  output: z.object({ decision: z.enum(DECISIONS), ...changedFields }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { task: exampleId('task'), decision: 'tomorrow' },
  async run({ decision, ...work }, ctx) {
    const changed = await changeWork(ctx, work, {
      here: (taskId) => markHere(ctx, taskId, decision),
      there: (target, changing) => commandsOf(target, decision, changing),
    })
    return { decision, ...changed }
  },
  settle: (_input, ctx, answer) => settleWork(ctx, answer),
  tell: (answer, reader) => tellChanged(answer, SAID[answer.decision], reader),
})
