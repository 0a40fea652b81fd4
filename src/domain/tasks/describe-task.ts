/** Tasks in words: one line each, with the reference that a next call takes. */
import type { Reader, Table } from '../../core/operation/description.ts'
import { dayText } from '../time/day-text.ts'
import { describeRepeat } from '../time/repeats/describe-repeat.ts'
import { isSameZone } from '../time/zones/time-zone.ts'
import type { Task } from './task.ts'

const DONE_MARK: Record<Task['status'], string> = {
  open: '[ ]',
  in_progress: '[~]',
  done: '[x]',
  cancelled: '[-]',
}

/** `T-12 [ ] Call Ana (P1, due 2026-11-25 09:00 Europe/Paris, 10 min, @calls)` */
export function taskLine(task: Task, reader: Reader = {}): string {
  const facts = [
    `P${task.priority}`,
    task.due ? `due ${dueWords(task.due, reader)}` : undefined,
    task.deadline === null ? undefined : deadlineWords(task.deadline, reader),
    task.repeat ? repeatWords(task.repeat) : undefined,
    task.minutes === null ? undefined : `${task.minutes} min`,
    ...task.labels.map((label) => `@${label}`),
    task.assignee === null ? undefined : `for ${task.assignee}`,
    task.blocked ? 'blocked' : undefined,
    task.trashedAt ? 'in the trash' : undefined,
  ].filter((fact) => fact !== undefined)
  return `${task.ref} ${DONE_MARK[task.status]} ${task.title} (${facts.join(', ')})`
}

/**
 * "2026-11-25 09:00 Europe/Paris", or without the zone if it is the reader's own, which `dueFrom` reads as the same due
 * date. For a reader whose day is known: "tomorrow 09:00".
 */
export function dueWords({ date, time, timeZone }: NonNullable<Task['due']>, reader: Reader = {}): string {
  const isOwn = timeZone !== null && reader.timeZone !== undefined && isSameZone(timeZone, reader.timeZone)
  return [dayWords(date, reader), time, isOwn ? null : timeZone].filter((part) => part !== null).join(' ')
}

/** "deadline 2026-12-04", and for a reader whose day is known "deadline tomorrow". */
export function deadlineWords(date: string, reader: Reader = {}): string {
  return `deadline ${dayWords(date, reader)}`
}

function dayWords(date: string, { today }: Reader): string {
  return today === undefined ? date : dayText(date, today)
}

/** "every weekday", or for a rule that no words express "repeats RRULE:FREQ=...". */
export function repeatWords(rule: string): string {
  const words = describeRepeat(rule)
  return words.startsWith('RRULE:') ? `repeats ${words}` : words
}

/** Tasks as rows for a terminal; with columns for people, deadlines and repeats where there are any. */
export function taskTable(tasks: readonly Task[], reader: Reader = {}): Table {
  const areGiven = tasks.some(({ assignee }) => assignee !== null)
  const haveDeadlines = tasks.some(({ deadline }) => deadline !== null)
  const doRepeat = tasks.some(({ repeat }) => repeat !== null)
  return {
    columns: [
      'Ref',
      '',
      'Task',
      ...(areGiven ? ['For'] : []),
      'P',
      'Due',
      ...(haveDeadlines ? ['Deadline'] : []),
      ...(doRepeat ? ['Repeats'] : []),
      'Min',
      'Labels',
    ],
    rows: tasks.map((task) => [
      task.ref,
      DONE_MARK[task.status],
      task.title,
      ...(areGiven ? [task.assignee ?? ''] : []),
      String(task.priority),
      task.due ? dueWords(task.due, reader) : '',
      ...(haveDeadlines ? [task.deadline === null ? '' : dayWords(task.deadline, reader)] : []),
      ...(doRepeat ? [task.repeat ? describeRepeat(task.repeat) : ''] : []),
      task.minutes === null ? '' : String(task.minutes),
      task.labels.map((label) => `@${label}`).join(' '),
    ]),
  }
}
