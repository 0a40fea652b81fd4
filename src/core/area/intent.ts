/** An intent is a phrase that a person types to call an operation without a model: `done T-12`. */
import type { z } from 'zod'
import type { Operation } from '../operation/operation.ts'

/** Provisional: no door reads intents yet. */
export interface Intent {
  readonly pattern: RegExp
  /** Of the intents that match, the one with the smallest order wins. */
  readonly order: number
  readonly operation: Operation
  /** The input that the groups of the pattern give. */
  input(groups: Readonly<Record<string, string>>): Readonly<Record<string, unknown>>
  /** A phrase that matches, shown in help. */
  readonly example: string
}

export function defineIntent<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: Omit<Intent, 'operation' | 'input'> & {
    readonly operation: Operation<Input, Output>
    input(groups: Readonly<Record<string, string>>): z.input<Input>
  },
): Intent {
  return spec as unknown as Intent
}
