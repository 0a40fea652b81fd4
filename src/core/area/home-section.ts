/** A home section is a list on a person's first page: in Slack's home tab and in a console. */
import type { z } from 'zod'
import type { Control } from '../form/control.ts'
import type { Operation } from '../operation/operation.ts'

export interface HomeSection {
  readonly title: string
  /** Sections are shown in this order. */
  readonly order: number
  /** A read whose answer is shown through its `tell`, with the calls of its `next`. */
  readonly operation: Operation
  readonly input: Readonly<Record<string, unknown>>
  /** What its reader sets there, shown in place of the answer; absent: the answer is only read. */
  controls?(output: unknown): readonly Control[]
}

interface HomeSectionSpec<Input extends z.ZodObject, Output extends z.ZodObject>
  extends Omit<HomeSection, 'operation' | 'input' | 'controls'> {
  readonly operation: Operation<Input, Output>
  readonly input: z.input<Input>
  controls?(output: z.output<Output>): readonly Control[]
}

/** @throws Error at start-up for an operation that changes something: a page is opened often, and by itself */
export function defineHomeSection<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: HomeSectionSpec<Input, Output>,
): HomeSection {
  if (spec.operation.effect !== 'read')
    throw new Error(`${spec.operation.name} changes something, so no home shows it`)
  return spec as unknown as HomeSection
}
