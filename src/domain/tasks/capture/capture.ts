/** Capture: turns one message into tasks by FlowCoach's deterministic rules; uses no model, and no clock of its own. */

import { type Bucket, bucketOf, isProjectCandidate } from '../../planning/effort.ts'
import type { Moment } from '../../time/clock.ts'
import type { Due } from '../../time/due.ts'
import { isUnread, type Unread } from '../../time/unread.ts'
import { readLine } from './line.ts'
import { missedMoment } from './missed.ts'
import { splitTasks } from './split.ts'
import type { Priority } from './tokens.ts'
import { settleWhen, type When } from './when.ts'

/** The most characters of a message. */
export const MAX_CAPTURE_LENGTH = 10_000

/** A task in words. Parts that were not given are null. */
export interface CapturedTask {
  title: string
  /** Estimated minutes of work. */
  minutes: number | null
  bucket: Bucket | null
  /** 1 (highest) to 4. */
  priority: Priority | null
  due: Due | null
  /** RFC 5545 RRULE; `due` is then its first day, unless another day was given. */
  repeat: string | null
  /** The day by which it must be done, YYYY-MM-DD. */
  deadline: string | null
  labels: string[]
  project: string | null
  /** What to ask the person: how long? 2, 10 or 30 minutes, or another number. */
  ask: 'minutes' | null
  isProjectCandidate: boolean
}

/**
 * The tasks of one message, in order; none for white space. Never throws on any text, and never loses a word of a
 * title: anything that is not clearly a token stays. Takes linear time; callers limit the length with
 * `MAX_CAPTURE_LENGTH`. `unread`: for each task, why words for a date or time were left in its title, or null.
 */
export function parseCapture(
  text: string,
  moment: Moment,
): { tasks: CapturedTask[]; unread: (Unread | null)[] } {
  const lines = splitTasks(text, moment).map((line) => captureLine(line, moment))
  return { tasks: lines.map(({ task }) => task), unread: lines.map(({ unread }) => unread) }
}

function captureLine(line: string, moment: Moment): { task: CapturedTask; unread: Unread | null } {
  const first = readLine(line, moment)
  const settled = first.refused ?? settleWhen(first, moment)
  if (!isUnread(settled)) {
    return { task: taskOf(first, settled), unread: missedMoment(first, settled, moment) }
  }
  // Words that were taken for a moment that cannot be used go back into the title.
  const reading = readLine(line, moment, settled)
  const { minutes } = reading
  return { task: taskOf(reading, { due: null, repeat: null, implied: null, minutes }), unread: settled }
}

function taskOf(reading: ReturnType<typeof readLine>, when: When): CapturedTask {
  const { title, code, word, deadline, labels, project } = reading
  const { minutes, due, repeat, implied } = when
  const bucket = bucketOf(title, minutes)
  return {
    title,
    minutes,
    bucket,
    priority: code ?? word ?? implied,
    due,
    repeat,
    deadline,
    labels,
    project,
    ask: bucket === null ? 'minutes' : null,
    isProjectCandidate: isProjectCandidate(bucket),
  }
}

/** A person's P1 is Todoist's 4: `todoist = 5 - human`, and the reverse (`human = 5 - todoist`). */
export function todoistPriority(priority: Priority): Priority {
  return (5 - priority) as Priority
}
