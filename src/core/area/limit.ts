/** A limit: the most that one person or one team may have of something. An admin may set another for one of them. */
import type { Resources } from '../operation/context.ts'

export interface Limit {
  /** In snake_case. */
  readonly name: string
  /** What is counted, in the plural: `runs`, `bytes`. */
  readonly unit: string
  /** What the count means: `Runs that have not ended`. */
  readonly meaning: string
  /** Whether teams have it as well as people. */
  readonly of: 'people' | 'everyone'
  /** The limit of an owner for whom no admin has set another, where no setting says otherwise. */
  readonly most: number
  /** The same with the settings of this gateway. */
  standard(resources: Resources): number
  /** How much each of these owners has now; an owner that has nothing may be left out. */
  used(resources: Resources, ownerIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}

declare module '../operation/context.ts' {
  interface Resources {
    /** Those of all areas. */
    readonly limits: readonly Limit[]
  }
}
