/** How long work takes: by estimates, or by effort where there is none. */
import { knownMinutes } from '../planning/effort.ts'
import type { Work } from '../work/work.ts'

export function minutesOfWork(tasks: readonly Pick<Work, 'minutes' | 'bucket'>[]) {
  const known = tasks.flatMap((task) => knownMinutes(task) ?? [])
  return {
    minutes: known.reduce((sum, minutes) => sum + minutes, 0),
    unestimated: tasks.length - known.length,
  }
}

/** By estimates alone. */
export function estimatesOf(tasks: readonly Pick<Work, 'minutes'>[]) {
  const estimates = tasks.flatMap(({ minutes }) => minutes ?? [])
  const minutes = estimates.reduce((sum, each) => sum + each, 0)
  return { minutes, unestimated: tasks.length - estimates.length }
}
