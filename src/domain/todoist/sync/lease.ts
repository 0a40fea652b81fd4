/** One process at a time synchronizes an account. A lease that its process no longer renews is free again. */
import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { SyncParts } from '../../accounts/sync-parts.ts'
import type { Db } from '../../db/db.ts'
import { todoistAccounts as mirrors } from '../tables.ts'

/** Milliseconds after which a lease that was not renewed is free. */
const LEASE_MS = 30_000
/** Milliseconds between two renewals. */
const RENEW_EVERY_MS = 10_000

export type MirrorRow = typeof mirrors.$inferSelect

export interface Lease {
  readonly accountId: string
  readonly leaseId: string
  /** Aborted when another process has the account. */
  readonly signal: AbortSignal
  end(): Promise<void>
}

/** By the clock of the database, which all processes share. */
const until = () => sql`clock_timestamp() + ${LEASE_MS} * interval '1 millisecond'`

/** Undefined: another process has the account. */
export async function takeLease(parts: SyncParts, accountId: string): Promise<Lease | undefined> {
  const { db } = parts
  const leaseId = parts.newId('req')
  const isFree = or(isNull(mirrors.leaseUntil), sql`${mirrors.leaseUntil} < clock_timestamp()`)
  const taken = await db
    .update(mirrors)
    .set({ leaseId, leaseUntil: until() })
    .where(and(eq(mirrors.accountId, accountId), isFree))
    .returning({ accountId: mirrors.accountId })
  return taken.length === 0 ? undefined : keepLease(parts, accountId, leaseId)
}

function keepLease({ db, log }: SyncParts, accountId: string, leaseId: string): Lease {
  const isMine = and(eq(mirrors.accountId, accountId), eq(mirrors.leaseId, leaseId))
  const lost = new AbortController()

  async function renew(): Promise<void> {
    try {
      const renewed = await db
        .update(mirrors)
        .set({ leaseUntil: until() })
        .where(isMine)
        .returning({ accountId: mirrors.accountId })
      if (renewed.length === 0) lost.abort()
    } catch (err) {
      log.warn({ err, accountId }, 'a lease of a Todoist account could not be renewed')
    }
  }

  const timer = setInterval(renew, RENEW_EVERY_MS)
  return {
    ...{ accountId, leaseId, signal: lost.signal },
    async end() {
      clearInterval(timer)
      await db.update(mirrors).set({ leaseId: null, leaseUntil: null }).where(isMine)
    },
  }
}

/**
 * The mirror's row, which stays the lease's until the transaction ends.
 * @throws AppError `conflict` when another process has the account, or the account was disconnected
 */
export async function lockMirror(db: Db, { accountId, leaseId }: Lease): Promise<MirrorRow> {
  const [row] = await db
    .select()
    .from(mirrors)
    .where(and(eq(mirrors.accountId, accountId), eq(mirrors.leaseId, leaseId)))
    .for('update')
  if (row !== undefined) return row
  throw new AppError('conflict', 'Another process synchronizes the account.')
}
