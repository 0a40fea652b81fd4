/** A person as one whom messages reach: when, where, and with what rights they are read. */
import { eq } from 'drizzle-orm'
import type { Resources } from '../../core/operation/context.ts'
import { people, type Role } from '../access/tables.ts'

export interface Recipient {
  readonly timeZone: string
  readonly quietHours: { readonly from: string; readonly to: string } | null
  readonly workDays: readonly string[] | null
  /** The channels that they prefer; empty: every channel. */
  readonly preferred: readonly string[]
  /** Undefined: the person is not stored, as the local one of a new store. */
  readonly role: Role | undefined
  /** They were deactivated, and are told nothing. */
  readonly isGone: boolean
}

export async function readRecipient(
  { db, defaultTimeZone }: Pick<Resources, 'db' | 'defaultTimeZone'>,
  personId: string,
): Promise<Recipient> {
  const [row] = await db.select().from(people).where(eq(people.id, personId))
  return {
    timeZone: row?.timeZone ?? defaultTimeZone,
    quietHours: row?.quietHours ?? null,
    workDays: row?.workDays ?? null,
    preferred: row?.channels ?? [],
    role: row?.role,
    isGone: row !== undefined && row.deactivatedAt !== null,
  }
}
