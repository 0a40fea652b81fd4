/** Ranked tasks as they are shown: the task, its score, and the reasons. */
import { z } from 'zod'
import { scoreTask } from '../../planning/score.ts'
import { dueSort, type Moment } from '../../time/due.ts'
import { Task } from '../task.ts'

/** Up to three things that a person wants to achieve by the end of the week. FlowCoach's rule. */
export const Outcomes = z
  .array(z.string().trim().min(1).max(200))
  .max(3)
  .default([])
  .describe("This week's outcomes, in words")

export const RankedTask = z.object({ task: Task, score: z.number(), reasons: z.array(z.string()) })
export type RankedTask = z.output<typeof RankedTask>

/** The morning brief: every task by its score, then by priority, due date and age. */
export function topTasks(
  tasks: readonly Task[],
  weeklyOutcomes: readonly string[],
  moment: Moment,
): RankedTask[] {
  return tasks
    .map((task) => {
      const { score, reasons } = scoreTask(task, { moment, weeklyOutcomes })
      return { task, score, reasons: reasons.length > 0 ? reasons : [`priority ${task.priority}`] }
    })
    .sort((a, b) => b.score - a.score || a.task.priority - b.task.priority || compareAge(a.task, b.task))
}

function compareAge(a: Task, b: Task): number {
  const [first, second] = [`${dueSort(a.due)} ${a.id}`, `${dueSort(b.due)} ${b.id}`]
  return first < second ? -1 : 1
}
