/** Reads when a task is due and how it repeats, or refuses the words and says what to write instead. */
import { AppError } from '../../core/errors.ts'
import { utcText } from '../time/clock.ts'
import { parseInstant } from '../time/days/instant-words.ts'
import { type Due, type Moment, makeDue } from '../time/due.ts'
import { readDays } from '../time/reading/read-days.ts'
import { readDue } from '../time/reading/read-due.ts'
import { wallTime } from '../time/reading/settle.ts'
import { firstDue, type Repeat } from '../time/repeats/repeat.ts'
import { readRepeat } from '../time/repeats/repeat-phrase.ts'
import { isUnread, type Unread, unreadSentence } from '../time/unread.ts'
import type { TaskInput } from './task.ts'

interface When {
  readonly due: Due | null
  readonly repeat: string | null
}

/**
 * Reads `due` and `repeat`. A repeating task without a due date starts at the rule's next day. A time in the repeat
 * becomes the time of the due date, and must agree with a time in `due`. `kept`: the task's present due date, used when
 * none is given.
 * @throws AppError `invalid_input`
 */
export function readWhen(
  said: Pick<TaskInput, 'due' | 'repeat'>,
  moment: Moment,
  kept: Due | null = null,
): When {
  const due = said.due == null ? null : dueFrom(said.due, moment)
  const repeat = said.repeat == null ? null : repeatFrom(said.repeat, moment)
  if (repeat === null) return { due: due ?? kept, repeat }
  if (due !== null) return { due: agreeing(due, repeat, moment), repeat: repeat.rule }
  if (kept !== null && repeat.from === null) return { due: moved(kept, repeat, moment), repeat: repeat.rule }
  const first = firstDue(repeat, moment)
  if (!first)
    throw refused('repeat', { unread: `"${said.repeat}" has no day to come`, instead: 'Give a later end.' })
  return { due: first, repeat: repeat.rule }
}

const DAY_EXAMPLES =
  'Write a date, past or to come (2026-11-25), or words for days (friday, yesterday, this week, the next 3 days).'

/**
 * The day that a filter asks for in `field`: of several days the first, or the last where the name of the field ends in
 * "to" or "until".
 * @throws AppError `invalid_input` if it is not a date
 */
export function dayFrom(said: string, moment: Moment, field: string): string {
  const days = readDays(said, moment)
  if (isUnread(days)) throw refused(field, { unread: days.unread, instead: DAY_EXAMPLES })
  return /(?:to|until)$/i.test(field) ? days.to : days.from
}

/** @throws AppError `invalid_input` if it is not a date */
export function dueFrom(said: NonNullable<TaskInput['due']>, moment: Moment): Due {
  if (typeof said === 'string') {
    const due = readDue(said, moment)
    if (isUnread(due)) throw refused('due', due)
    return due
  }
  const due = makeDue({ date: said.date, time: said.time ?? null, timeZone: said.timeZone ?? null }, moment)
  if (due) return { ...due, at: secondOf(due, said.at) ?? due.at }
  const words = [said.date, said.time, said.timeZone].filter(Boolean).join(' ')
  throw refused('due', {
    unread: `"${words}" is not a date, time and time zone that exist`,
    instead: 'Give date as 2026-11-25, time as 09:00 and timeZone as Europe/Paris.',
  })
}

/** `at` tells which of two equal wall times is meant; a moment at another wall time is ignored. */
function secondOf({ date, time, timeZone }: Due, at: string | null | undefined): string | undefined {
  const instant = at && timeZone !== null ? parseInstant(at) : undefined
  if (instant === undefined || timeZone === null) return undefined
  const wall = wallTime(instant, timeZone)
  return wall.date === date && wall.time === time ? utcText(instant) : undefined
}

/** @throws AppError `invalid_input` if it is not a day, or has a time */
export function deadlineFrom(said: string, moment: Moment): string {
  const read = readDue(said, moment)
  if (isUnread(read)) throw refused('deadline', read)
  if (read.time === null) return read.date
  throw refused('deadline', {
    unread: `"${said}" has a time, and a deadline is a day`,
    instead: `Write "${read.date}", and give the time in due.`,
  })
}

function repeatFrom(said: string, moment: Moment): Repeat {
  const repeat = readRepeat(said, moment)
  if (isUnread(repeat)) throw refused('repeat', repeat)
  if (repeat.lengthMinutes === null) return repeat
  throw refused('repeat', {
    unread: `"${said}" has a beginning and an end, and each turn is due at one moment`,
    instead: `Give the beginning (${repeat.time}) in repeat, and the length in minutes.`,
  })
}

/**
 * The due date with the repeat's time.
 * @throws AppError `invalid_input` where the two disagree
 */
function agreeing(due: Due, repeat: Repeat, moment: Moment): Due {
  const { from } = repeat
  if (from !== null && from !== due.date) throw disagreement(`begins on ${from}`, due)
  if (repeat.time === null || due.time === null) return moved(due, repeat, moment)
  const repeated = moved(due, repeat, moment)
  const isSame = repeated.time === due.time && (repeat.timeZone === null || repeated.at === due.at)
  if (isSame) return repeat.timeZone === null ? due : repeated
  throw disagreement(`says ${[repeat.time, repeat.timeZone].filter(Boolean).join(' ')}`, due)
}

function disagreement(said: string, { date, time, timeZone }: Due): AppError {
  const due = [date, time, timeZone].filter(Boolean).join(' ')
  return refused('repeat', { unread: `repeat ${said}, and due says ${due}`, instead: 'Give it once.' })
}

/** The due date at the repeat's time of day, if it has one. */
function moved(due: Due, { time, timeZone }: Repeat, moment: Moment): Due {
  if (time === null) return due
  return makeDue({ date: due.date, time, timeZone: timeZone ?? due.timeZone }, moment) ?? due
}

function refused(path: string, why: Unread): AppError {
  const { unread, instead } = why
  const issues = [{ path, message: unread }]
  return new AppError('invalid_input', unreadSentence(why), { fix: instead, issues })
}
