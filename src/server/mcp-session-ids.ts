/** Session ids that carry what their client can do, signed and bound to whoever opened the session. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ClientCapabilities } from '@modelcontextprotocol/server'

export interface SessionIds {
  make(owner: string, capabilities: ClientCapabilities): string
  /** What the client can do; undefined unless this is an id that was made for this owner. */
  read(id: string, owner: string): ClientCapabilities | undefined
}

/** Characters of capabilities that an id carries; a client that says more is taken up again as one that can nothing. */
const CARRIED_MAX_CHARS = 1000

const UNIQUE_BYTES = 18

export function createSessionIds(secret: string): SessionIds {
  function sign(payload: string, owner: string): Buffer {
    return createHmac('sha256', secret).update(`mcp-session\n${owner}\n${payload}`).digest()
  }
  return {
    make(owner, capabilities) {
      const json = JSON.stringify(serverSide(capabilities))
      const carried = json.length <= CARRIED_MAX_CHARS ? json : '{}'
      const payload = `${randomBytes(UNIQUE_BYTES).toString('base64url')}.${Buffer.from(carried).toString('base64url')}`
      return `${payload}.${sign(payload, owner).toString('base64url')}`
    },
    read(id, owner) {
      const cut = id.lastIndexOf('.')
      const payload = id.slice(0, cut)
      const signature = Buffer.from(id.slice(cut + 1), 'base64url')
      const expected = sign(payload, owner)
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined
      // Signed by us, so it is what we wrote.
      return JSON.parse(
        Buffer.from(payload.split('.')[1] ?? '', 'base64url').toString(),
      ) as ClientCapabilities
    },
  }
}

/** What a server may ask of a client; the rest concerns only clients. */
function serverSide({ elicitation, sampling, roots }: ClientCapabilities): ClientCapabilities {
  return {
    ...(elicitation === undefined ? {} : { elicitation }),
    ...(sampling === undefined ? {} : { sampling }),
    ...(roots === undefined ? {} : { roots }),
  }
}
