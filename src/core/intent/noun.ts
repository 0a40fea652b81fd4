/** A noun is what people call things of a kind, and how the one that they mean is found: `T-12`, "that", "call the bank". */
import type { z } from 'zod'
import { type Kind, readReference } from '../operation/kind.ts'
import type { Operation } from '../operation/operation.ts'

/** A thing as it is talked about. */
export interface Thing {
  readonly ref: string
  readonly name: string
}

/** How things are found by words, among those that the person may see. */
export interface Finding<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** A list operation. */
  readonly operation: Operation<Input, Output>
  /** The list of things that are usually meant; without words all of them. */
  input(words: string | undefined): z.input<Input>
  /** Lists that also have things that are done with: a repeated message means the same thing as the first one. */
  wider(words: string): readonly z.input<Input>[]
  thingsIn(output: z.output<Output>): readonly Thing[]
  /** The list of all the things that words such as "everything from today" mean; undefined: the words name one thing. */
  all?(words: string): z.input<Input> | undefined
}

export interface Noun {
  /** How people number them; absent: they have no numbers. */
  readonly kind?: Kind
  /** Whether a text is what a thing without a number is called by programs, such as the id of another service. */
  isId?(text: string): boolean
  /** The word for one of them: `task`. */
  readonly word: string
  readonly finding: Finding
  /** Whether words name a thing of the list that is found by them, or of the whole list. */
  matches?(thing: Thing, said: string): boolean
  /** Whether words may name one of them at all; absent: any may. */
  canBe?(text: string): boolean
  /** Only a number or a word such as "that" names it; the phrases with other words mean something else. */
  readonly isNamed?: boolean
  /** Only a number names it, and no word such as "that". */
  readonly isNumbered?: boolean
  /** Only a whole group is meant; the phrases with other words mean something else. */
  readonly isGroup?: boolean
  /** Asked for even where there is only one that it could be. */
  readonly isAsked?: boolean
  /** The list has the newest first, so that "the last run" is its first one. */
  readonly isNewestFirst?: boolean
}

export function defineNoun<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: Omit<Noun, 'finding'> & { readonly finding: Finding<Input, Output> },
): Noun {
  return spec as unknown as Noun
}

/** The same things, named by number or as "that" alone. */
export function named(noun: Noun): Noun {
  return { ...noun, isNamed: true }
}

/** The same things, named by number alone. */
export function numbered(noun: Noun): Noun {
  return { ...noun, isNumbered: true }
}

/** The same things where words mean all of a group. */
export function grouped(noun: Noun): Noun {
  return { ...noun, isGroup: true }
}

/** `T-12` or `t12`; a bare number may be anything. */
const REFERENCE = /^[a-z]{1,3}-?\d+$/i

/** Whether a text refers to a thing of the kind by its number. */
export function isReferenceTo({ kind }: Pick<Noun, 'kind'>, text: string): boolean {
  return kind !== undefined && REFERENCE.test(text) && readReference(kind, text) !== undefined
}

/** Words for what was talked about last. */
const THAT = /^(?:it|that|this|them|those|these|that one|this one|the last one)$/i

export function isThat(text: string): boolean {
  return THAT.test(text)
}

/** Whether a text means the newest thing: "the last run". */
export function isNewest({ word, isNewestFirst }: Noun, text: string): boolean {
  const said = /^(?:the |my )?(?:last|latest|newest|most recent) (.+)$/i.exec(text)?.[1]
  return isNewestFirst === true && said?.toLowerCase() === word
}

/** The references that a text consists of: `T-1, T-2 and T-3`; empty for any other text. */
export function referencesIn(noun: Pick<Noun, 'kind' | 'isId'>, text: string): string[] {
  if (noun.isId?.(text) === true) return [text]
  const parts = text.split(/\s*(?:,|;|\band\b|&|\+|\s)\s*/i).filter((part) => part !== '')
  return parts.every((part) => isReferenceTo(noun, part)) ? parts.map((part) => part.toUpperCase()) : []
}
