/** Refuses to begin what stores more for an owner whose share of stored bytes is full. */
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { teamOf } from '../teams/space.ts'
import { readMost, readRoom } from './counted-limit.ts'
import { storedBytesLimit } from './stored-bytes.ts'

/** By owner, what was last added up. */
export type StoredSums = Map<string, { readonly used: number; readonly at: Date }>

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** What this process has added up; absent: it adds up each time. */
    readonly storedSums?: StoredSums
  }
}

/** Milliseconds for which a sum is used again: adding up takes longer than a start. */
const FRESH_MS = 60_000
/** The share of the limit from which on it is added up each time. */
const NEARLY_FULL = 0.9
/** The most sums that a process keeps. */
const SUMS_MAX = 10_000

type Reader = Pick<Context, 'db' | 'now' | 'storedSums'>

/** @throws AppError `conflict` when the owner has the most that the limit allows */
export async function assertStoredRoom(ctx: Reader, ownerId: string): Promise<void> {
  if (await hadRoom(ctx, ownerId)) return
  const { used, most } = await readRoom(ctx.db, storedBytesLimit, ownerId)
  remember(ctx, ownerId, used)
  if (used < most) return
  const whom = teamOf(ownerId) === null ? 'you' : 'the team'
  throw new AppError(
    'conflict',
    `${used} bytes are stored for ${whom}, and the limit is ${most}. No run starts until there is room; runs under way go on.`,
    {
      fix: 'Ask an admin for a higher limit (access.set_limit); access.usage shows what is used. Deleting a webhook deletes what it was told.',
    },
  )
}

async function hadRoom({ db, now, storedSums }: Reader, ownerId: string): Promise<boolean> {
  const known = storedSums?.get(ownerId)
  if (known === undefined || now.getTime() - known.at.getTime() > FRESH_MS) return false
  return known.used < NEARLY_FULL * (await readMost(db, storedBytesLimit, ownerId))
}

function remember({ now, storedSums }: Reader, ownerId: string, used: number): void {
  if (storedSums === undefined) return
  if (storedSums.size >= SUMS_MAX) storedSums.clear()
  storedSums.set(ownerId, { used, at: now })
}
