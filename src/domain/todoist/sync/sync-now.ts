/** Synchronizes an account for a caller who waits a few seconds for it. */

import { setTimeout as pause } from 'node:timers/promises'
import { eq, inArray } from 'drizzle-orm'
import type { Context, SettleContext } from '../../../core/operation/context.ts'
import { partsOfCall } from '../../accounts/sync-parts.ts'
import { todoistAccounts as mirrors } from '../tables.ts'
import { addMirrors } from './add-mirrors.ts'
import { activeAfter } from './next-sync.ts'
import type { Extent } from './quota.ts'
import { type SyncOutcome, syncAccount } from './sync-account.ts'

/** Milliseconds for which a caller waits. */
const WAIT_MAX_MS = 5_000
/** Milliseconds between two looks while another process has the account. */
const LOOK_EVERY_MS = 100

const SLOW: SyncOutcome = { kind: 'waits', until: null, because: 'Todoist has not answered yet.' }

/**
 * Does it again while another process has the account, unless `isDone` finds that nothing is left to do. After the time is
 * up it goes on by itself.
 */
export async function syncWithin(
  ctx: SettleContext,
  accountId: string,
  isDone: () => Promise<boolean>,
): Promise<SyncOutcome> {
  const parts = partsOfCall(ctx)
  const endsAt = performance.now() + WAIT_MAX_MS
  const isOver = new AbortController()
  const late = pause(WAIT_MAX_MS, SLOW, { signal: isOver.signal }).catch(() => SLOW)
  try {
    for (;;) {
      const outcome = await Promise.race([syncAccount(parts, accountId), late])
      if (outcome.kind !== 'busy' || performance.now() >= endsAt || (await isDone())) return outcome
      await pause(LOOK_EVERY_MS)
    }
  } finally {
    isOver.abort()
  }
}

export async function syncNow(ctx: SettleContext, accountId: string) {
  const outcome = await syncWithin(ctx, accountId, async () => false)
  const [row] = await ctx.db.select().from(mirrors).where(eq(mirrors.accountId, accountId))
  const waitsFor = outcome.kind === 'waits' ? outcome.because : null
  const state = outcome.kind === 'synced' ? ('done' as const) : ('queued' as const)
  return { state, syncedAt: row?.syncedAt?.toISOString() ?? null, waitsFor }
}

/** Has accounts synchronized as soon as possible, and often for a while; `full`: everything is read again. */
export async function orderSync(
  { db, now }: Pick<Context, 'db' | 'now'>,
  accountIds: readonly string[],
  extent: Extent,
): Promise<void> {
  await addMirrors(db, now)
  const due = { nextAt: now, activeUntil: activeAfter(now), ...(extent === 'full' && { syncToken: null }) }
  await db
    .update(mirrors)
    .set(due)
    .where(inArray(mirrors.accountId, [...accountIds]))
}
