/** Identifies the actor behind a presented API key, without a query if it was seen a moment ago. */
import type { Actor } from '../../core/operation/actor.ts'
import type { Change, Log } from '../../core/operation/context.ts'
import { allScopes } from '../../core/operation/scopes.ts'
import type { Db } from '../db/db.ts'
import { scopesOfKey } from './authority.ts'
import { type KeyState, keyState, keyUri } from './key.ts'
import { hashKey, isKeyForm, isRunKey } from './key-form.ts'
import { createLookups } from './key-lookups.ts'
import { findKeysByHash, type KnownKey, touchKey } from './keys.ts'

/**
 * Milliseconds for which a valid key is not looked up again: the longest time for which a revocation goes unnoticed if
 * its notice got lost.
 */
export const KEY_CACHE_TTL_MS = 5_000
/** The most keys remembered at once. */
const KEY_CACHE_MAX = 1_000
/** Milliseconds between two writes of when a key was last used. */
export const LAST_USED_EVERY_MS = 60_000

/** Why a key is not accepted: for the log; the sender does not learn it. */
export type KeyRefusal = 'malformed' | 'unknown' | Exclude<KeyState, 'active'>

export type Verification =
  | { readonly ok: true; readonly actor: Actor }
  | { readonly ok: false; readonly reason: KeyRefusal; readonly keyId?: string }

export interface Keyring {
  /** The actor behind a key, if it is known without asking the database. */
  recall(key: string): Actor | undefined
  /** The actor behind a key, or why the key is not accepted. */
  verify(key: string): Promise<Verification>
  /** Receives every change, so that a key revoked in this process is refused at once. */
  notice(change: Change): void
  /** Waits for pending writes. */
  close(): Promise<void>
}

/** A run with a valid key, by the key's hash. */
export interface RunOfKey {
  readonly hash: string
  readonly actor: Actor
}

export interface KeyringOptions {
  readonly db: Db
  /** Finds the runs whose valid keys have these hashes; absent: keys of runs are not accepted. */
  readonly findRuns?: (hashes: readonly string[]) => Promise<readonly RunOfKey[]>
  readonly now: () => Date
  readonly log: Log
}

interface Known {
  readonly keyId: string
  readonly actor: Actor
  readonly freshUntilMs: number
  readonly expiresAtMs: number
  lastUsedAtMs: number
}

export function createKeyring({ db, now, log, findRuns = async () => [] }: KeyringOptions): Keyring {
  const memory = createMemory()
  const uses = createUses(db, log)
  const findRow = createLookups((hashes) => findKeysByHash(db, hashes))
  const findRun = createLookups(findRuns)
  /** Counts revocations, so that a look-up that began before one is not remembered after it. */
  let revocations = 0

  function recall(key: string): Actor | undefined {
    const nowMs = now().getTime()
    const entry = memory.get(hashKey(key), nowMs)
    if (entry) uses.note(entry, nowMs)
    return entry?.actor
  }

  async function verify(key: string): Promise<Verification> {
    if (!isKeyForm(key)) return { ok: false, reason: 'malformed' }
    const hash = hashKey(key)
    if (isRunKey(key)) return await verifyRun(hash)
    const before = revocations
    const row = await findRow(hash)
    if (!row) return { ok: false, reason: 'unknown' }
    const at = now()
    const state = keyState(row, at)
    if (state !== 'active') {
      memory.forget([keyUri(row.id)])
      return { ok: false, reason: state, keyId: row.id }
    }
    const entry = toKnown(row, at.getTime())
    if (before === revocations) memory.set(hash, entry)
    uses.note(entry, at.getTime())
    return { ok: true, actor: entry.actor }
  }

  /** Never remembered: a run's key is valid while the run is worked on, and any process may end that. */
  async function verifyRun(hash: string): Promise<Verification> {
    const run = await findRun(hash)
    return run === undefined ? { ok: false, reason: 'unknown' } : { ok: true, actor: run.actor }
  }

  function notice({ uris }: Change): void {
    if (!uris.some((uri) => uri.startsWith(keyUri('')))) return
    revocations += 1
    memory.forget(uris)
  }

  return { recall, verify, notice, close: uses.settled }
}

/** Valid keys by hash; recent ones need no look-up. */
function createMemory() {
  const known = new Map<string, Known>()

  function get(hash: string, nowMs: number): Known | undefined {
    const entry = known.get(hash)
    return entry && nowMs < entry.freshUntilMs && nowMs < entry.expiresAtMs ? entry : undefined
  }

  function set(hash: string, entry: Known): void {
    known.delete(hash)
    const [oldest] = known.keys()
    if (known.size >= KEY_CACHE_MAX && oldest !== undefined) known.delete(oldest)
    known.set(hash, entry)
  }

  function forget(uris: readonly string[]): void {
    for (const [hash, { keyId }] of known) {
      if (uris.includes(keyUri(keyId))) known.delete(hash)
    }
  }

  return { get, set, forget }
}

/** Records when keys were used. No call waits for it, or fails because of it. */
function createUses(db: Db, log: Log) {
  const touches = new Set<Promise<void>>()

  function note(entry: Known, nowMs: number): void {
    if (nowMs - entry.lastUsedAtMs < LAST_USED_EVERY_MS) return
    entry.lastUsedAtMs = nowMs
    const touch = touchKey(db, entry.keyId, new Date(nowMs))
      .catch((err: unknown) =>
        log.warn({ err, keyId: entry.keyId }, 'the last use of a key could not be written'),
      )
      .finally(() => touches.delete(touch))
    touches.add(touch)
  }

  async function settled(): Promise<void> {
    await Promise.all(touches)
  }

  return { note, settled }
}

function toKnown(row: KnownKey, nowMs: number): Known {
  return {
    keyId: row.id,
    actor: toActor(row),
    freshUntilMs: nowMs + KEY_CACHE_TTL_MS,
    expiresAtMs: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    lastUsedAtMs: row.lastUsedAt?.getTime() ?? Number.NEGATIVE_INFINITY,
  }
}

/** A person's key acts as that person; a service acts as itself, on that person's things. */
function toActor(row: KnownKey): Actor {
  return {
    kind: row.kind,
    id: row.kind === 'person' ? row.personId : row.id,
    personId: row.personId,
    // A scope that another version of this program wrote, and that this one does not know, grants nothing.
    scopes: scopesOfKey(row).filter((scope) => allScopes().includes(scope)),
    keyId: row.id,
    ...(row.expiresAt && { keyExpiresAtMs: row.expiresAt.getTime() }),
  }
}
