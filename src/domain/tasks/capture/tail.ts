/** Takes tokens off the end of a line, one by one, while the rest still reads as a title. */
import type { Moment } from '../../time/clock.ts'
import { isEvery, ordinalNumber, weekdayNumber } from '../../time/days/vocabulary.ts'
import { normalWord } from '../../time/days/words.ts'
import { asSpan, asVerse, isOfName, isOwnWord, isSpan } from './names.ts'
import { accept, isFree, type Reading, refuseTwo } from './reading.ts'
import { isSeparator, type Word } from './text.ts'
import { MAX_TOKEN_WORDS, readToken, type Token } from './tokens.ts'
import { afterUnreadTime, endsRow, isAfterEvery, isHanging } from './when-context.ts'
import { DANGLING, PLANNING_VERBS } from './words.ts'

/** How a token is separated from the title before it. */
type SetOff = 'separator' | 'comma' | 'colon' | 'brackets' | null

interface Tail {
  token: Token
  /** Index of its first word. */
  start: number
  setOff: SetOff
}

/** What to do with a recognised token: take it off, read it but keep its words, or leave it alone. */
type Verdict = 'take' | 'read' | 'leave'

/** Reads the tail into the reading and shortens its words. At least one word always stays. */
export function readTail(reading: Reading, moment: Moment): void {
  for (;;) {
    const tail = findTail(reading.words, moment)
    if (tail === undefined) return
    const verdict = judge(tail, reading.words, moment)
    reading.isTouched = true
    if (verdict === 'leave') return
    if (tail.token.kind === 'refused') accept(reading, tail.token)
    if (tail.start === 0 || reading.words.slice(0, tail.start).every(isSeparator)) return
    if (!isFree(reading, tail.token)) noteSecondDay(reading, tail.token)
    if (!isFree(reading, tail.token) || !accept(reading, tail.token) || verdict === 'read') return
    reading.words = trimEnd(reading.words.slice(0, tail.start), tail.setOff)
  }
}

/** "Next month by friday": two days in a row whose relation is unclear. */
function noteSecondDay(reading: Reading, token: Token): void {
  if (token.kind === 'when' && token.said?.day != null && reading.said?.day != null) refuseTwo(reading)
}

/** The longest token at the end of the words. */
function findTail(words: readonly Word[], moment: Moment): Tail | undefined {
  for (let length = Math.min(words.length, MAX_TOKEN_WORDS); length > 0; length -= 1) {
    const start = words.length - length
    const slice = words.slice(start)
    if (slice.some((word, index) => word.isLiteral || (isSeparator(word) && !isSpan(slice, index)))) continue
    const setOff = setOffBy(words, start)
    const normal = slice.map((word) => normalWord(word.text))
    if (isVerbParticle(words[start - 1], normal[0]) || isOfName(words, start)) continue
    const token = readToken(normal, setOff !== null, moment)
    if (token !== undefined)
      return {
        token:
          asVerse(token, words, start) ??
          asSpan(token, words, start) ??
          afterUnreadTime(token, words, start) ??
          token,
        start,
        setOff,
      }
  }
  return undefined
}

function setOffBy(words: readonly Word[], start: number): SetOff {
  const previous = words[start - 1]
  if (/^[([]/.test(words[start]?.text ?? '') && /[)\]][.,;!?]?$/.test(words.at(-1)?.text ?? ''))
    return 'brackets'
  if (previous === undefined) return null
  if (isSeparator(previous)) return 'separator'
  if (previous.isLiteral) return null
  if (previous.text.endsWith(',')) return 'comma'
  return previous.text.endsWith(':') ? 'colon' : null
}

function isVerbParticle(previous: Word | undefined, first: string | undefined): boolean {
  return first === 'by' && /^(stop|drop|swing|come|pass)$/i.test(previous?.text ?? '')
}

const ASKING = /^(not|no|very|more|most|so|too|how|what|less|if)$/
const MEASURING =
  /^(last|past|first|next|under|above|below|over|within|only|às|à|vers|um|gegen|ab|las|alle|ore|om|kl|klo)$/
const NOT_AFTER = /^(you|sooner|get|well|any|sometime|now|much|(second|minute|hour|day|week|month|year)s?)$/

function judge(tail: Tail, words: readonly Word[], moment: Moment): Verdict {
  if (isOneOfMany(tail, words) || isMove(tail, words)) return 'leave'
  if (tail.setOff === 'separator') return endsInDate(tail, words, moment) ? 'leave' : 'take'
  if (tail.setOff === 'brackets') return 'take'
  if (tail.token.kind === 'word' && tail.token.isWeak) return isFreeAdjective(tail, words) ? 'take' : 'leave'
  return tail.setOff === null ? judgeRunOn(tail, words) : 'take'
}

