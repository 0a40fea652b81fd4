/** Reads when something is due: written dates and times, and words. */
import { type Moment, utcText } from '../clock.ts'
import { findTimeOrSpan } from '../days/clock-words.ts'
import { apart, readableLength, readSaid } from '../days/date-words.ts'
import { bracketZone, extendedForm, parseInstant } from '../days/instant-words.ts'
import { normalWords } from '../days/words.ts'
import { type Due, FIRST_YEAR, LAST_YEAR, makeDue } from '../due.ts'
import { readRepeat } from '../repeats/repeat-phrase.ts'
import { mayStartRepeat } from '../repeats/repeat-words.ts'
import { isUnread, type Unread } from '../unread.ts'
import { isElsewhere } from '../zones/zone-words.ts'
import { type ReadDate, settle, wallTime } from './settle.ts'

const MAX_DUE_CHARS = 100

const EXAMPLES =
  'Write a date (2026-11-25), a local time (2026-11-25T09:00), words (tomorrow, friday 14:00, in 3 days), or { date, time, timeZone }.'

/**
 * Reads YYYY-MM-DD, a local YYYY-MM-DD HH:MM[:SS] with an optional zone, a date-time with Z or an offset (converted to
 * the person's zone), or words: "tomorrow", "friday 14:00", "in 3 days", "Jan 15 9am PST". Words mean the future, at
 * most two years ahead (FlowCoach's rule); written dates may be at any distance.
 */
export function readDue(input: string, moment: Moment): Due | Unread {
  const text = extendedForm(input.trim().replace(COMMENT, ''))
  if (text.length > MAX_DUE_CHARS) return { unread: 'the date is too long', instead: EXAMPLES }
  const year = LOCAL.test(text) ? Number(text.slice(0, 4)) : FIRST_YEAR
  if (year < FIRST_YEAR || year > LAST_YEAR)
    return {
      unread: `${text} is outside the supported years`,
      instead: `Write a year from ${FIRST_YEAR} to ${LAST_YEAR}.`,
    }
  const read = readWritten(text, moment) ?? readWords(text, moment)
  return read ?? { unread: `"${text}" is not a date that exists`, instead: EXAMPLES }
}

/** The zone's name that `Date.toString` and mail write after an offset: "GMT+0200 (Central European Summer Time)". */
const COMMENT = /(?<=[+-]\d{2}:?\d{2}) \([^()]*\)$/

/** The due date of a moment in words; undefined for a time that its zone cannot have. */
export function dueOf(
  read: Pick<ReadDate, 'date' | 'time' | 'timeZone' | 'at'>,
  moment: Moment,
): Due | undefined {
  const due = makeDue(read, moment)
  return due === undefined || read.at === null ? due : { ...due, at: read.at }
}

const LOCAL =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::[0-5]\d(?:\.\d{1,9})?)?(?: ([A-Za-z]\S*\/\S+|UTC)|\[([^[\]]+)\])?)?$/

/** A date or date-time in figures; null for one that does not exist, undefined for other texts. */
function readWritten(text: string, moment: Moment): Due | null | undefined {
  const local = LOCAL.exec(text)
  if (local !== null) {
    const [, date = '', time = null, behind, bracketed] = local
    return makeDue({ date, time, timeZone: behind ?? bracketed ?? null }, moment) ?? null
  }
  if (!/^\d{4}-\d{2}-\d{2}[Tt]/.test(text)) return undefined
  const instant = parseInstant(text)
  if (instant === undefined) return null
  const timeZone = bracketZone(text) ?? moment.timeZone
  const due = makeDue({ ...wallTime(instant, timeZone), timeZone }, moment)
  return due === undefined ? null : { ...due, at: utcText(instant) }
}

function readWords(text: string, moment: Moment): Due | Unread | undefined {
  const words = apart(normalWords(text))
  const said = readSaid(words, moment)
  if (said === undefined) return notUnderstood(text, words, moment)
  const read = settle(said, moment)
  if (isUnread(read)) return read
  if (read.lengthMinutes !== null)
    return {
      unread: `"${text}" has a beginning and an end, and a due date is one moment`,
      instead: `Write "${read.date} ${read.time}", and the length in minutes.`,
    }
  return dueOf(read, moment)
}

function notUnderstood(text: string, words: readonly string[], moment: Moment): Unread {
  if (words.some((word) => mayStartRepeat(word)) && !isUnread(readRepeat(text, moment)))
    return { unread: `"${text}" repeats, and a due date is one day`, instead: 'Give it as repeat.' }
  const rest = words.slice(readableLength(words, moment))
  const place = rest.join(' ').toLowerCase()
  if (rest.length < words.length && isElsewhere(place, moment))
    return {
      unread: `"${text}" does not say whether "${place}" is where or whose time`,
      instead: `Write "${place} time" for the clock there.`,
    }
  const both = findTimeOrSpan(words)
  if (both !== undefined) return both
  const isAll = rest.length === words.length || rest.length === 0
  const part = isAll ? '' : `: "${rest.join(' ')}" is not understood`
  return { unread: `"${text}" is not a date that can be read${part}`, instead: EXAMPLES }
}
