/** Matches the words of a message with a phrase. */
import type { Part } from './phrase.ts'
import { textOf, type Word } from './words-of.ts'

export interface Matching {
  readonly text: string
  readonly words: readonly Word[]
  /** Whether a typed word is a word of a phrase. */
  isWord(typed: string, word: string): boolean
  /** Whether a text may be the text of a slot. */
  takes(slot: string, text: string): boolean
}

type Slots = Readonly<Record<string, string>>

/** What the slots of the phrase hold; undefined if the whole message is not the phrase. Slots are as short as can be. */
export function matchPhrase(parts: readonly Part[], matching: Matching): Slots | undefined {
  return matchFrom(parts, 0, {}, matching)
}

/** Whether a message has the words of a phrase, in whatever order: without them, there is nothing to match. */
export function mayMatch(parts: readonly Part[], has: (word: string) => boolean): boolean {
  return parts.every((part) => {
    if (part.kind === 'word') return has(part.word)
    return part.kind === 'slot' || part.choices.some((choice) => mayMatch(choice, has))
  })
}

function matchFrom(
  [part, ...rest]: readonly Part[],
  at: number,
  slots: Slots,
  matching: Matching,
): Slots | undefined {
  switch (part?.kind) {
    case undefined:
      return at === matching.words.length ? slots : undefined
    case 'word': {
      const typed = matching.words[at]
      const isSame = typed !== undefined && matching.isWord(typed.form, part.word)
      return isSame ? matchFrom(rest, at + 1, slots, matching) : undefined
    }
    case 'choice':
      return firstOf(part.choices, (choice) => matchFrom([...choice, ...rest], at, slots, matching))
    case 'slot':
      return firstOf(textsFrom(at, matching), ({ text, end }) =>
        matching.takes(part.name, text)
          ? matchFrom(rest, end, { ...slots, [part.name]: text }, matching)
          : undefined,
      )
  }
}

function firstOf<Item>(items: Iterable<Item>, found: (item: Item) => Slots | undefined): Slots | undefined {
  for (const item of items) {
    const slots = found(item)
    if (slots !== undefined) return slots
  }
  return undefined
}

/** The texts that begin at a word, the shortest first. */
function* textsFrom(at: number, { text, words }: Matching): Generator<{ text: string; end: number }> {
  for (let end = at + 1; end <= words.length; end += 1) {
    const part = textOf(text, words.slice(at, end))
    if (part !== '') yield { text: part, end }
  }
}
