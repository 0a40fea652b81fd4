/** An intent says what a person types to have an operation called without a model: `done T-12`. */
import type { z } from 'zod'
import type { GivenFile } from '../operation/given-file.ts'
import type { TaskFile } from '../operation/long-task.ts'
import type { Operation } from '../operation/operation.ts'
import type { Noun, Thing } from './noun.ts'

/** Whether a text may be the text of a slot. */
export type Takes = (text: string) => boolean

/** What a person typed for each slot. */
export type Words = Readonly<Record<string, string>>

/** Reads a message that no phrase describes; undefined: it is not what this intent is about. */
export type Reads = (message: string) => Words | undefined

/** The part of an intent by which messages are recognized. */
export interface Phrased {
  /** In kebab-case, unique over all areas: `snooze-task`. */
  readonly name: string
  /**
   * Of the intents that take a message, the smallest order wins; each order is used once. The conversation itself has the
   * orders below 500: greetings, answers to a preview. Commands begin at 500, and guesses at 900.
   */
  readonly order: number
  /**
   * Phrases such as `snooze <task> [until|to] <when>`: `(one|other)` are alternatives, `[may be]` may be left out, and
   * `<slot>` takes one word or more. Guesses, and intents with a reader, are asked only when no phrase of any other intent
   * fits, with typing errors or without.
   */
  readonly says: readonly string[] | Reads
  /** What the slots take; a slot without an entry takes any words. */
  readonly slots?: Readonly<Record<string, Takes | Noun>>
  /** What has to be in the conversation for the intent to be looked at. */
  readonly when?: Needs
  /** A message that it takes, shown in help. */
  readonly example: string
  /** What it does, in a few words, for help; absent: help leaves it out. */
  readonly does?: string
  /** It is among the first things that people say, which help begins with. */
  readonly isFirst?: true
  /** Words of its own that are typing errors of no other intent's words. */
  readonly vocabulary?: ReadonlySet<string>
}

/** All that is given has to be there. */
export interface Needs {
  /** A preview of this operation waits for an answer. */
  readonly preview?: Operation
  /** A thing of this noun was talked about. */
  readonly that?: Noun
  /** Something waits for an answer: a choice among things, a confirmation. `nothing`: nothing does. */
  readonly waiting?: 'choice' | 'confirmation' | 'preview' | 'nothing'
  /** The last message did something, which this one may correct. */
  readonly justDone?: true
  /** No assistant stands ready to work on the message: a guess about plain words is better left to one. */
  readonly assistant?: false
}

/** What an intent makes the input from. */
export interface Said {
  readonly words: Words
  /** References of the things that its noun stands for. */
  readonly refs: readonly string[]
  /** The reference of the one thing that each further noun stands for, by its slot. */
  readonly others?: Words | undefined
  /** The preview that waits, where the intent needs one. */
  readonly preview: { readonly input: Readonly<Record<string, unknown>>; readonly kept: unknown } | undefined
  /** The agent that works where none is named; absent: the standard one. */
  readonly agent?: string | undefined
  /** The call that the words of its slot `calls` mean. */
  readonly called?: Called | undefined
}

export interface Called {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** Something that the person may say next, as if it were typed. */
export interface Offer {
  readonly label: string
  readonly say: string
}

export interface Question {
  readonly text: string
  readonly answers: readonly Offer[]
}

/** An operation that can show what it would do. */
export interface Preview<Input, Output> {
  /** The call that only shows. */
  shows(input: Input): Input
  /** The call that does what was shown. */
  does(input: Input, shown: Output): Input
  /** Whether it needs no second look: it is then done at once, unless the person wants to see every preview. */
  isClear(shown: Output): boolean
  /** What later intents need to know of it; JSON. */
  keep?(shown: Output): unknown
}

export interface Intent<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject>
  extends Phrased {
  readonly operation: Operation<Input, Output>
  input(said: Said): z.input<Input>
  readonly preview?: Preview<z.input<Input>, z.output<Output>>
  /** The slot whose words say what is called, as a person types it. Where they say no such thing, the next intent is looked at. */
  readonly calls?: string
  /**
   * The message may as well be about something new. Where its words find no thing, the next intent is looked at; with
   * `described` the person is asked where they are not the very name of the thing that they find.
   */
  readonly mayBeNew?: 'unless-found' | 'described'
  /** The things that the answer is about, for "that"; absent: those that its noun stands for. */
  about?(output: z.output<Output>): readonly Thing[]
  /** What is answered instead of the operation's own words. */
  tells?(output: z.output<Output>): string
  /** What is asked or added after the answer. `said`: absent where the answer is a preview. */
  asks?(output: z.output<Output>, said?: Said): Question | undefined
  offers?(output: z.output<Output>, said: Said): readonly Offer[]
  /** The files that are sent with the answer, by a door that can send some. */
  sends?(output: z.output<Output>): readonly TaskFile[]
  /** Of an intent that changes a preview: offers it with each preview by this label. */
  readonly offeredAs?: string
  /** What a person may say to have this done with a message that means nothing else. */
  offeredInstead?(message: string): Offer
  /** What is asked where a message can hardly mean anything but what is offered instead; undefined: it may mean much. */
  asksInstead?(message: string): string | undefined
  /** What a person may say to have this done with a file that they have sent; undefined: not with such a file. */
  offeredForFile?(file: GivenFile): Offer | undefined
}

export function defineIntent<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: Intent<Input, Output>,
): Intent {
  return spec as unknown as Intent
}

export function isNoun(slot: Takes | Noun | undefined): slot is Noun {
  return typeof slot === 'object'
}

export interface NounSlot {
  readonly slot: string
  readonly noun: Noun
}

/** The noun that a message names, and its slot; without words for any, the first noun of the intent. */
export function nounOf(intent: Phrased, words: Words): NounSlot | undefined {
  const nouns = nounsIn(intent)
  return nouns.find(({ slot }) => words[slot] !== undefined) ?? nouns[0]
}

/** The further nouns that a message names: the project of "move T-12 to launch". */
export function otherNounsOf(intent: Phrased, words: Words): NounSlot[] {
  return nounsIn(intent)
    .filter(({ slot }) => words[slot] !== undefined)
    .slice(1)
}

function nounsIn({ slots = {} }: Phrased): NounSlot[] {
  return Object.entries(slots).flatMap(([slot, takes]) => (isNoun(takes) ? [{ slot, noun: takes }] : []))
}
