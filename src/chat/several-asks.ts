/** Splits a message that asks for several things: "done T-1 and snooze the report to monday". */
import { isNoun, type Phrased, type Words } from '../core/intent/intent.ts'
import { GUESSES_ORDER, type Recognized, type Recognizer } from '../core/intent/recognizer.ts'

/** The most things that one message asks for; a longer one is a text. */
const ASKS_MAX = 20

/** The conversation's own intents that do something begin here; before come courtesies and answers to choices. */
const FIRST_ORDER = 300

const BETWEEN =
  /(\s*(?:[;,]|[.!?](?=\s))\s*(?:and then|and also|and|then|also)?\s+|\s+(?:and then|and also|and|then)\s+)/i

interface Piece {
  readonly text: string
  /** What stands between it and the piece before. */
  readonly joint: string
}

/** What each part of a message asks for, in order; empty where the message is one ask or a text. */
export function asksIn<Each extends Phrased>(
  recognizer: Recognizer<Each>,
  message: string,
  holds: (intent: Each) => boolean,
): string[] {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.length > 1 ? asksOfLines(lines) : asksOfLine(message.trim())

  function commandIn(text: string): Recognized<Each> | undefined {
    for (const reading of recognizer.readings(text, holds)) {
      const { intent, isExact } = reading
      const isCommand = intent.order >= FIRST_ORDER && intent.order < GUESSES_ORDER
      return isExact && isCommand ? reading : undefined
    }
    return undefined
  }

  /** Lines that are no commands belong together: a list of tasks. */
  function asksOfLines(all: readonly string[]): string[] {
    const asks: { text: string; isCommand: boolean }[] = []
    for (const text of all) {
      const isCommand = commandIn(text) !== undefined
      const last = asks.at(-1)
      if (last !== undefined && !isCommand && !last.isCommand) last.text += `\n${text}`
      else asks.push({ text, isCommand })
    }
    return asks.length > 1 && asks.length <= ASKS_MAX ? asks.map(({ text }) => text) : []
  }

  /** Only a command whose words end where the next one begins is followed by another. */
  function asksOfLine(line: string): string[] {
    const whole = commandIn(line)
    if (whole !== undefined && Object.keys(whole.words).every((slot) => isClosed(whole.intent, slot)))
      return []
    const asks: string[] = []
    for (const { text, joint } of piecesOf(line)) {
      const before = asks.at(-1)
      if (before === undefined) asks.push(text)
      else if (isFollowed(before) && isFurther(text)) asks.push(text)
      else asks[asks.length - 1] = `${before}${joint}${text}`
    }
    return asks.length > 1 && asks.length <= ASKS_MAX ? asks : []
  }

  function isFollowed(text: string): boolean {
    const reading = commandIn(text)
    if (reading === undefined || isAllOf(text, reading.words)) return false
    return Object.keys(reading.words).every((slot) => isRead(reading.intent, slot))
  }

  /** A thing or a day alone belongs to the words before it: "done T-1 and T-2". */
  function isFurther(text: string): boolean {
    if (!/\s/.test(text)) return false
    for (const { intent, words } of recognizer.readings(text, holds))
      return intent.order >= FIRST_ORDER && !isAllOf(text, words)
    return false
  }
}

/** Whether the text of a slot is read, and not taken as it is typed. */
function isRead({ slots = {} }: Phrased, slot: string): boolean {
  const takes = slots[slot]
  return takes !== undefined && (isNoun(takes) || typeof takes === 'function')
}

/** Whether the text of a slot ends by itself: a day, a length. */
function isClosed({ slots = {} }: Phrased, slot: string): boolean {
  return typeof slots[slot] === 'function'
}

function isAllOf(text: string, words: Words): boolean {
  return Object.values(words).some((said) => said.length === text.length)
}

function piecesOf(line: string): Piece[] {
  const parts = line.split(BETWEEN)
  return parts.flatMap((text, index) =>
    index % 2 === 0 && text !== '' ? [{ text, joint: parts[index - 1] ?? '' }] : [],
  )
}
