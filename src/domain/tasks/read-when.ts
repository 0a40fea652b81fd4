/** What a caller says of when a task is due and how it repeats, read or refused with a way out. */
import { AppError } from '../../core/errors.ts'
import { type Due, type Moment, makeDue, readDue } from '../time/due.ts'
import { firstDue, readRepeat } from '../time/repeat.ts'
import type { TaskInput } from './task.ts'

interface When {
  readonly due: Due | null
  readonly repeat: string | null
}

/**
 * Reads `due` and `repeat`; a task that repeats but has no due date starts at the rule's next day.
 * @throws AppError `invalid_input`
 */
export function readWhen(said: Pick<TaskInput, 'due' | 'repeat'>, moment: Moment): When {
  const due = said.due == null ? null : dueFrom(said.due, moment)
  const repeat = said.repeat == null ? null : repeatFrom(said.repeat)
  if (repeat === null || due !== null) return { due, repeat }
  const first = firstDue(repeat, null, moment)
  if (!first) throw refused('repeat', `"${repeat}" has no day to come`, REPEAT_FIX)
  return { due: first, repeat }
}

const DUE_FIX =
  'Give a date (2026-11-25), a local time (2026-11-25T09:00), words (tomorrow, friday 14:00, in 3 days), or { date, time, timeZone }.'
const REPEAT_FIX = 'Give an RRULE (FREQ=WEEKLY;BYDAY=MO) or words: every weekday, every 2 weeks, monthly.'

/** @throws AppError `invalid_input` when it is no date */
export function dueFrom(said: NonNullable<TaskInput['due']>, moment: Moment): Due {
  const due =
    typeof said === 'string'
      ? readDue(said, moment)
      : makeDue({ date: said.date, time: said.time ?? null, timeZone: said.timeZone ?? null }, moment)
  if (due) return due
  const words =
    typeof said === 'string' ? said : [said.date, said.time, said.timeZone].filter(Boolean).join(' ')
  throw refused('due', `"${words}" is not a date that can be read`, DUE_FIX)
}

function repeatFrom(said: string): string {
  const repeat = readRepeat(said)
  if (repeat) return repeat
  throw refused('repeat', `"${said}" is not a repeat rule that can be read`, REPEAT_FIX)
}

function refused(path: string, message: string, fix: string): AppError {
  return new AppError('invalid_input', `${message}.`, { fix, issues: [{ path, message }] })
}
