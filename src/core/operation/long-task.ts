/**
 * Work that continues after the answer that started it: how a door that shows such tasks follows, answers and stops
 * one.
 */
import type { z } from 'zod'
import type { AppError } from '../errors.ts'
import type { NextCall } from './next-call.ts'

type Fields = Readonly<Record<string, unknown>>

/** Calls an operation by its name as the caller who follows the task. */
export type Ask = (operation: string, input: Fields) => Promise<Fields>

/** Every step is a call of an operation, so that a task gives nobody more rights than the operations themselves. */
export interface LongTask<Output extends z.ZodObject = z.ZodObject> {
  /** The id of the task that an answer started; undefined: it started none. */
  startedBy(output: z.output<Output>): string | undefined
  /** Whether an id may belong to such a task. */
  isId(taskId: string): boolean
  /** The URI that `changed` reports for it. */
  uri(taskId: string): string
  /** The call of a streaming operation that shows it live; absent if there is none. */
  log?(taskId: string): NextCall
  /** @throws AppError `not_found` */
  look(taskId: string, ask: Ask): Promise<TaskView>
  /** Answers an open question of the task. */
  answer(taskId: string, answer: TaskAnswer, ask: Ask): Promise<void>
  /** The call that says what a person thinks of the task once it has ended; absent if tasks are not rated. */
  rate?(taskId: string, isGood: boolean): NextCall
  /** The files that it made so far, the oldest first; absent if such tasks make none. */
  files?(taskId: string, ask: Ask): Promise<readonly TaskFile[]>
  /** Asks the task to stop. A task that has ended stays as it is. */
  cancel(taskId: string, ask: Ask): Promise<void>
}

/** A file that a task made, kept as an artifact. */
export interface TaskFile {
  readonly id: string
  readonly name: string
  readonly sizeBytes: number
}

/** The state of a task. */
export type TaskView = {
  readonly createdAt: string
  readonly updatedAt: string
  /** A note for a person. */
  readonly note?: string | undefined
} & (
  | { readonly status: 'working'; readonly questions: readonly TaskQuestion[] }
  /** The task has ended, well or badly; the answer of this call says which. */
  | {
      readonly status: 'ended'
      readonly operation: string
      readonly input: Fields
      readonly isError: boolean
    }
  /** It has no result, since something broke. */
  | { readonly status: 'broken'; readonly error: AppError }
  | { readonly status: 'cancelled' }
)

/** What a task asks before it continues, as a small form. */
export interface TaskQuestion {
  /** Never used for another question of the same task. */
  readonly key: string
  readonly message: string
  readonly fields: Readonly<Record<string, TaskField>>
}

export type TaskField = { readonly title?: string; readonly description?: string } & (
  | { readonly type: 'string' }
  | { readonly type: 'string'; readonly enum: string[] }
  | { readonly type: 'boolean' }
)

export interface TaskAnswer {
  readonly key: string
  /** `decline`: the person will not answer. Closing a form is not an answer. */
  readonly action: 'accept' | 'decline'
  readonly content: Fields
}
