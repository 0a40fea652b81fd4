/** Reads what a PostgreSQL client sends as messages, to know which of them commit. */

/** Bytes of a message's type and of its length, which counts itself. */
const TYPE_BYTES = 1
const LENGTH_BYTES = 4

export interface Piece {
  readonly bytes: Buffer
  readonly isCommit: boolean
}

/** Cuts a connection's bytes into pieces, of which each commit is one of its own. */
export function createCommitFinder(): { push(chunk: Buffer): Piece[] } {
  let left = Buffer.alloc(0)
  let isStarted = false
  /** Prepared statements that commit, by name. */
  const commits = new Set<string>()

  function isCommit(type: string, body: Buffer): boolean {
    const [first = '', second = ''] = body.toString('latin1').split('\0')
    switch (type) {
      case 'Q':
        return isCommitText(first)
      case 'P':
        if (isCommitText(second)) commits.add(first)
        else commits.delete(first)
        return false
      case 'B':
        return commits.has(second)
      default:
        return false
    }
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
        pieces.push({ bytes, isCommit: isCommit(type, body) })
        left = left.subarray(size)
      }
    },
  }
}

function isCommitText(text: string): boolean {
  return text.trim().toLowerCase() === 'commit'
}

/** Whether a reply says that a transaction was committed. */
export function saysCommitted(reply: Buffer): boolean {
  return reply.includes('COMMIT\0', 0, 'latin1')
}
