/** Takes the deadline out of a line: `{march 3}` as Todoist writes it, "deadline friday", "by friday at the latest". */
import type { Moment } from '../../time/clock.ts'
import { readSaid } from '../../time/days/date-words.ts'
import { normalWord, normalWords } from '../../time/days/words.ts'
import { settle } from '../../time/reading/settle.ts'
import { isUnread, type Unread } from '../../time/unread.ts'
import type { Reading } from './reading.ts'
import { isSeparator, type Word } from './text.ts'
import { readToken } from './tokens.ts'
import { ACTION_VERBS, DANGLING } from './words.ts'

/** How many words of a line are searched, so that the work stays linear. */
const MAX_SEARCHED_WORDS = 60
/** The longest day, in words: "friday the 4th of december 2026". */
const MAX_DAY_WORDS = 8

/** Most lines have none of these and need no search. */
const MARKS = /\{|deadline|latest|later/i

interface Found {
  readonly start: number
  readonly length: number
  /** The day in words. */
  readonly day: readonly string[]
}

/** Moves the deadline into the reading. A line that is nothing else keeps its words. */
export function takeDeadline(reading: Reading, moment: Moment): void {
  const { words } = reading
  if (!words.some((word) => !word.isLiteral && MARKS.test(word.text))) return
  const found = findAll(words, moment)
  const [first] = found
  if (first === undefined) return
  reading.isTouched = true
  const date = found.length > 1 ? TWO : dateOf(first.day, moment)
  if (isUnread(date)) {
    reading.refused ??= date
    return
  }
  const left = without(words, first)
  if (left.every(isSeparator)) return
  reading.words = left
  reading.deadline = date
}

const TWO: Unread = {
  unread: 'it names more than one deadline',
  instead: 'Say one deadline, or one task a line.',
}

function dateOf(day: readonly string[], moment: Moment): string | Unread {
  const said = readSaid(day, moment)
  if (said === undefined || said.time !== null || said.part !== null || said.day === null)
    return {
      unread: `"${day.join(' ')}" has a time, and a deadline is a day`,
      instead: 'Write the day of the deadline alone, such as {friday}.',
    }
  const read = settle(said, moment)
  return isUnread(read) ? read : read.date
}

function findAll(words: readonly Word[], moment: Moment): Found[] {
  const normal = words
    .slice(0, MAX_SEARCHED_WORDS)
    .map((word) => (word.isLiteral || isSeparator(word) ? '' : normalWord(word.text)))
  const found: Found[] = []
  let start = 0
  while (start < normal.length) {
    const place = { words, normal, start, moment }
    const one = inBraces(place) ?? named(place) ?? atLatest(place) ?? noLaterThan(place)
    if (one !== undefined) found.push(one)
    start += one?.length ?? 1
  }
  return found
}

interface Place {
  readonly words: readonly Word[]
  readonly normal: readonly string[]
  readonly start: number
  readonly moment: Moment
}

const CLOSED = /\}[)\].,;:!?]*$/

function inBraces({ words, start, moment }: Place): Found | undefined {
  if (words[start]?.isLiteral !== false || !words[start].text.startsWith('{')) return undefined
  const inside = words.slice(start, start + MAX_DAY_WORDS)
  const last = inside.findIndex((word) => CLOSED.test(word.text))
  if (last < 0) return undefined
  const text = inside.slice(0, last + 1).map((word) => word.text)
  const day = normalWords(text.join(' ').slice(1).replace(CLOSED, ''))
  return readSaid(day, moment) === undefined ? undefined : { start, length: last + 1, day }
}

/** "Deadline friday", between separators, before a verb, or at the end of a title; "extend the deadline friday" is a title. */
function named(place: Place): Found | undefined {
  const { words, normal, start } = place
  if (normal[start] !== 'deadline') return undefined
  const lead = /^(is|on|by)$/.test(normal[start + 1] ?? '') ? 2 : 1
  const length = dayLength(place, start + lead, (next) => isEnd(place, start, next))
  if (length === undefined) return undefined
  const previous = words[start - 1]
  const isSetOff = previous === undefined || isSeparator(previous) || /[,:;.([]$/.test(previous.text)
  if (!isSetOff && (start === 1 || DANGLING.has(normal[start - 1] ?? ''))) return undefined
  return { start, length: lead + length, day: normal.slice(start + lead, start + lead + length) }
}

/** Whether nothing after the day belongs to it. */
function isEnd({ words, normal, moment }: Place, start: number, next: number): boolean {
  const following = words[next]
  if (following === undefined || isSeparator(following) || /[,:;.)\]]$/.test(words[next - 1]?.text ?? ''))
    return true
  if (start === 0) return ACTION_VERBS.has(normal[next] ?? '')
  return [1, 2, 3].some((length) => readToken(normal.slice(next, next + length), false, moment) !== undefined)
}

/** "By friday at the latest". */
function atLatest(place: Place): Found | undefined {
  const { normal, start } = place
  const lead = /^(by|on)$/.test(normal[start] ?? '') ? 1 : 0
  const latest = (next: number) => /^at (the )?latest\b/.exec(normal.slice(next, next + 3).join(' '))
  const length = dayLength(place, start + lead, (next) => latest(next) !== null)
  if (length === undefined) return undefined
  const next = start + lead + length
  const after = latest(next)?.[1] === undefined ? 2 : 3
  return { start, length: lead + length + after, day: normal.slice(start + lead, next) }
}

function noLaterThan(place: Place): Found | undefined {
  const { normal, start } = place
  if (!/^(no|not) later than$/.test(normal.slice(start, start + 3).join(' '))) return undefined
  const length = dayLength(place, start + 3, () => true)
  if (length === undefined) return undefined
  return { start, length: 3 + length, day: normal.slice(start + 3, start + 3 + length) }
}

/** The most words from `from` that say when, where the words that follow are right. */
function dayLength(
  { normal, moment }: Place,
  from: number,
  isRight: (next: number) => boolean,
): number | undefined {
  for (let length = Math.min(MAX_DAY_WORDS, normal.length - from); length > 0; length -= 1) {
    const words = normal.slice(from, from + length)
    if (words.includes('') || !isRight(from + length)) continue
    if (readSaid(words, moment)?.day != null) return length
  }
  return undefined
}

/** The words without those of the deadline and what separated them from the rest. */
function without(words: readonly Word[], { start, length }: Found): Word[] {
  const [before, after] = [words.slice(0, start), words.slice(start + length)]
  const isLast = after.every(isSeparator)
  while ((isLast || isSeparator(after[0])) && isSeparator(before.at(-1))) before.pop()
  if (before.length === 0) return after.slice(after.findIndex((word) => !isSeparator(word)))
  const last = before.at(-1)
  if (isLast && last !== undefined && !last.isLiteral && /.[,:;]$/.test(last.text))
    before.splice(-1, 1, { ...last, text: last.text.slice(0, -1) })
  return isLast ? before : [...before, ...after]
}
