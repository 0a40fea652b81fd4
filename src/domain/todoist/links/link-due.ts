/** Due dates on their way between a task here and one at Todoist. What is not changed here is never written again there. */
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { instantOf } from '../../time/clock.ts'
import { makeDue } from '../../time/due.ts'
import { describeRepeat } from '../../time/repeats/describe-repeat.ts'
import { readRepeat } from '../../time/repeats/repeat-phrase.ts'
import { isUnread } from '../../time/unread.ts'
import { isTimeZone } from '../../time/zones/time-zone.ts'
import { dueIn, readWireDue } from '../due.ts'

/** When a task here is due, and how it repeats. */
export interface HereDue {
  readonly date: string
  /** HH:MM in `timeZone`; null: the whole day. */
  readonly time: string | null
  readonly timeZone: string | null
  /** RFC 5545 RRULE; null also for a rule of Todoist whose words are not understood here. */
  readonly repeat: string | null
}

/** Stands for a due date that Todoist works out by itself, when it completes a repeating task. */
export const MOVES_ON: JsonObject = { movesOn: true }

export function movesOn(due: unknown): boolean {
  return isJsonObject(due) && due.movesOn === true
}

export function isRecurring(due: JsonObject | null | undefined): boolean {
  return due?.is_recurring === true
}

/** `timeZone`: of the Todoist user, in which floating times are read. Null for what has no place here. */
export function hereDueOf(wire: JsonObject | null, timeZone: string, now: Date): HereDue | null {
  const due = wire === null ? undefined : readWireDue(wire)
  if (due === undefined) return null
  const fixed = due.date.endsWith('Z') && due.timeZone !== null && isTimeZone(due.timeZone)
  const zone = fixed && due.timeZone !== null ? due.timeZone : timeZone
  const made = makeDue({ ...dueIn(due, zone), timeZone: zone }, { now, timeZone: zone })
  if (made === undefined) return null
  const { date, time } = made
  return { date, time, timeZone: made.timeZone, repeat: ruleOf(due.wire, { now, timeZone: zone }) }
}

function ruleOf(
  { string, lang, is_recurring }: JsonObject,
  moment: { now: Date; timeZone: string },
): string | null {
  const isEnglish = lang === undefined || lang === null || lang === 'en'
  if (is_recurring !== true || typeof string !== 'string' || !isEnglish) return null
  const read = readRepeat(string, moment)
  return isUnread(read) || read.lengthMinutes !== null ? null : read.rule
}

/**
 * The due date for Todoist. The words by which it repeats there and the kind of its time stay where the rule here is still
 * that of those words. Undefined for a rule that no words express.
 */
export function wireDueOf(
  due: HereDue | null,
  before: JsonObject | null,
  { timeZone, now }: { readonly timeZone: string; readonly now: Date },
): JsonObject | null | undefined {
  if (due === null) return null
  const date = wireDate(due, before, timeZone)
  const when = { date: date.text, ...(date.timeZone !== null && { timezone: date.timeZone }) }
  const isSameRule = isRecurring(before) && hereDueOf(before, timeZone, now)?.repeat === due.repeat
  if (before !== null && isSameRule) {
    const { string, lang } = before
    return { string, lang, ...when }
  }
  if (due.repeat === null) return when
  const words = describeRepeat(due.repeat)
  return words.startsWith('RRULE:') ? undefined : { string: words, lang: 'en', ...when }
}

/** A time in the user's own zone floats with the user, unless it was a fixed moment before. */
function wireDate(
  { date, time, timeZone: zone }: HereDue,
  before: JsonObject | null,
  timeZone: string,
): { readonly text: string; readonly timeZone: string | null } {
  if (time === null) return { text: date, timeZone: null }
  const wasFixed = typeof before?.date === 'string' && before.date.endsWith('Z')
  const instant = zone === null ? undefined : instantOf(date, time, zone)
  if (instant === undefined || (zone === timeZone && !wasFixed))
    return { text: `${date}T${time}:00`, timeZone: null }
  return { text: instant.toString({ smallestUnit: 'second' }), timeZone: zone }
}

/** Whether a due date of Todoist is the one that was known or sent: what was not said counts as the same. */
export function isSameDue(known: JsonObject | null | undefined, due: JsonObject | null): boolean {
  if (known === undefined || known === null || due === null) return known === due
  return ['date', 'timezone', 'string', 'lang', 'movesOn'].every(
    (name) => known[name] === undefined || known[name] === null || known[name] === due[name],
  )
}
