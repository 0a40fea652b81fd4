/** The parts of a day, and what comes first in it: FlowCoach's morning brief and planner. */

import { compareTasks, scoreTask } from '../planning/score.ts'
import { isDueToday, isOverdue, localDate, type Moment } from '../time/due.ts'
import type { RankedWork, Work, WorkRead } from './work.ts'

/** The label of what a person has chosen for the day. FlowCoach's. */
export const TODAY_LABEL = 'today'

/** Of tasks to which nobody gave a priority. */
const LOWEST_PRIORITY = 4

/** How many tasks a brief puts first. FlowCoach's rule. */
export const TOP_MAX = 3

/** The most tasks in each part of a plan. FlowCoach's rule. */
export const PART_MAX = 15

export interface PartsOfDay<Each extends Work> {
  /** Begun or chosen for today, with no date that has come. */
  readonly carryover: Each[]
  /** By their due date or their deadline, as the next part. */
  readonly overdue: Each[]
  readonly today: Each[]
  /** Of the highest priority, without a date. */
  readonly undated: Each[]
}

/** Each open task is in one part at most. */
export function partsOfDay<Each extends Work>(open: readonly Each[], moment: Moment): PartsOfDay<Each> {
  const parts: PartsOfDay<Each> = { carryover: [], overdue: [], today: [], undated: [] }
  for (const task of open) {
    const part = partOf(task, moment)
    if (part !== undefined) parts[part].push(task)
  }
  return parts
}

function partOf(task: Work, moment: Moment): keyof PartsOfDay<Work> | undefined {
  const { due, deadline } = task
  if (isLate(task, moment)) return 'overdue'
  if ((due !== null && isDueToday(due, moment)) || deadline === localDate(moment)) return 'today'
  if (task.status === 'in_progress' || isChosen(task)) return 'carryover'
  return due === null && task.priority === 1 ? 'undated' : undefined
}

/** Overdue, or past its deadline. */
export function isLate({ due, deadline }: Pick<Work, 'due' | 'deadline'>, moment: Moment): boolean {
  return (due !== null && isOverdue(due, moment)) || (deadline !== null && deadline < localDate(moment))
}

export function isChosen({ labels }: Pick<Work, 'labels'>): boolean {
  return labels.some((label) => label.toLowerCase() === TODAY_LABEL)
}

/** Of a task that nothing makes urgent. */
function restReason({ priority }: WorkRead): string {
  return priority < LOWEST_PRIORITY ? `priority ${priority}` : 'nothing is more pressing'
}

/** Every task by its score, then by priority, due date and age. */
export function rankForBrief(
  tasks: readonly WorkRead[],
  weeklyOutcomes: readonly string[],
  moment: Moment,
): RankedWork[] {
  return tasks
    .map((task) => {
      const { score, reasons } = scoreTask(task, { moment, weeklyOutcomes })
      return { task, score, reasons: reasons.length > 0 ? reasons : [restReason(task)] }
    })
    .sort((one, other) => other.score - one.score || compareTasks(one.task, other.task))
}
