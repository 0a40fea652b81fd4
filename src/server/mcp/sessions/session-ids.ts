/** Session ids that carry their client's capabilities, signed and bound to the caller who opened the session. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ClientCapabilities } from '@modelcontextprotocol/server'

export interface SessionIds {
  /** `capabilities` are the ones that the server knows, which fit into a few hundred characters. */
  make(owner: string, capabilities: ClientCapabilities): string
  /** The client's capabilities; undefined unless the id was made for this owner. */
  read(id: string, owner: string): ClientCapabilities | undefined
}

const UNIQUE_BYTES = 18

/** `secrets`: the first signs; the others signed before it. */
export function createSessionIds(secrets: readonly [string, ...string[]]): SessionIds {
  function sign(secret: string, payload: string, owner: string): Buffer {
    return createHmac('sha256', secret).update(`mcp-session\n${owner}\n${payload}`).digest()
  }
  return {
    make(owner, capabilities) {
      const carried = Buffer.from(JSON.stringify(capabilities)).toString('base64url')
      const payload = `${randomBytes(UNIQUE_BYTES).toString('base64url')}.${carried}`
      return `${payload}.${sign(secrets[0], payload, owner).toString('base64url')}`
    },
    read(id, owner) {
      const cut = id.lastIndexOf('.')
      const payload = id.slice(0, cut)
      const signature = Buffer.from(id.slice(cut + 1), 'base64url')
      const isSigned = secrets.some((secret) => isSame(sign(secret, payload, owner), signature))
      if (!isSigned) return undefined
      // We signed it, so it is what we wrote.
      return JSON.parse(
        Buffer.from(payload.split('.')[1] ?? '', 'base64url').toString(),
      ) as ClientCapabilities
    },
  }
}

function isSame(expected: Buffer, signature: Buffer): boolean {
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}
