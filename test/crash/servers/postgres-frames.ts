/** Reads what a PostgreSQL client sends as messages, to know which of them write what the harness watches. */

/** Bytes of a message's type and of its length, which counts itself. */
const TYPE_BYTES = 1
const LENGTH_BYTES = 4

/**
 * What is watched: the end of a transaction, and single statements that commit by themselves. `report`: a gateway stores
 * what was reported; `claim`: a worker takes an event or a delivery; `mapping`: it keeps what a mapping made; `outcome`:
 * it records how a delivery ended; `move`: it moves a schedule on without a call; `batch`: it rewrites tasks of a project
 * that moves; `step`: it takes that project to its next step.
 */
const WATCHED = [
  { mark: 'commit', text: /^\s*commit\s*$/i },
  { mark: 'report', text: /^insert into "inbox_events"/ },
  { mark: 'claim', text: /^\s*with recursive (owner|receiver) \(id\)/ },
  { mark: 'mapping', text: /^update "inbox_events" set "operation"/ },
  { mark: 'outcome', text: /^update "outbox" set "state"/ },
  { mark: 'move', text: /^update "schedules" set "next_at" = \$/ },
  { mark: 'batch', text: /^with\s+batch as materialized \(select id from tasks/ },
  { mark: 'step', text: /^update "projects" set "owner_id" = \$/ },
] as const

export type Mark = (typeof WATCHED)[number]['mark']

export interface Piece {
  readonly bytes: Buffer
  readonly mark: Mark | undefined
}

/** Cuts a connection's bytes into pieces, of which each watched statement begins one of its own. */
export function createStatementFinder(): { push(chunk: Buffer): Piece[] } {
  let left = Buffer.alloc(0)
  let isStarted = false
  /** Prepared statements that are watched, by name. */
  const marks = new Map<string, Mark>()

  function markOf(type: string, body: Buffer): Mark | undefined {
    const [first = '', second = ''] = body.toString('latin1').split('\0')
    if (type === 'Q') return markOfText(first)
    if (type === 'B') return marks.get(second)
    if (type !== 'P') return undefined
    const mark = markOfText(second)
    if (mark === undefined) marks.delete(first)
    else marks.set(first, mark)
    return undefined
  }

  return {
    push(chunk) {
      left = Buffer.concat([left, chunk])
      const pieces: Piece[] = []
      for (;;) {
        const typeBytes = isStarted ? TYPE_BYTES : 0
        if (left.length < typeBytes + LENGTH_BYTES) return pieces
        const size = typeBytes + left.readInt32BE(typeBytes)
        if (left.length < size) return pieces
        const bytes = left.subarray(0, size)
        const body = bytes.subarray(typeBytes + LENGTH_BYTES)
        const type = isStarted ? bytes.toString('latin1', 0, 1) : ''
        isStarted = true
        pieces.push({ bytes, mark: markOf(type, body) })
        left = left.subarray(size)
      }
    },
  }
}

function markOfText(text: string): Mark | undefined {
  return WATCHED.find((watched) => watched.text.test(text))?.mark
}

/** How a watched statement ended, by a reply: true where it wrote; undefined: the reply does not say. */
export function hasWritten(mark: Mark, reply: Buffer): boolean | undefined {
  if (mark === 'commit') return reply.includes('COMMIT\0', 0, 'latin1') ? true : undefined
  const [, count] = /(?:INSERT 0|UPDATE|SELECT) (\d+)\0/.exec(reply.toString('latin1')) ?? []
  return count === undefined ? undefined : count !== '0'
}
