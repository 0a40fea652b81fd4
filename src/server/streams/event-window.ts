/** The last entries of a tail, in order: those that are stored have a position, live text has none. */

/** Where one who watches stands. */
export interface Place {
  /** Of the last item that it has. */
  position: number
  /** Number of the last entry that it was given. */
  cursor: number
}

export interface Window {
  /** Position after which nothing is missing. */
  from(): number
  /** Position of the last item. */
  last(): number
  add(position: number | undefined, bytes: Uint8Array): void
  /** Begins again after `position`. */
  restart(position: number): void
  /** The number of the entry before the first item after `position`. */
  cursorAt(position: number): number
  /** What comes next for one at `place`, which moves on. */
  take(place: Place): Uint8Array[]
}

/** Entries and bytes that are kept of one list: a caller may watch hundreds of them. Who falls behind reads on its own. */
const KEPT_MAX_ENTRIES = 512
const KEPT_MAX_BYTES = 131_072

/** Entries that are taken at once. */
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
      // Where entries were dropped before it saw them, they were live text alone, or it would have to read for itself.
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
