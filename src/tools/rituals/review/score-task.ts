/** rituals.score: how much a task of deep work matters, how much it presses, and when it is best done. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { exampleId } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { labelsOfScore } from '../../../domain/planning/score.ts'
import { updateTask } from '../../../domain/tasks/update-task.ts'
import { argsOfChange } from '../../../domain/todoist/tasks/change-task.ts'
import { changedFields, changeWork, settleWork, tellChanged, workFields } from '../changes/change-work.ts'

const Scale = z.int().min(1).max(5).optional()

export const scoreTask = defineOperation({
  name: 'rituals.score',
  summary:
    'Score a task of deep work: its impact and urgency from 1 to 5, and whether it suits the am or pm.',
  details: 'The scores are labels such as impact-4, urgency-2 and am. What is left out stays.',
  route: 'POST /v1/rituals/scores/:task',
  input: z.object({ ...workFields, impact: Scale, urgency: Scale, energy: z.enum(['am', 'pm']).optional() }),
  output: z.object(changedFields),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { task: exampleId('task'), impact: 4, urgency: 2, energy: 'am' },
  async run({ impact, urgency, energy, ...work }, ctx) {
    const { add, remove } = labelsOfScore({ impact, urgency, energy })
    if (add.length === 0) throw nothingGiven()
    return await changeWork(ctx, work, {
      async here(taskId) {
        return (await updateTask(ctx, taskId, { addLabels: add, removeLabels: remove })).task
      },
      there(target, changing) {
        const labels = { labels: add, removeLabels: remove, labelsMode: 'merge' } as const
        return [{ type: 'item_update', args: { id: target.id, ...argsOfChange(target, labels, changing) } }]
      },
    })
  },
  settle: (_input, ctx, answer) => settleWork(ctx, answer),
  tell: (answer, reader) => tellChanged(answer, 'Scored', reader),
})

function nothingGiven(): AppError {
  return new AppError('invalid_input', 'No score was given.', { fix: 'Give impact, urgency or energy.' })
}
