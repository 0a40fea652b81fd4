/** Looks keys up by their hashes, with as few queries at a time as possible. */

interface Hashed {
  readonly hash: string
}

/** The most keys in one query, and queries at a time: two, so that one that hangs does not stop everything. */
const LOOKUP_MAX_KEYS = 1_000
const LOOKUPS_AT_ONCE = 2

/**
 * Looks keys up by their hashes, with one query for all that wait. However many wrong keys arrive, they use two
 * connections, and a right key among them waits for a query or two. No call shares a query that began before it,
 * because a key may have been revoked in between.
 */
export function createLookups<Row extends Hashed>(
  find: (hashes: readonly string[]) => Promise<readonly Row[]>,
) {
  const waiting = new Map<string, Lookup<Row>>()
  let underWay = 0

  async function lookAll(): Promise<void> {
    underWay += 1
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, LOOKUP_MAX_KEYS)
      for (const [hash] of batch) waiting.delete(hash)
      const found = find(batch.map(([hash]) => hash)).then(byHash)
      for (const [hash, { answer }] of batch) answer(found.then((rows) => rows.get(hash)))
      await found.catch(() => undefined)
    }
    underWay -= 1
  }

  return (hash: string): Promise<Row | undefined> => {
    const lookup = waiting.get(hash) ?? createLookup<Row>()
    waiting.set(hash, lookup)
    if (underWay < LOOKUPS_AT_ONCE) void lookAll()
    return lookup.row
  }
}

function byHash<Row extends Hashed>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.hash, row]))
}

/** A key that is being looked up, and the callback for the result. */
interface Lookup<Row> {
  readonly row: Promise<Row | undefined>
  answer(row: Promise<Row | undefined>): void
}

function createLookup<Row>(): Lookup<Row> {
  let answer: Lookup<Row>['answer'] = () => undefined
  const row = new Promise<Row | undefined>((resolve) => {
    answer = resolve
  })
  return { row, answer }
}
