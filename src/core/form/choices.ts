/** Choices are the things that a field of a form may name, looked up while a person types. */
import type { z } from 'zod'
import type { Noun, Thing } from '../intent/noun.ts'
import type { Operation } from '../operation/operation.ts'

export interface Choices {
  /** The names of the fields, in whichever operation: `agent`. */
  readonly fields: readonly string[]
  /** A list, read as the person who types. */
  readonly operation: Operation
  /** `typed`: undefined before the first letter, and for a list in which close words are looked for. */
  input(typed: string | undefined): Readonly<Record<string, unknown>>
  /** `ref`: what the field becomes. */
  thingsIn(output: object): readonly Thing[]
}

interface ChoicesSpec<Input extends z.ZodObject, Output extends z.ZodObject> extends Pick<Choices, 'fields'> {
  readonly operation: Operation<Input, Output>
  input(typed: string | undefined): z.input<Input>
  thingsIn(output: z.output<Output>): readonly Thing[]
}

export function defineChoices<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: ChoicesSpec<Input, Output>,
): Choices {
  return spec as unknown as Choices
}

/** The same things as people talk about in chats. */
export function choicesOf({ finding }: Noun, ...fields: readonly string[]): Choices {
  const { operation, input, thingsIn } = finding
  return { fields, operation, input, thingsIn: (output) => thingsIn(output as never) }
}
