/** Secrets that are generated on first use and then shared by all gateways of one database. */
import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { maskEverywhere } from '../../core/text/redact.ts'
import type { Db } from '../db/db.ts'
import { secrets } from './tables.ts'

const SECRET_BYTES = 32

/** The secret with this name: the same in every process, and after a restart. */
export async function sharedSecret(db: Db, name: string, now: Date): Promise<string> {
  const secret = await findOrMake(db, name, now)
  maskEverywhere([secret])
  return secret
}

async function findOrMake(db: Db, name: string, now: Date): Promise<string> {
  const find = () => db.select({ value: secrets.value }).from(secrets).where(eq(secrets.name, name))
  const [known] = await find()
  if (known) return known.value
  const value = randomBytes(SECRET_BYTES).toString('base64url')
  await db.insert(secrets).values({ name, value, createdAt: now }).onConflictDoNothing()
  // When several start at once, all use the first one's secret.
  const [stored] = await find()
  return stored?.value ?? value
}
