/** Reads clear dates and lengths in the middle of a line. Their words stay, because they may belong to the title. */
import type { Moment } from '../../time/clock.ts'
import { timeOrSpan } from '../../time/days/clock-words.ts'
import type { Said } from '../../time/days/date-words.ts'
import { readPart } from '../../time/days/time-words.ts'
import { dayPartOfPlural, monthNumber, weekdayNumber } from '../../time/days/vocabulary.ts'
import { normalWord } from '../../time/days/words.ts'
import { accept, isFree, type Reading, refuseTwo } from './reading.ts'
import { isSeparator, type Word } from './text.ts'
import { MAX_TOKEN_WORDS, readToken, type Token } from './tokens.ts'
import { endsInRegion, inUnknownZone, isAfterEvery, isHanging, isPlaceInRow } from './when-context.ts'

/** How many words of a line are searched, so that the work stays linear. */
const MAX_MIDDLE_WORDS = 60
/** The longest token in the middle, in words. */
const MAX_LENGTH = 10

const DATE_ANCHORS = /^(by|on|due|at|today|tomorrow|tonight)$/
const JOINTS = /^(or|and|to|until|till|through|thru|&|-|–|—)$/

/** Reads "Call Bob tomorrow about the invoice", "Flight friday at 18:30 to Oslo", "for 20 min". */
export function readMiddle(reading: Reading, moment: Moment): void {
  const normal = reading.words
    .slice(0, MAX_MIDDLE_WORDS)
    .map((word) => (word.isLiteral ? '' : normalWord(word.text)))
  let start = 0
  while (start < normal.length - 1) {
    const found = findToken({ reading, normal, start, moment })
    if (found !== undefined) {
      reading.isTouched = true
      if (isFree(reading, found.token)) accept(reading, found.token)
      else noteConflict(reading, found.token, normal[start - 1])
    }
    start += found?.length ?? 1
  }
}

interface Place {
  readonly reading: Reading
  readonly normal: readonly string[]
  readonly start: number
  readonly moment: Moment
}

/** The longest clear token that starts at a word; never the last words of the line. */
function findToken(place: Place): { token: Token; length: number } | undefined {
  const { reading, normal, start, moment } = place
  const previous = start > 0 ? normal[start - 1] : undefined
  if (isHanging(previous) && previous !== 'for') return undefined
  // Words that reach the end were left there on purpose, so no part of them is taken out.
  const isTail = normal.length - start <= MAX_TOKEN_WORDS && readToken(normal.slice(start), false, moment)
  if (isTail) return undefined
  for (let length = Math.min(MAX_LENGTH, normal.length - 1 - start); length > 0; length -= 1) {
    const words = normal.slice(start, start + length)
    if (reading.words.slice(start, start + length).some(isSeparator)) continue
    const token = readToken(words, false, moment)
    if (token === undefined || endsInRegion(words)) continue
    if (!isPlain(place, token) || goesOn(place, start + length)) return undefined
    return {
      token: inUnknownZone(token, { words: reading.words, next: start + length, moment }) ?? token,
      length,
    }
  }
  return undefined
}

/**
 * Whether a token is clear even between other words: a length after "for", a lead before a day, or a day and its time.
 */
function isPlain({ reading, normal, start }: Place, token: Token): boolean {
  const first = normal[start] ?? ''
  if (token.kind === 'minutes') return first === 'for' && start > 0
  if (token.kind !== 'when') return false
  if (token.repeat !== null) return token.repeat.time !== null
  const isAnchored =
    start > 0 && DATE_ANCHORS.test(first) && reading.words[start]?.text.charAt(0) === first.charAt(0)
  const isTimed = token.said?.day != null && (token.said.time !== null || token.said.part !== null)
  if (normal[start - 1] === 'for' && !isTimed) return false
  if (isAnchored && isAfterEvery(normal, start)) return false
  return (isAnchored || isTimed) && !isProper(reading.words, start, normal)
}

/** "at 3pm or 4pm", "friday 18:30 to sunday 20:00": the words continue to another moment. */
function goesOn({ normal, moment }: Place, next: number): boolean {
  // "On saturday mornings" means more than one.
  if (dayPartOfPlural(normal[next]) !== undefined) return true
  // "Tomorrow week" means a week later in Britain, and "on the 20th of jan, apr and jul" means three days.
  if (normal[next] === 'week' || isRowOn(normal, next)) return true
  if (isPlaceInRow(normal[next - 1], normal[next])) return true
  // "Tomorrow at 5 to 9" is not at five.
  if (timeOrSpan(normal, next - 1) !== undefined) return true
  if (!JOINTS.test(normal[next] ?? '')) return false
  if (readPart(normal, next + 1) !== undefined) return true
  return [1, 2, 3, 4, 5, 6].some((length) => {
    const token = readToken(normal.slice(next + 1, next + 1 + length), true, moment)
    return token?.kind === 'when' || token?.kind === 'refused'
  })
}

/** A month after one that was read, with no day beside it. */
function isRowOn(normal: readonly string[], next: number): boolean {
  const isMonth = (word: string | undefined) => monthNumber(word) !== undefined
  return isMonth(normal[next - 1]) && isMonth(normal[next]) && !/^\d/.test(normal[next + 1] ?? '')
}

/** A second moment belongs to the title, unless it is unclear which of the two is meant. */
function noteConflict(reading: Reading, token: Token, previous: string | undefined): void {
  if (token.kind === 'refused') accept(reading, token)
  if (token.kind !== 'when' || reading.refused !== null) return
  // "Prepare tomorrow for friday 9am": the purpose has a moment of its own.
  if (previous === 'for' || token.said?.isDeadline === true) return
  const { said, repeat } = reading
  const isTimed = said?.time != null || said?.instant != null || repeat?.time != null
  const isOther = token.said?.time != null || token.repeat?.time != null
  const isTwoDays = said !== null && token.said?.day != null && !isSameDay(said, token.said)
  if (((isTimed && isOther) || isTwoDays) && said?.isDeadline !== true) refuseTwo(reading)
}

const isSameDay = (one: Said, other: Said): boolean => String(one.day?.date) === String(other.day?.date)

/** "on Friday Night Lights": the day begins a longer name. */
function isProper(words: readonly Word[], start: number, normal: readonly string[]): boolean {
  const isNamed =
    weekdayNumber(normal[start + 1]) !== undefined || monthNumber(normal[start + 1]) !== undefined
  const after = words[start + 2]?.text ?? ''
  return isNamed && /^\p{Lu}/u.test(after)
}
