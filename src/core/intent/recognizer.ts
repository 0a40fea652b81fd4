/** Finds the intent of a message: first as it was typed, then without courtesies, then with typing errors. */
import { isNoun, type Phrased, type Words } from './intent.ts'
import { matchPhrase } from './match.ts'
import { isThat, referencesIn } from './noun.ts'
import { fixedWords, type Part, parsePhrase } from './phrase.ts'
import { isTypoOf } from './typo.ts'
import { type Word, wordsOf } from './words-of.ts'

/** The most words of a message that phrases are compared with; a longer one is for readers. */
const PHRASE_MAX_WORDS = 40

export interface Recognized<Each extends Phrased> {
  readonly intent: Each
  readonly words: Words
  /** Whether a phrase has exactly these words; otherwise typing errors were forgiven, or the message was read as a whole. */
  readonly isExact: boolean
}

export interface Recognizer<Each extends Phrased> {
  /** `holds`: whether the conversation has what an intent needs. */
  recognize(message: string, holds: Holds<Each>): Recognized<Each> | undefined
}

interface Compiled<Each> {
  readonly intent: Each
  readonly phrases: readonly (readonly Part[])[]
}

type Holds<Each> = (intent: Each) => boolean
type IsWord = (typed: string, word: string) => boolean
type Wording = { readonly text: string; readonly words: readonly Word[] }

/** @throws Error at start-up for a phrase that cannot be read */
export function createRecognizer<Each extends Phrased>(intents: readonly Each[]): Recognizer<Each> {
  const ordered: readonly Compiled<Each>[] = [...intents]
    .sort((one, other) => one.order - other.order)
    .map((intent) => ({
      intent,
      phrases: typeof intent.says === 'function' ? [] : intent.says.map(parsePhrase),
    }))
  const known = new Set(ordered.flatMap(({ phrases }) => phrases.flatMap(fixedWords)))
  for (const { vocabulary = [] } of intents) for (const word of vocabulary) known.add(word)

  const isMeant: IsWord = (typed, word) => typed === word || (!known.has(typed) && isTypoOf(typed, word))

  /** The first intent with a phrase that takes this wording. */
  function phrased(wording: Wording, isWord: IsWord, holds: Holds<Each>): Recognized<Each> | undefined {
    for (const { intent, phrases } of ordered) {
      if (phrases.length === 0 || !holds(intent)) continue
      const takes = (slot: string, text: string) => mayStandIn(intent, slot, text)
      for (const phrase of phrases) {
        const words = matchPhrase(phrase, { ...wording, isWord, takes })
        if (words !== undefined) return { intent, words, isExact: isWord === isTyped }
      }
    }
    return undefined
  }

  /** The first intent whose reader takes the text. */
  function read(text: string, holds: Holds<Each>): Recognized<Each> | undefined {
    for (const { intent } of ordered) {
      const words = typeof intent.says === 'function' && holds(intent) ? intent.says(text) : undefined
      if (words !== undefined) return { intent, words, isExact: false }
    }
    return undefined
  }

  return {
    recognize(message, holds) {
      const text = message.trim()
      const wordings = wordingsOf(text)
      for (const isWord of [isTyped, isMeant]) {
        for (const wording of wordings) {
          const found = phrased(wording, isWord, holds)
          if (found !== undefined) return found
        }
      }
      return read(text, holds)
    },
  }
}

const isTyped: IsWord = (typed, word) => typed === word

/** The message as it was typed, and without courtesies; none where it is too long for phrases. */
function wordingsOf(text: string): Wording[] {
  const words = text.includes('\n') ? [] : wordsOf(text)
  if (words.length === 0 || words.length > PHRASE_MAX_WORDS) return []
  return [
    { text, words },
    { text, words: withoutCourtesies(words) },
  ]
}

/** A reference stands for a thing of its own kind only. */
function mayStandIn({ slots = {} }: Phrased, slot: string, text: string): boolean {
  const takes = slots[slot]
  if (takes === undefined) return true
  if (!isNoun(takes)) return takes(text)
  if (isThat(text) || referencesIn(takes, text).length > 0) return true
  return takes.isNamed !== true && !LIKE_REFERENCE.test(text)
}

const LIKE_REFERENCE = /^[a-z]{1,3}-\d+$/i

const BEFORE = [
  ['please'],
  ['pls'],
  ['plz'],
  ['hey'],
  ['hi'],
  ['hello'],
  ['ok'],
  ['okay'],
  ['so'],
  ['and'],
  ['now'],
  ['just'],
  ['then'],
  ['also'],
  ['switchboard'],
  ['@switchboard'],
  ['can', 'you'],
  ['could', 'you'],
  ['would', 'you'],
  ['will', 'you'],
  ['i', 'want', 'to'],
  ["i'd", 'like', 'to'],
  ["let's"],
]
const AFTER = [['please'], ['pls'], ['plz'], ['thanks'], ['thank', 'you'], ['thx'], ['for', 'me']]

/** The words without "please", "can you" and similar words, unless nothing would be left. */
function withoutCourtesies(words: readonly Word[]): readonly Word[] {
  const forms = words.map(({ form }) => form)
  const before = BEFORE.find((courtesy) => courtesy.every((word, index) => forms[index] === word))
  const after = AFTER.find((courtesy) =>
    courtesy.every((word, index) => forms[forms.length - courtesy.length + index] === word),
  )
  const left = words.slice(before?.length ?? 0, words.length - (after?.length ?? 0))
  if (left.length === 0 || left.length === words.length) return words
  return withoutCourtesies(left)
}