/** "Gym mon, wed, fri 7am", "every jan, apr, jul 20": the last of several days is not the day. */
function isOneOfMany({ token, start }: Tail, words: readonly Word[]): boolean {
  const normal = words.slice(0, start + 1).map((word) => normalWord(word.text))
  const [first, previous] = [normal[start], normal[start - 1]]
  const isDay = token.kind === 'when' && token.repeat === null
  if (isDay && endsRow(normal, start)) return true
  return isDay && weekdayNumber(first) !== undefined && weekdayNumber(previous) !== undefined
}

/** "Move the call from 3pm to 4pm" is not a span. */
function isMove({ token, start }: Tail, words: readonly Word[]): boolean {
  const isSpan = token.kind === 'when' && token.said?.time?.lengthMinutes != null
  return (
    isSpan && normalWord(words[start]?.text ?? '') === 'from' && MOVING.test(normalWord(words[0]?.text ?? ''))
  )
}

const MOVING = /^(move|change|shift|push|pull|reschedule|postpone|delay|bring)$/

/** A token without a separator is removed only if the title reads well without it. */
function judgeRunOn({ token, start }: Tail, words: readonly Word[]): Verdict {
  const previous = normalWord(words[start - 1]?.text ?? '')
  const isHanging = DANGLING.has(previous) && !isVerbParticle(words[start - 2], previous)
  if (isHanging) return previous === 'for' && token.kind === 'when' ? 'read' : 'leave'
  switch (token.kind) {
    case 'minutes':
      return MEASURING.test(previous) ? 'leave' : 'take'
    case 'word':
      return ASKING.test(previous) || NOT_AFTER.test(previous) ? 'leave' : 'take'
    case 'when':
    case 'refused':
      return judgeDate({ token, start, setOff: null }, words, previous)
    case 'code':
      return 'take'
  }
}

/** "Mon - Fri" and "Jan 5 - Jan 10" are spans in the title, not a date after it. */
function endsInDate(tail: Tail, words: readonly Word[], moment: Moment): boolean {
  if (!isDate(tail.token)) return false
  const before = findTail(words.slice(0, tail.start - 1), moment)
  if (before === undefined || before.start === 0 || before.setOff === 'separator') return false
  return isAlike(before.token, tail.token)
}

const isDate = (token: Token): boolean => token.kind === 'when' && token.said !== null

/** Two days or two times are alike; a day and a time form one moment. */
export function isAlike(one: Token, other: Token): boolean {
  if (one.kind !== 'when' || other.kind !== 'when') return false
  const [first, second] = [one.said, other.said]
  return (first?.day != null && second?.day != null) || (first?.time != null && second?.time != null)
}

/** A bare adjective after a comma counts only if it does not end a list ("red, high, low"). */
function isFreeAdjective(tail: Tail, words: readonly Word[]): boolean {
  return tail.setOff === 'comma' && !words.slice(0, tail.start - 1).some((word) => word.text.endsWith(','))
}

function judgeDate({ token, start }: Tail, words: readonly Word[], previous: string): Verdict {
  const normal = words.map((word) => normalWord(word.text))
  if (isHanging(previous) && !isVerbParticle(words[start - 2], previous)) return 'leave'
  if (words.length - start === 1 && isOwnWord(normal[start] ?? '', previous)) return 'leave'
  const isRepeat = token.kind === 'when' && token.repeat !== null
  const first = normal[start] ?? ''
  // "Third friday" does not say of which month.
  if (weekdayNumber(first) !== undefined && ordinalNumber(previous) !== undefined) return 'leave'
  if (/^(before|after)$/.test(first) && UNIT_OF_TIME.test(previous)) return 'leave'
  const isPart = isRepeat || weekdayNumber(first) !== undefined || isTimeAlone(token)
  if (isPart && !isEvery(first) && isAfterEvery(normal, start)) return 'leave'
  // "Plan tomorrow": the day is the object of the planning, so the words stay.
  return start === 1 && PLANNING_VERBS.has(previous) ? 'read' : 'take'
}

const isTimeAlone = (token: Token): boolean =>
  token.kind === 'when' && token.said !== null && token.said.day === null

/** "2 hours before 6pm" is not 6pm. */
const UNIT_OF_TIME = /^(m|mins?|minutes?|h|hrs?|hours?)$/

/** Removes the separator before a token. */
function trimEnd(words: Word[], setOff: SetOff): Word[] {
  let end = words.length
  while (end > 1 && isSeparator(words[end - 1])) end -= 1
  const kept = words.slice(0, end)
  const last = kept.at(-1)
  if (last === undefined || last.isLiteral || (setOff !== 'comma' && setOff !== 'colon')) return kept
  const text = last.text.replace(/[,:]$/, '')
  return text === '' ? kept : [...kept.slice(0, -1), { ...last, text }]
}
