/** The last entries of a tail, in order: stored entries have a position, live text has none. */

/** A watcher's place. */
export interface Place {
  /** The position of its last item. */
  position: number
  /** The number of the last entry that it received. */
  cursor: number
}

export interface Window {
  /** The position after which nothing is missing. */
  from(): number
  /** The position of the last item. */
  last(): number
  add(position: number | undefined, bytes: Uint8Array): void
  /** Begins again after `position`. */
  restart(position: number): void
  /** The number of the entry before the first item after `position`. */
  cursorAt(position: number): number
  /** The next entries for a watcher at `place`, which moves on. */
  take(place: Place): Uint8Array[]
}

/**
 * The most entries and bytes kept of one list: a caller may watch hundreds. Watchers that fall behind read on their
 * own.
 */
const KEPT_MAX_ENTRIES = 512
const KEPT_MAX_BYTES = 131_072

/** The most entries that are taken at once. */
const TAKEN_MAX_ENTRIES = 64

interface Entry {
  readonly number: number
  readonly position: number | undefined
  readonly bytes: Uint8Array
}

export function createWindow(start: number): Window {
  let entries: Entry[] = []
  let size = 0
  let count = 0
  let from = start
  let last = start

  const firstNumber = () => entries[0]?.number ?? count + 1

  function evict(): void {
    while (entries.length > KEPT_MAX_ENTRIES || size > KEPT_MAX_BYTES) {
      const gone = entries.shift()
      if (gone === undefined) return
      size -= gone.bytes.byteLength
      from = gone.position ?? from
    }
  }

  function cursorAt(position: number): number {
    if (position >= last) return count
    const next = entries.find((entry) => entry.position !== undefined && entry.position > position)
    return next === undefined ? count : next.number - 1
  }

  return {
    from: () => from,
    last: () => last,
    add(position, bytes) {
      count += 1
      entries.push({ number: count, position, bytes })
      size += bytes.byteLength
      last = position ?? last
      evict()
    },
    restart(position) {
      entries = []
      size = 0
      from = position
      last = position
    },
    cursorAt,
    take(place) {
      // If entries were dropped before this watcher saw them, they were only live text; otherwise it would have to read
      // for itself.
      if (place.cursor < firstNumber() - 1) place.cursor = cursorAt(place.position)
      const taken: Uint8Array[] = []
      while (taken.length < TAKEN_MAX_ENTRIES) {
        const entry = entries[place.cursor + 1 - firstNumber()]
        if (entry === undefined) break
        place.cursor = entry.number
        if (entry.position !== undefined) {
          if (entry.position <= place.position) continue
          place.position = entry.position
        }
        taken.push(entry.bytes)
      }
      return taken
    },
  }
}
