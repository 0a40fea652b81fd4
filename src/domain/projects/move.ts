/** A change of a project's place that is not done at once, as it is stored with the project. */

/** Whose a project is, and where its rows are. */
export interface ProjectPlace {
  readonly ownerId: string
  readonly spaceId: string
  readonly restricted: boolean
}

/** The steps, in their order: see `move-steps.ts`. */
export type MovePhase = 'waiting' | 'gathering' | 'handing_over' | 'settling'

export interface Move {
  readonly phase: MovePhase
  readonly to: ProjectPlace
  /** The person who asked for it. */
  readonly by: string
  readonly startedAt: string
  /** How many tasks and runs the project had when the move began. */
  readonly rows: number
  /** How many of them this phase has rewritten. */
  readonly done: number
  /** The last row of each table that this phase has rewritten. */
  readonly after: { readonly tasks: string; readonly runs: string }
}
