/** What repeats: reading a rule, and the due date that follows when a repeating task is completed. */
import { Temporal } from 'temporal-polyfill'
import { instantOf, localDate, type Moment } from './clock.ts'
import { type Due, makeDue } from './due.ts'
import { nextDay, parseRule, type RuleParts, withPart, writeRule } from './repeat-rule.ts'
import { readRepeatWords } from './repeat-words.ts'

export { describeRepeat } from './describe-repeat.ts'

/** What a repeating task becomes when its current turn is done. */
export interface NextTurn {
  due: Due
  repeat: string
}

/** How many days are tried for a first time of day that is still ahead. */
const MAX_TRIES = 4

/**
 * A rule in its one written form (no `RRULE:`), from an RRULE or from words ("every weekday", "every other friday",
 * "every month on the 15th"). Undefined when it is neither, faster than daily, or can never happen.
 */
export function readRepeat(words: string): string | undefined {
  const text = words.trim()
  const rule = /^(RRULE:|FREQ=)/i.test(text) || text.includes('=') ? parseRule(text) : readRepeatWords(text)
  return rule === undefined ? undefined : writeRule(rule)
}

/**
 * The due that follows the current one: strictly after it and not in the past, so that completing an overdue daily
 * task gives today or later. The time of day stays the same on the wall of the due's own zone across DST changes.
 * Without a due, today counts as the current one. Null when COUNT or UNTIL is exhausted, or the rule is malformed.
 */
export function nextDue(rule: string, due: Due | null, moment: Moment): Due | null {
  return nextTurn(rule, due, moment)?.due ?? null
}

/**
 * `nextDue` with the rule of the task that follows. COUNT is the turns left, the current one included, so it is one
 * less there; turns that were missed don't count.
 */
export function nextTurn(rule: string, due: Due | null, moment: Moment): NextTurn | null {
  const parts = parseRule(rule)
  const rest = parts === undefined ? undefined : countedRule(parts)
  if (rest === undefined) return null
  const place = { time: due?.time ?? null, timeZone: due?.timeZone ?? moment.timeZone }
  const today = Temporal.PlainDate.from(localDate({ now: moment.now, timeZone: place.timeZone }))
  const anchor = due === null ? today : Temporal.PlainDate.from(due.date)
  const yesterday = today.subtract({ days: 1 })
  const after = Temporal.PlainDate.compare(anchor, yesterday) > 0 ? anchor : yesterday
  const next = firstAfter(rest, { anchor, after, ...place }, moment)
  return next === undefined ? null : { due: next, repeat: writeRule(rest) }
}

/** The rule for the turns after this one; undefined when this was the last. */
function countedRule(parts: RuleParts): RuleParts | undefined {
  const count = parts.get('COUNT')
  if (count === undefined) return parts
  return Number(count) <= 1 ? undefined : withPart(parts, 'COUNT', String(Number(count) - 1))
}

/**
 * The first due of a rule from today on, at a local HH:MM or for the whole day; null when there is none. It is the
 * nearest day that fits: INTERVAL counts from it, so that "every other tuesday" said on a Friday begins next Tuesday.
 */
export function firstDue(rule: string, time: string | null, moment: Moment): Due | null {
  const spaced = parseRule(rule)
  if (spaced === undefined) return null
  const parts = withPart(spaced, 'INTERVAL', null)
  const anchor = Temporal.PlainDate.from(localDate(moment))
  const after = anchor.subtract({ days: 1 })
  return firstAfter(parts, { anchor, after, time, timeZone: moment.timeZone }, moment) ?? null
}

interface Search {
  anchor: Temporal.PlainDate
  after: Temporal.PlainDate
  time: string | null
  timeZone: string
}

function firstAfter(rule: RuleParts, search: Search, moment: Moment): Due | undefined {
  let after = search.after
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const day = nextDay(rule, search.anchor, after)
    const due = day === undefined ? undefined : makeDue({ ...search, date: day.toString() }, moment)
    if (day === undefined || due === undefined || isAfterUntil(due, rule.get('UNTIL'))) return undefined
    if (due.at === null || Date.parse(due.at) >= moment.now.getTime()) return due
    after = day
  }
  return undefined
}

/** UNTIL is a last day, a last local time, or (with Z) a last moment; a whole day is compared by its date. */
function isAfterUntil(due: Due, until: string | undefined): boolean {
  if (until === undefined) return false
  const date = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
  if (due.time === null || due.at === null || until.length === 8) return due.date > date
  const time = `${until.slice(9, 11)}:${until.slice(11, 13)}`
  const last = instantOf(date, time, until.endsWith('Z') ? 'UTC' : (due.timeZone ?? 'UTC'))
  return last !== undefined && Date.parse(due.at) > last.epochMilliseconds
}
