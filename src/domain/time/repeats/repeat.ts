/** A repeat: a rule, and the due date that follows when a repeating task is completed. */
import { Temporal } from 'temporal-polyfill'
import { instantOf, localDate, type Moment } from '../clock.ts'
import type { SaidTime } from '../days/clock-words.ts'
import { type Due, makeDue } from '../due.ts'
import { nextDay, parseRule, type RuleParts, withPart, writeRule } from './repeat-rule.ts'

/** A repeat in words. */
export interface Repeat {
  /** RFC 5545 RRULE in its one written form, without `RRULE:`. */
  readonly rule: string
  /** HH:MM. */
  readonly time: string | null
  /** IANA name; null: the person's own. */
  readonly timeZone: string | null
  /** The day on which it begins, YYYY-MM-DD. */
  readonly from: string | null
  /** Minutes of each turn, if a span was given ("3-4pm"). */
  readonly lengthMinutes: number | null
  /** The time was given without am or pm, and the afternoon was assumed. */
  readonly isGuess: boolean
  /** The time as given without am or pm; null if it is clear. */
  readonly open: SaidTime | null
}

/** The next turn of a repeating task, when the current one is done. */
export interface NextTurn {
  due: Due
  repeat: string
}

/** How many days are tried for a first time of day that is still ahead. */
const MAX_TRIES = 4

/**
 * The due date that follows the current one: strictly after it and not in the past, so that completing an overdue daily
 * task gives today or later. The time of day stays the same on the wall of the due date's own zone across DST changes.
 * Without a due date, today counts as the current one. Null when COUNT or UNTIL is exhausted, or the rule is malformed.
 */
export function nextDue(rule: string, due: Due | null, moment: Moment): Due | null {
  return nextTurn(rule, due, moment)?.due ?? null
}

/**
 * `nextDue` together with the rule of the task that follows. COUNT is the number of turns left, including the current
 * one, so it is one less in that rule; missed turns don't count.
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

/** The rule for the turns after this one; undefined if this was the last. */
function countedRule(parts: RuleParts): RuleParts | undefined {
  const count = parts.get('COUNT')
  if (count === undefined) return parts
  return Number(count) <= 1 ? undefined : withPart(parts, 'COUNT', String(Number(count) - 1))
}

/**
 * The first due date of a repeat, from today or from its first day on; null if there is none. It is the nearest day
 * that matches. INTERVAL counts from it, so that "every other tuesday" given on a Friday begins next Tuesday. A start
 * in the past sets the rhythm.
 */
export function firstDue(
  repeat: Pick<Repeat, 'rule' | 'time' | 'timeZone' | 'from'>,
  moment: Moment,
): Due | null {
  const spaced = parseRule(repeat.rule)
  if (spaced === undefined) return null
  const timeZone = repeat.timeZone ?? moment.timeZone
  const place = { time: repeat.time, timeZone }
  const today = Temporal.PlainDate.from(localDate({ now: moment.now, timeZone }))
  const from = repeat.from === null ? today : Temporal.PlainDate.from(repeat.from)
  const yesterday = today.subtract({ days: 1 })
  const everyTime = withPart(spaced, 'INTERVAL', null)
  const anchor = nextDay(everyTime, from, from.subtract({ days: 1 }))
  if (anchor === undefined) return null
  return Temporal.PlainDate.compare(anchor, today) < 0
    ? (firstAfter(spaced, { ...place, anchor, after: yesterday }, moment) ?? null)
    : (firstAfter(everyTime, { ...place, anchor, after: anchor.subtract({ days: 1 }) }, moment) ?? null)
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
