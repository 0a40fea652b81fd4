/** Seals secrets into the store and replaces the keys under which they are sealed. Opening them is a part of its own. */
import { and, eq, gt, inArray, ne, notInArray, sql } from 'drizzle-orm'
import { gather } from '../../core/gather.ts'
import { maskLately } from '../../core/text/redact.ts'
import type { Db } from '../db/db.ts'
import type { KeyRing } from './key-ring.ts'
import type { MasterKey } from './master-key.ts'
import { missingKey } from './missing-keys.ts'
import { open, rewrap, seal } from './seal.ts'
import { sealedSecrets, sealingKeys } from './tables.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    readonly secrets: Secrets
  }
}

/** What operations may do with secrets. They can put secrets in, but not take any out. */
export interface Secrets {
  /**
   * Stores a secret, in place of an earlier one of the same name.
   * @throws AppError `not_configured` where no key is set to seal it with
   */
  put(db: Db, named: NamedSecret): Promise<void>
  /** @throws AppError as `put` does: called before others are asked for what could not be kept */
  assertReady(): void
  /** Stores a secret unless there is one of this name. @throws AppError as above */
  putOnce(db: Db, named: NamedSecret): Promise<void>
  forget(db: Db, name: string): Promise<void>
  /**
   * Makes a new key the current one where the keys are in a file, then wraps all secrets under the current key. It can
   * be interrupted and repeated at any time.
   */
  rotate(db: Db, now: Date): Promise<Rotation>
  /**
   * Deletes the secrets that no key of this process can open, and answers with their names.
   * @throws AppError `not_configured` where no key is set
   */
  forgetLost(db: Db): Promise<readonly string[]>
}

export interface NamedSecret {
  readonly name: string
  readonly text: string
  readonly now: Date
}

export interface Rotation {
  /** Whether a new key was made. */
  readonly newKey: boolean
  /** How many secrets were wrapped under the current key. */
  readonly rewrapped: number
  /** How many are sealed under keys that this process does not have. */
  readonly lost: number
}

/**
 * Opens a stored secret; undefined when no secret has this name.
 * @throws AppError `not_configured` when this process does not have its key
 */
export type OpenSecret = (db: Db, name: string) => Promise<string | undefined>

/** Secrets that are wrapped again before the next ones are read. */
const ROTATE_BATCH = 100

export function createSecrets(ring: KeyRing): { readonly secrets: Secrets; readonly openSecret: OpenSecret } {
  async function sealed(db: Db, { name, text, now }: NamedSecret): Promise<SealedRow> {
    const key = ring.current()
    maskLately([text])
    await noteKey(db, key, now)
    return { name, keyId: key.id, sealed: seal(key, text, name), sealedAt: now }
  }

  const secrets: Secrets = {
    async put(db, named) {
      const { name, ...set } = await sealed(db, named)
      await db
        .insert(sealedSecrets)
        .values({ name, ...set })
        .onConflictDoUpdate({ target: sealedSecrets.name, set })
    },
    assertReady() {
      ring.current()
    },
    async putOnce(db, named) {
      await db
        .insert(sealedSecrets)
        .values(await sealed(db, named))
        .onConflictDoNothing()
    },
    async forget(db, name) {
      await db.delete(sealedSecrets).where(eq(sealedSecrets.name, name))
    },
    async rotate(db, now) {
      ring.replaceCurrent()
      const current = ring.current()
      await noteKey(db, current, now)
      const counts = await rewrapAll(db, ring, current)
      ring.keep(await forgetUnusedKeys(db, current))
      return { newKey: ring.source === 'file', ...counts }
    },
    async forgetLost(db) {
      ring.current()
      const known = ring.all().map(({ id }) => id)
      const lost = await db
        .delete(sealedSecrets)
        .where(notInArray(sealedSecrets.keyId, known))
        .returning({ name: sealedSecrets.name })
      await db.delete(sealingKeys).where(notInArray(sealingKeys.id, known))
      return lost.map(({ name }) => name)
    },
  }

  const readers = new WeakMap<Db, (name: string) => Promise<SealedRow | undefined>>()

  async function openSecret(db: Db, name: string): Promise<string | undefined> {
    const read = readers.get(db) ?? gather((names) => readSealed(db, names))
    readers.set(db, read)
    const row = await read(name)
    if (row === undefined) return undefined
    const key = ring.find(row.keyId)
    if (key === undefined) throw missingKey(ring)
    const text = open(key, row.sealed, name)
    maskLately([text])
    return text
  }

  return { secrets, openSecret }
}

type SealedRow = typeof sealedSecrets.$inferSelect

async function readSealed(db: Db, names: readonly string[]): Promise<(SealedRow | undefined)[]> {
  const rows = await db
    .select()
    .from(sealedSecrets)
    .where(inArray(sealedSecrets.name, [...new Set(names)]))
  const byName = new Map(rows.map((row) => [row.name, row]))
  return names.map((name) => byName.get(name))
}

/** Forgetting unused keys waits for the transaction of this statement, and then sees what was sealed in it. */
async function noteKey(db: Db, { id }: MasterKey, now: Date): Promise<void> {
  await db
    .insert(sealingKeys)
    .values({ id, createdAt: now })
    .onConflictDoUpdate({ target: sealingKeys.id, set: { createdAt: sql`${sealingKeys.createdAt}` } })
}

async function rewrapAll(db: Db, ring: KeyRing, current: MasterKey) {
  let after = ''
  let rewrapped = 0
  let lost = 0
  for (;;) {
    const rows = await db
      .select()
      .from(sealedSecrets)
      .where(and(ne(sealedSecrets.keyId, current.id), gt(sealedSecrets.name, after)))
      .orderBy(sealedSecrets.name)
      .limit(ROTATE_BATCH)
    for (const row of rows) {
      const key = ring.find(row.keyId)
      if (key === undefined) lost += 1
      else if (await replaceSealed(db, row, { key, current })) rewrapped += 1
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < ROTATE_BATCH) return { rewrapped, lost }
    after = last.name
  }
}

/** A secret that was replaced meanwhile stays as it is now; false then. */
async function replaceSealed(
  db: Db,
  { name, sealed }: { readonly name: string; readonly sealed: string },
  { key, current }: { readonly key: MasterKey; readonly current: MasterKey },
): Promise<boolean> {
  const done = await db
    .update(sealedSecrets)
    .set({ keyId: current.id, sealed: rewrap(key, current, sealed) })
    .where(and(eq(sealedSecrets.name, name), eq(sealedSecrets.sealed, sealed)))
    .returning({ name: sealedSecrets.name })
  return done.length > 0
}

/** Forgets the keys under which nothing is sealed any longer; answers with the ids of those that are needed. */
async function forgetUnusedKeys(db: Db, current: MasterKey): Promise<readonly string[]> {
  const used = db.selectDistinct({ id: sealedSecrets.keyId }).from(sealedSecrets)
  await db.delete(sealingKeys).where(and(ne(sealingKeys.id, current.id), notInArray(sealingKeys.id, used)))
  const needed = await db.select({ id: sealingKeys.id }).from(sealingKeys)
  return [current.id, ...needed.map(({ id }) => id)]
}
