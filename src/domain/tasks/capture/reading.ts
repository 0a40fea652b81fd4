/** What has been read off a line so far, and the rule that each thing is said once. */
import type { ReadDate } from '../../time/date-words.ts'
import type { Word } from './text.ts'
import type { Priority, Token } from './tokens.ts'

/** What the tokens of a line have said so far. Each is said once; a second saying stays in the title. */
export interface Reading {
  words: Word[]
  minutes: number | null
  /** P1 to P4, which counts before any word. */
  code: Priority | null
  word: Priority | null
  date: ReadDate | null
  repeat: string | null
  labels: string[]
  project: string | null
  /** A date was recognised that cannot be used; then no other is looked for. */
  isDateRefused: boolean
  /** Something was recognised, used or not. */
  isTouched: boolean
}

/** Nothing read yet. */
export function startReading(words: Word[]): Reading {
  const nothing = { minutes: null, code: null, word: null, date: null, repeat: null, project: null }
  return { words, ...nothing, labels: [], isDateRefused: false, isTouched: false }
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
    case 'when': {
      const isDateFree = token.read === null || (reading.date === null && !reading.isDateRefused)
      return isDateFree && (token.repeat === null || reading.repeat === null)
    }
  }
}

/** Notes what a token says; false for a date that cannot be used, which then is no token. */
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
      if (token.read !== null && token.read.date === null) {
        reading.isDateRefused = true
        return false
      }
      reading.date = token.read ?? reading.date
      reading.repeat = token.repeat ?? reading.repeat
      return true
  }
}
