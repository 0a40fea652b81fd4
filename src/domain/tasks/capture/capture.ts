/** Capture: one message into tasks, by FlowCoach's deterministic rules; no model, no clock of its own. */
import type { Moment } from '../../time/clock.ts'
import { lastDate } from '../../time/date-words.ts'
import { type Due, dueFromWords } from '../../time/due.ts'
import { firstDue } from '../../time/repeat.ts'
import { type Bucket, bucketOf, isProjectCandidate } from '../effort.ts'
import { readLine } from './line.ts'
import { splitTasks } from './split.ts'
import type { Priority } from './tokens.ts'

/** Longest message to capture from, in characters. */
export const MAX_CAPTURE_LENGTH = 10_000

/** A task as it was said. What was not said is null. */
export interface CapturedTask {
  title: string
  /** Estimated minutes of work. */
  minutes: number | null
  bucket: Bucket | null
  /** 1 (highest) to 4. */
  priority: Priority | null
  due: Due | null
  /** RFC 5545 RRULE; `due` is then its first day, unless another was said. */
  repeat: string | null
  labels: string[]
  project: string | null
  /** What to ask the person: how long? 2, 10 or 30 minutes, or another number. */
  ask: 'minutes' | null
  isProjectCandidate: boolean
}

/**
 * The tasks of one message, in order; none for white space. Never throws on any text, and never loses a word of a
 * title: what is not clearly a token stays. Takes linear time; callers bound the length by `MAX_CAPTURE_LENGTH`.
 */
export function parseCapture(text: string, moment: Moment): { tasks: CapturedTask[] } {
  return { tasks: splitTasks(text, moment).map((line) => captureLine(line, moment)) }
}

function captureLine(line: string, moment: Moment): CapturedTask {
  const { title, minutes, code, word, date, repeat, labels, project } = readLine(line, moment)
  const said = date === null || (repeat !== null && !date.dated) ? null : (dueFromWords(date, moment) ?? null)
  const due = said ?? (repeat === null ? null : firstTurn(repeat, date?.time ?? null, moment))
  const bucket = bucketOf(title, minutes)
  return {
    title,
    minutes,
    bucket,
    priority: code ?? word ?? date?.implied ?? null,
    due,
    repeat,
    labels,
    project,
    ask: bucket === null ? 'minutes' : null,
    isProjectCandidate: isProjectCandidate(bucket),
  }
}

/** A repeat's first due, if it lies within the bounds of a date said in words. */
function firstTurn(repeat: string, time: string | null, moment: Moment): Due | null {
  const due = firstDue(repeat, time, moment)
  return due === null || due.date > lastDate(moment) ? null : due
}

/** A person's P1 is Todoist's 4: `todoist = 5 - human`, and the same back (`human = 5 - todoist`). */
export function todoistPriority(priority: Priority): Priority {
  return (5 - priority) as Priority
}
