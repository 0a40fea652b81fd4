/** A list that only ever grows at its end: how it is read on and on, and how people watch it. */
import type { z } from 'zod'
import type { NextCall } from './next-call.ts'
import type { Told } from './told.ts'

export interface Stream<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** The URI of `changed` that says there may be more. */
  uri(input: z.output<Input>): string
  /** The input that reads on after `position`: what a stream's client was last given. */
  after(input: z.output<Input>, position: number): z.input<Input>
  /** What of an answer goes on the stream, in order. */
  items(output: z.output<Output>): readonly StreamItem[]
  /** Nothing will come after this answer. */
  isEnd(output: z.output<Output>): boolean
  /** Absent where only programs read it. */
  readonly watch?: Watch<Input>
}

export interface StreamItem {
  readonly position: number
  readonly type: string
  readonly data: unknown
}

/** How a person watches something through its stream. */
export interface Watch<Input extends z.ZodObject> {
  /** What is watched, in a word: `run`. */
  readonly noun: string
  /** An item in words. */
  tell(item: Pick<StreamItem, 'type' | 'data'>, input: z.input<Input>): readonly Told[]
  /** The call that shows how it stands, made once the stream has ended. */
  outcome(input: z.input<Input>): NextCall
  /** The answer of that call in words, of which the first piece says by its mark whether it went well. */
  tellOutcome(answer: Readonly<Record<string, unknown>>): readonly Told[]
  /** The call that stops it. */
  stop(input: z.input<Input>): NextCall
}
