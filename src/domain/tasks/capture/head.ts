/** Takes tokens off the start of a line. */
import type { Moment } from '../../time/clock.ts'
import { isEvery } from '../../time/days/vocabulary.ts'
import { normalWord } from '../../time/days/words.ts'
import { accept, isFree, type Reading } from './reading.ts'
import { isAlike } from './tail.ts'
import { isSeparator, type Word } from './text.ts'
import { MAX_TOKEN_WORDS, readToken, type Token } from './tokens.ts'
import { endsInRegion, inUnknownZone } from './when-context.ts'
import { ACTION_VERBS, DANGLING } from './words.ts'

const MAX_HEAD_WORDS = 12

interface Head {
  token: Token
  /** Index of the first word after it and its separator. */
  next: number
  setOff: 'separator' | 'comma' | null
  /** The words stay in the title. */
  isTitle?: boolean
}

/** Reads "urgent: ...", "Tomorrow, ...", "15-30 mins to ...", "every monday ...", and shortens the words. */
export function readHead(reading: Reading, moment: Moment): void {
  readRemindMe(reading, moment)
  for (;;) {
    const head = findHead(reading.words, moment)
    if (head === undefined) return
    reading.isTouched = true
    if (head.token.kind === 'refused') accept(reading, head.token)
    if (head.isTitle && reading.said?.day == null && reading.repeat === null) return
    if (!isFree(reading, head.token) || !accept(reading, head.token) || head.isTitle) return
    reading.words = reading.words.slice(head.next)
  }
}

/** "remind me tomorrow to call mom". */
function readRemindMe(reading: Reading, moment: Moment): void {
  const normal = reading.words.slice(0, MAX_HEAD_WORDS + 3).map((word) => normalWord(word.text))
  if (normal[0] !== 'remind' || normal[1] !== 'me') return
  const to = normal.indexOf('to')
  const token = to < 3 ? undefined : readToken(normal.slice(2, to), false, moment)
  if (token?.kind !== 'when' || to + 1 >= reading.words.length) return
  reading.isTouched = true
  if (isFree(reading, token) && accept(reading, token)) reading.words = reading.words.slice(to + 1)
}

function findHead(words: readonly Word[], moment: Moment): Head | undefined {
  if (isOneToken(words, moment)) return undefined
  for (let length = Math.min(words.length - 1, MAX_HEAD_WORDS); length > 0; length -= 1) {
    const slice = words.slice(0, length)
    if (slice.some((word) => word.isLiteral)) continue
    const isBar = isSeparator(words[length])
    const setOff = isBar ? 'separator' : setOffBy(slice.at(-1))
    const normal = slice.map((word) => normalWord(word.text))
    const read = readToken(normal, setOff === 'separator', moment)
    if (read === undefined || (setOff === null && endsInRegion(normal))) continue
    const token = inUnknownZone(read, { words, next: length, moment }) ?? read
    const next = isBar ? length + 1 : length
    return next < words.length ? judge({ token, next, setOff }, words, moment) : undefined
  }
  return undefined
}

function setOffBy(last: Word | undefined): Head['setOff'] {
  const mark = /[,:]$/.exec(last?.text ?? '')?.[0]
  return mark === ':' ? 'separator' : mark === ',' ? 'comma' : null
}

/** A line that is only one token keeps it as its title. */
function isOneToken(words: readonly Word[], moment: Moment): boolean {
  if (words.length > MAX_TOKEN_WORDS || words.some((word) => word.isLiteral)) return false
  return (
    readToken(
      words.map((word) => normalWord(word.text)),
      false,
      moment,
    ) !== undefined
  )
}

/** The head if it is one, including its connecting word ("to", "of"); undefined if the words belong to the title. */
function judge(head: Head, words: readonly Word[], moment: Moment): Head | undefined {
  const { token, next } = head
  if (head.setOff !== null) {
    const isWeak = token.kind === 'word' && (token.isWeak || token.priority > 2)
    const isList = isWeak && head.setOff === 'comma'
    return isList || startsAlike(token, words.slice(next), moment) ? undefined : head
  }
  const following = normalWord(words[next]?.text ?? '')
  if (token.kind === 'minutes') return judgeMinutes(head, words, following)
  if (startsRepeat(token, words) || isDayAndTime(token))
    return DANGLING.has(following) || /^(counts?|matters)$/.test(following) ? undefined : head
  return judgeBare(head, words, following)
}

/** A head without a separator: a verb after it begins the title. */
function judgeBare(head: Head, words: readonly Word[], following: string): Head | undefined {
  const { token, next } = head
  const isVerb = ACTION_VERBS.has(following)
  // "9am standup tomorrow": the time may be part of the name, and is still the task's time.
  if (isTimeAlone(token) && !isVerb) return DANGLING.has(following) ? undefined : { ...head, isTitle: true }
  const isWeak = token.kind === 'word' && token.isWeak
  return !isWeak && isVerb && next + 1 < words.length ? head : undefined
}

/** "every monday water plants". */
function startsRepeat(token: Token, words: readonly Word[]): boolean {
  if (token.kind === 'refused') return true
  const first = normalWord(words[0]?.text ?? '')
  return token.kind === 'when' && token.repeat !== null && (isEvery(first) || /^(once|at|\d.*)$/.test(first))
}

/** "friday 18:30 flight to Oslo". */
function isDayAndTime(token: Token): boolean {
  return token.kind === 'when' && token.said?.day != null && token.said.time !== null
}

/** "9am", "10:00"; "7:30" may also be a score. */
function isTimeAlone(token: Token): boolean {
  const time = token.kind === 'when' && token.said?.day === null ? token.said.time : null
  return time != null && !(time.isOpen && time.needsDay)
}

/** "20 minute workout" and "2 hour lecture" are things; "20 min", "2h" and "half an hour" are lengths. */
function judgeMinutes(head: Head, words: readonly Word[], following: string): Head | undefined {
  const last = normalWord(words[head.next - 1]?.text ?? '')
  const isAdjective =
    /^(minute|hour)$/.test(last) && /^\d/.test(words[0]?.text ?? '') && words[0]?.text !== '1'
  if (isAdjective || /^(later|before|after|ago|from|into|and|or|is|was|until|past)$/.test(following))
    return undefined
  const isConnected = /^(to|of|for|on)$/.test(following) && head.next + 1 < words.length
  return isConnected ? { ...head, next: head.next + 1 } : head
}

/** "Mon - Fri schedule": another token of the same kind follows, so both belong to the title. */
function startsAlike(token: Token, words: readonly Word[], moment: Moment): boolean {
  const normal = words.slice(0, 3).map((word) => normalWord(word.text))
  return [1, 2, 3].some((length) => {
    const other = readToken(normal.slice(0, length), true, moment)
    return other !== undefined && (token.kind === 'when' ? isAlike(token, other) : other.kind === token.kind)
  })
}
