/** What a ritual says about how much a day holds. */
import { counted } from '../../core/text/counts.ts'

/** `load`: the tasks of the day. Null: there is room for new tasks, or the person has set no limit. */
export function adviceOn(load: number, newTaskLimit: number | null): string | null {
  if (newTaskLimit === null || load < newTaskLimit) return null
  return `Take on nothing new today: ${counted(load, 'task')}, and your limit is ${newTaskLimit}.`
}
