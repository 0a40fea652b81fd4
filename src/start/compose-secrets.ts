/** Builds what seals and signs in a process, from the secrets of its environment or from the key file of its store. */
import type { Config } from '../config/config.ts'
import type { Database } from '../domain/db/db.ts'
import { keyFileIn } from '../domain/secrets/key-file.ts'
import { createKeyRing, type KeyRing } from '../domain/secrets/key-ring.ts'
import { sharedSecret } from '../domain/secrets/shared-secret.ts'

/** Only an embedded store has a key file: a file cannot be shared by the machines that share a database. */
export function openKeyRing({ secrets, database, home }: Config): KeyRing {
  return createKeyRing({ secrets, file: database === undefined ? keyFileIn(home) : undefined })
}

/** The name, among the shared secrets, of the one that signs MCP sessions. */
const MCP_SECRET = 'mcp'

/**
 * What signs MCP sessions: the first signs, the others signed before it. Gateways of a database without
 * SWITCHBOARD_SECRET still have to agree on one.
 */
export async function sessionSecrets(
  ring: KeyRing,
  database: Database,
  now: Date,
): Promise<readonly [string, ...string[]]> {
  if (ring.source === 'nowhere') return [await sharedSecret(database.db, MCP_SECRET, now)]
  const current = ring.current()
  const earlier = ring.all().filter((key) => key !== current)
  const [first, ...others] = [current, ...earlier].map((key) =>
    key.keyFor('mcp-sessions').toString('base64url'),
  )
  return [first ?? '', ...others]
}
