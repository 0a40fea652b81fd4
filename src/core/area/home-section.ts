/** A home section is a list on a person's first page: in Slack's home tab and in a console. */
import type { Operation } from '../operation/operation.ts'

/** Provisional: no door shows a home yet. */
export interface HomeSection {
  readonly title: string
  /** Sections are shown in this order. */
  readonly order: number
  /** A read whose answer is shown through its `table` or `tell`. */
  readonly operation: Operation
  readonly input: Readonly<Record<string, unknown>>
}

export function defineHomeSection(spec: HomeSection): HomeSection {
  return spec
}
