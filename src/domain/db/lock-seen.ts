/** Locks rows that a caller sees, and judges by the rights that the caller has once they are locked. */

type Strength = 'update' | 'no key update' | 'key share'

/** A query of rows, with `visibleTo` among its conditions, that can also lock them. */
interface Lockable<Row> extends PromiseLike<Row[]> {
  for(strength: Strength): PromiseLike<Row[]>
}

/**
 * The rows, locked until the transaction ends, as the caller sees them then. A statement that waits for a lock judges the
 * row by the rights from before the wait, which may have ended meanwhile, so the rows are read again once they are
 * locked. A row that moved to another space during the wait is left out by the first statement although the caller may
 * see it there, so both are made again as long as the second finds more rows.
 */
export async function lockSeen<Row>(query: () => Lockable<Row>, strength: Strength): Promise<Row[]> {
  for (;;) {
    const locked = await query().for(strength)
    const seen = await query()
    if (seen.length <= locked.length) return seen
  }
}
