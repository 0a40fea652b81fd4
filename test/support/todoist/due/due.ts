/** From what a caller gives to the due date of the wire, and on to the next one. */
import type { Temporal } from 'temporal-polyfill'
import { invalid } from '../api-error.ts'
import type { Due } from '../world/wire.ts'
import { type Moment, nowIn, readMoment, writeMoment } from './moment.ts'
import { firstOf, nextOf, type Rule, readRepeat } from './repeat.ts'
import { readWords } from './words.ts'

/** When and where a date is read. */
export interface Reading {
  readonly nowMs: number
  readonly zone: string
}

export interface DueInput {
  readonly string?: string | null | undefined
  readonly date?: string | null | undefined
  readonly timezone?: string | null | undefined
  readonly lang?: string | null | undefined
}

const NO_DATE = /^(?:no (?:due )?date|none)?$/i

/** A date keeps the repeat of a string beside it; a date alone does not repeat, whatever the task did before. */
export function dueFrom(input: DueInput, { nowMs, zone }: Reading): Due | null {
  const now = nowIn(zone, nowMs)
  const words = input.string?.trim() ?? ''
  const given = input.date
    ? (readMoment(input.date, input.timezone ?? zone) ?? invalid('due.date'))
    : undefined
  if (given === undefined && NO_DATE.test(words)) return null
  const rule = readRepeat(words, now)
  const moment = given ?? momentOf(words, rule, now)
  if (moment === undefined) return invalid('due.string', 'a date')
  return {
    date: writeMoment(moment),
    timezone: moment.zone ?? null,
    string: words === '' ? writeMoment(moment) : words,
    lang: input.lang ?? 'en',
    is_recurring: rule !== undefined,
  }
}

function momentOf(words: string, rule: Rule | undefined, now: Temporal.PlainDateTime): Moment | undefined {
  return rule === undefined ? readWords(words, now) : firstOf(rule, now)
}

/** The due date once the present one is done; `undefined` where the task does not come again. */
export function movedOn(due: Due, { nowMs, zone }: Reading): Due | undefined {
  if (!due.is_recurring) return undefined
  const seenFrom = due.timezone ?? zone
  const now = nowIn(seenFrom, nowMs)
  const rule = readRepeat(due.string, now)
  const current = readMoment(due.date, seenFrom)
  if (rule === undefined || current === undefined) return undefined
  const next = nextOf(rule, current, now)
  return next && { ...due, date: writeMoment(next) }
}

/** The same due date, with the string read again from the start: what happens to `starting` in the fault of that name. */
export function readAgain(due: Due, reading: Reading): Due {
  return dueFrom({ string: due.string, timezone: due.timezone, lang: due.lang }, reading) ?? due
}

/** The day of a due date as its owner sees it. */
export function dayOfDue(due: Due, zone: string): string {
  return readMoment(due.date, zone)?.date.toString() ?? due.date.slice(0, 10)
}
