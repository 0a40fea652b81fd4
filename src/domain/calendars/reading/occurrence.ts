/** One time at which an event happens. */

/**
 * How its times are meant: an `instant` is the same everywhere; a `wall` time and a whole `day` are those of the reader's
 * own clock and calendar.
 */
export const CLOCKS = ['instant', 'wall', 'day'] as const
export type Clock = (typeof CLOCKS)[number]

/** Whether an event takes up the time of its owner. */
export const SHOWN_AS = ['busy', 'tentative', 'free'] as const
export type ShownAs = (typeof SHOWN_AS)[number]

export interface Occurrence {
  readonly title: string
  readonly clock: Clock
  /** A `wall` time and a `day` as if in UTC. */
  readonly startAt: Date
  /** Not included. */
  readonly endAt: Date
  readonly shownAs: ShownAs
}
