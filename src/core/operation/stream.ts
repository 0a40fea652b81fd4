/** A list that only grows at its end: how to read on, and how people watch it. */
import type { z } from 'zod'
import type { NextCall } from './next-call.ts'
import type { Told } from './told.ts'

export interface Stream<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** The URI of `changed` that announces more items. An answer names it by id, where its input may hold a reference. */
  uri(output: z.output<Output>): string
  /** The input that reads on after `position`, the last position that the client received. */
  after(input: z.output<Input>, position: number): z.input<Input>
  /** The items of an answer that go on the stream, in order. */
  items(output: z.output<Output>): readonly StreamItem[]
  /** Whether nothing will come after this answer. */
  isEnd(output: z.output<Output>): boolean
  /** Absent for streams that only programs read. */
  readonly watch?: Watch<Input>
}

export interface StreamItem {
  readonly position: number
  readonly type: string
  readonly data: unknown
}

/** How a person watches something through its stream. */
export interface Watch<Input extends z.ZodObject> {
  /** The thing that is watched, in a word: `run`. */
  readonly noun: string
  /** An item in words. */
  tell(item: Pick<StreamItem, 'type' | 'data'>, input: z.input<Input>): readonly Told[]
  /** The call that shows the final state, made once the stream has ended. */
  outcome(input: z.input<Input>): NextCall
  /** The answer of that call in words; the mark of the first piece says whether it went well. */
  tellOutcome(answer: Readonly<Record<string, unknown>>): readonly Told[]
  /** The call that stops it. */
  stop(input: z.input<Input>): NextCall
}
