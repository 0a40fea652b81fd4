/** Locks rows that a caller sees, also where they move to another space at that moment. */

type Strength = 'update' | 'no key update' | 'key share'

/** A query of rows, with `visibleTo` among its conditions, that can also lock them. */
interface Lockable<Row> extends PromiseLike<Row[]> {
  for(strength: Strength): PromiseLike<Row[]>
}

/**
 * A row that moved while the statement waited for its lock is judged by its new space and by the rights from before the
 * wait, so that PostgreSQL leaves it out although the caller sees it there, too. The statement is made again as long as
 * one that does not wait finds more rows. `wanted`: the most rows that there can be.
 */
export async function lockSeen<Row>(
  query: () => Lockable<Row>,
  strength: Strength,
  wanted = 1,
): Promise<Row[]> {
  for (;;) {
    const locked = await query().for(strength)
    if (locked.length >= wanted || (await query()).length <= locked.length) return locked
  }
}
