/** Finds the intents of a message: without courtesies, then as it was typed, then with typing errors; guesses last. */
import { LONG_FORMS, withoutCourtesies } from './courtesies.ts'
import { isNoun, type Phrased, type Words } from './intent.ts'
import { matchPhrase, mayMatch } from './match.ts'
import { isNewest, isThat, referencesIn } from './noun.ts'
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
  /** What a message may mean, the likeliest first. `holds`: whether the conversation has what an intent needs. */
  readings(message: string, holds: Holds<Each>): Iterable<Recognized<Each>>
}

/** Intents from this order on are guesses, which are looked at when no other one takes the message. */
export const GUESSES_ORDER = 900

interface Compiled<Each> {
  readonly intent: Each
  readonly phrases: readonly (readonly Part[])[]
}

type Holds<Each> = (intent: Each) => boolean
type IsWord = (typed: string, word: string) => boolean
/** One way of comparing a message with phrases. */
interface Way {
  readonly wording: Wording
  readonly isWord: IsWord
  /** Whether any word of the message is this word of a phrase. */
  has(word: string): boolean
}
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

  const isMeant: IsWord = (typed, word) =>
    isTyped(typed, word) || (!known.has(typed) && isTypoOf(typed, word))

  const commands = ordered.filter(
    ({ intent }) => intent.order < GUESSES_ORDER && typeof intent.says !== 'function',
  )
  const guesses = ordered.filter((each) => !commands.includes(each))

  /** What the words of a slot are, where the intent takes this wording. */
  function* phrased({ intent, phrases }: Compiled<Each>, { wording, isWord, has }: Way) {
    const takes = (slot: string, text: string) => mayStandIn(intent, slot, text)
    for (const phrase of phrases) {
      if (!mayMatch(phrase, has)) continue
      const words = matchPhrase(phrase, { ...wording, isWord, takes })
      if (words !== undefined) yield { intent, words, isExact: isWord === isTyped }
    }
  }

  return {
    *readings(message, holds) {
      const text = message.trim()
      const wordings = wordingsOf(text)
      const held = ({ intent }: Compiled<Each>) => holds(intent)
      const ways = [isTyped, isMeant].flatMap((isWord) => wordings.map((wording) => wayOf(wording, isWord)))
      for (const way of ways) for (const command of commands.filter(held)) yield* phrased(command, way)
      for (const guess of guesses.filter(held)) {
        for (const way of ways) yield* phrased(guess, way)
        const { intent } = guess
        const words = typeof intent.says === 'function' ? intent.says(text) : undefined
        if (words !== undefined) yield { intent, words, isExact: false }
      }
    },
  }
}

/** The likeliest thing that a message means. */
export function recognize<Each extends Phrased>(
  recognizer: Recognizer<Each>,
  message: string,
  holds: Holds<Each>,
): Recognized<Each> | undefined {
  for (const reading of recognizer.readings(message, holds)) return reading
  return undefined
}

function wayOf(wording: Wording, isWord: IsWord): Way {
  const known = new Map<string, boolean>()
  return {
    ...{ wording, isWord },
    has(word) {
      const has = known.get(word) ?? wording.words.some(({ form }) => isWord(form, word))
      known.set(word, has)
      return has
    },
  }
}

const isTyped: IsWord = (typed, word) => typed === word || LONG_FORMS.get(typed) === word

/** The message without courtesies, and as it was typed; none where it is too long for phrases. */
function wordingsOf(text: string): Wording[] {
  const words = text.includes('\n') ? [] : wordsOf(text)
  if (words.length === 0 || words.length > PHRASE_MAX_WORDS) return []
  const bare = withoutCourtesies(words)
  return bare.length === words.length
    ? [{ text, words }]
    : [bare, words].map((each) => ({ text, words: each }))
}

/** A reference stands for a thing of its own kind only. */
function mayStandIn({ slots = {} }: Phrased, slot: string, text: string): boolean {
  const takes = slots[slot]
  if (takes === undefined) return true
  if (!isNoun(takes)) return takes(text)
  if (takes.isGroup === true) return takes.finding.all?.(text) !== undefined
  if (takes.canBe?.(text) === false) return false
  if (takes.isNumbered === true) return referencesIn(takes, text).length > 0
  if (isThat(text) || isNewest(takes, text) || referencesIn(takes, text).length > 0) return true
  return takes.isNamed !== true && !LIKE_REFERENCE.test(text)
}

const LIKE_REFERENCE = /^[a-z]{1,3}-\d+$/i
