/** What has been read off a line so far, and the rule that each thing is read once. */
import type { Said } from '../../time/days/date-words.ts'
import type { Repeat } from '../../time/repeats/repeat.ts'
import type { Unread } from '../../time/unread.ts'
import type { Word } from './text.ts'
import type { Priority, Token } from './tokens.ts'

/** What the tokens of a line have said so far. Each thing is read once; a repetition stays in the title. */
export interface Reading {
  words: Word[]
  minutes: number | null
  /** P1 to P4, which counts before any word. */
  code: Priority | null
  word: Priority | null
  /** The moment, put together from several places of the line. */
  said: Said | null
  repeat: Repeat | null
  /** A day, YYYY-MM-DD. */
  deadline: string | null
  labels: string[]
  project: string | null
  /** Why no date is read from this line; then its words stay. */
  refused: Unread | null
  /** Something was recognised, used or not. */
  isTouched: boolean
}

/** Nothing read yet. `refused`: no date is to be read. */
export function startReading(words: Word[], refused: Unread | null): Reading {
  const nothing = { minutes: null, code: null, word: null, said: null, repeat: null, deadline: null }
  return { words, ...nothing, project: null, labels: [], refused, isTouched: false }
}

/** Whether the token says something that nothing has said yet. */
export function isFree(reading: Reading, token: Token): boolean {
  switch (token.kind) {
    case 'minutes':
      return reading.minutes === null
    case 'code':
      return reading.code === null
    case 'word':
      return reading.word === null
    case 'when':
      return reading.refused === null && isWhenFree(reading, token)
    case 'refused':
      return false
  }
}

function isWhenFree({ said, repeat }: Reading, token: Token & { kind: 'when' }): boolean {
  if (token.repeat !== null) {
    const isTimed = token.repeat.time !== null && said !== null && hasTime(said)
    return repeat === null && !isTimed
  }
  if (token.said === null || (said === null && repeat === null)) return true
  if (repeat !== null && repeat.time !== null && hasTime(token.said)) return false
  return said === null || (canJoin(said, token.said) && canJoin(token.said, said))
}

const hasTime = ({ time, part, instant }: Said): boolean => time !== null || part !== null || instant !== null

/** A day and a time of day that stand apart make one moment; two days or two times do not. */
function canJoin(one: Said, other: Said): boolean {
  if (one.instant !== null) return false
  return !(one.day !== null && other.day !== null) && !(hasTime(one) && hasTime(other))
}

/** Notes what a token says; false for one that cannot be used, which then counts as words. */
export function accept(reading: Reading, token: Token): boolean {
  switch (token.kind) {
    case 'minutes':
      reading.minutes = token.minutes
      return true
    case 'code':
      reading.code = token.priority
      return true
    case 'word':
      reading.word = token.priority
      return true
    case 'when':
      reading.said = token.said === null ? reading.said : joined(reading.said, token.said)
      reading.repeat = token.repeat ?? reading.repeat
      return true
    case 'refused':
      reading.refused ??= token.why
      return false
  }
}

function joined(said: Said | null, more: Said): Said {
  if (said === null) return more
  const { day, time, part, zone } = said
  return {
    ...more,
    ...{ day: day ?? more.day, time: time ?? more.time, part: part ?? more.part, zone: zone ?? more.zone },
    isDeadline: said.isDeadline || more.isDeadline,
  }
}

/** Notes that a line names two moments, so that neither is taken for the other. */
export function refuseTwo(reading: Reading): void {
  reading.refused ??= {
    unread: 'it names more than one moment',
    instead: 'Say one moment, the day beside its time, or one task a line.',
  }
}
