/** Writes a captured task as one line that reads back to the same task. */
import { Temporal } from 'temporal-polyfill'
import { instantOf, utcText } from '../../time/clock.ts'
import type { Due } from '../../time/due.ts'
import { describeRepeat } from '../../time/repeats/describe-repeat.ts'
import type { CapturedTask } from './capture.ts'
import { readLine } from './line.ts'
import { splitTasks } from './split.ts'
import { cutWords, isSeparator } from './text.ts'

/** Any moment will do for checking whether a title would be misread: recognising tokens needs no clock. */
const ANY_MOMENT = { now: new Date(0), timeZone: 'UTC' }

/**
 * "Title - 20m - P2 - 2026-05-02 14:30 Europe/Paris - every Monday - {2026-05-09} - @label - #project", leaving out what is null. A
 * title with words that would be read as tokens is put in quotes. At the same moment `parseCapture` gives the same
 * task.
 */
export function formatCaptured(task: CapturedTask): string {
  const tokens = [
    task.minutes === null ? null : `${task.minutes}m`,
    task.priority === null ? null : `P${task.priority}`,
    task.due === null ? null : formatDue(task.due),
    task.repeat === null ? null : describeRepeat(task.repeat),
    task.deadline === null ? null : `{${task.deadline}}`,
    ...task.labels.map((label) => `@${label}`),
    task.project === null ? null : `#${task.project}`,
  ].filter((token) => token !== null)
  const line = [task.title, ...tokens].join(' - ')
  const isPlain = isPlainTitle(task.title) && isOneLine(line) && readLine(line, ANY_MOMENT).refused === null
  return isPlain ? line : [quoted(task.title), ...tokens].join(' - ')
}

/** Whether no part of a title would be read as a token, a mark or a lead-in, whatever follows it. */
function isPlainTitle(title: string): boolean {
  if (title.startsWith('"') || /[,:-]$/.test(title) || cutWords(title).some(isSeparator)) return false
  if (!isOneLine(title)) return false
  const alone = readLine(title, ANY_MOMENT)
  const followed = readLine(`${title} - 1m - P1`, ANY_MOMENT)
  return !alone.isTouched && alone.title === title && followed.title === title && followed.minutes === 1
}

/** Whether a line stays one task rather than being split. */
function isOneLine(line: string): boolean {
  const parts = splitTasks(line, ANY_MOMENT)
  return parts.length === 1 && parts[0] === line
}

const quoted = (title: string): string => `"${title.replace(/["\\]/g, '\\$&')}"`

/**
 * "2026-05-02 14:30 Europe/Paris"; the second of two equal wall times, when clocks go back, is written with its offset
 * (RFC 9557).
 */
function formatDue({ date, time, timeZone, at }: Due): string {
  if (time === null || timeZone === null || at === null) return date
  const usual = instantOf(date, time, timeZone)
  if (usual !== undefined && utcText(usual) === at) return `${date} ${time} ${timeZone}`
  return `${Temporal.Instant.from(at).toString({ timeZone, smallestUnit: 'minute' })}[${timeZone}]`
}
