/** Work that goes on after the answer that started it: how a door that shows such tasks follows, answers and stops one. */
import type { z } from 'zod'
import type { AppError } from '../errors.ts'
import type { NextCall } from './next-call.ts'

type Fields = Readonly<Record<string, unknown>>

/** Calls an operation by its name, as the caller who follows the task. */
export type Ask = (operation: string, input: Fields) => Promise<Fields>

/** Every step is a call of an operation, so that nobody reaches more through a task than without it. */
export interface LongTask<Output extends z.ZodObject = z.ZodObject> {
  /** The id of what an answer started. */
  startedBy(output: z.output<Output>): string
  /** Whether an id can be one of these. */
  isId(taskId: string): boolean
  /** What `changed` says of it. */
  uri(taskId: string): string
  /** The call of an operation with a `stream` that shows it live; absent where there is none. */
  log?(taskId: string): NextCall
  /** @throws AppError `not_found` */
  look(taskId: string, ask: Ask): Promise<TaskView>
  /** Passes on what was said to a question that is open. */
  answer(taskId: string, answer: TaskAnswer, ask: Ask): Promise<void>
  /** Asks it to stop. One that has ended is left as it is. */
  cancel(taskId: string, ask: Ask): Promise<void>
}

/** Where a task stands. */
export type TaskView = {
  readonly createdAt: string
  readonly updatedAt: string
  /** In words, for a person. */
  readonly note?: string | undefined
} & (
  | { readonly status: 'working'; readonly questions: readonly TaskQuestion[] }
  /** It came to its end, good or bad, and the answer of this call says which. */
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

/** What a task wants to know before it goes on, as a small form. */
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
  /** `decline`: they will not answer. Closing a form is not an answer. */
  readonly action: 'accept' | 'decline'
  readonly content: Fields
}
