/**
 * Synchronizes an account: sends the commands that wait, in their order, and reads what has changed, in one request. The
 * changes, the outcome of each command and the new token are stored in one transaction. A request whose answer is lost is
 * made again with the same commands, of which Todoist runs each once.
 */
import { eq, sql } from 'drizzle-orm'
import { type AppError, toAppError } from '../../../core/errors.ts'
import type { TodoistAnswer } from '../../../core/outbound/todoist.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import type { SyncParts } from '../../accounts/sync-parts.ts'
import { connectedAccounts } from '../../accounts/tables.ts'
import type { Db } from '../../db/db.ts'
import { todoistItems as items, todoistAccounts as mirrors, todoistThings as things } from '../tables.ts'
import { TODOIST } from '../todoist.ts'
import { applyChanges } from './apply-changes.ts'
import { type Lease, lockMirror, type MirrorRow, takeLease } from './lease.ts'
import { nextAfter } from './next-sync.ts'
import { hasUnsent, takeBatch } from './open-commands.ts'
import { growingPauseMs } from './pause.ts'
import { countUsed, type Extent, freeFrom } from './quota.ts'
import { readSyncAnswer, type SyncAnswer, zoneOfUser } from './read-wire.ts'
import { type CommandRow, settleCommands } from './settle-commands.ts'
import { mirrorUri } from './uri.ts'

/** Requests in a row for one account, after which others get their turn. */
const ROUNDS_MAX = 20
/** The most milliseconds before a request is made again that failed without saying when. */
const PAUSE_MAX_MS = 5 * 60_000
/** Milliseconds before the next request after one that Todoist refuses as a whole. */
const REFUSED_WAIT_MS = 15 * 60_000

export type SyncOutcome =
  | { readonly kind: 'synced' }
  /** Another process has the account. */
  | { readonly kind: 'busy' }
  /** `until` null: until a person does something about it. */
  | { readonly kind: 'waits'; readonly until: Date | null; readonly because: string }

/** Does not throw for what Todoist says or does not say. */
export async function syncAccount(parts: SyncParts, accountId: string): Promise<SyncOutcome> {
  const lease = await takeLease(parts, accountId)
  if (lease === undefined) return { kind: 'busy' }
  try {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const outcome = await exchange(parts, lease)
      if (outcome !== 'more') return outcome
    }
    return { kind: 'synced' }
  } finally {
    await lease.end()
    const { spaceId } = (await findMirror(parts.db, accountId)) ?? {}
    if (spaceId !== undefined) parts.publish({ uris: [mirrorUri(accountId)], spaceId })
  }
}

async function findMirror(db: Db, accountId: string): Promise<MirrorRow | undefined> {
  const [row] = await db.select().from(mirrors).where(eq(mirrors.accountId, accountId))
  return row
}

/** A request that is about to be made. */
interface Begun {
  readonly mirror: MirrorRow
  readonly sent: readonly CommandRow[]
}

/** One request, and what follows from it. */
async function exchange(parts: SyncParts, lease: Lease): Promise<SyncOutcome | 'more'> {
  const { accountId } = lease
  const [account] = await parts.db.select().from(connectedAccounts).where(eq(connectedAccounts.id, accountId))
  if (account === undefined) return { kind: 'synced' }
  const lent = parts.lend(account.ownerId)
  try {
    const client = await lent.account(TODOIST, accountId)
    const begun = await begin(parts, lease)
    if ('kind' in begun) return begun
    const { mirror, sent } = begun
    const asked = { syncToken: mirror.syncToken, commands: sent.map(commandOf) }
    return await conclude(parts, { lease, begun, answer: await client.sync(asked, lease.signal) })
  } catch (thrown) {
    const error = toAppError(await lent.failed(thrown))
    return await waitFor(parts, lease, error)
  }
}

function commandOf({ id, type, args, makes }: CommandRow) {
  return { type, uuid: id, ...(makes && { temp_id: id }), args }
}

/** Marks commands before they are sent: one that is still marked afterwards may have arrived. */
async function begin(parts: SyncParts, lease: Lease): Promise<Begun | SyncOutcome> {
  const now = parts.now()
  return await parts.transaction(async ({ db }): Promise<Begun | SyncOutcome> => {
    const mirror = await lockMirror(db, lease)
    const extent: Extent = mirror.syncToken === null ? 'full' : 'partial'
    const until = laterOf(mirror.waitingUntil, freeFrom(mirror.usage, extent, now))
    if (until !== undefined && until > now) return { kind: 'waits', until, because: whyOf(mirror, now) }
    const sent = await takeBatch(db, lease.accountId, now)
    await db
      .update(mirrors)
      .set({ usage: countUsed(mirror.usage, extent, now) })
      .where(eq(mirrors.accountId, lease.accountId))
    return { mirror, sent }
  })
}

function laterOf(one: Date | null, other: Date | undefined): Date | undefined {
  if (one === null) return other
  return other === undefined || one > other ? one : other
}

function whyOf({ waitingUntil, waitingBecause }: MirrorRow, now: Date): string {
  if (waitingUntil !== null && waitingUntil > now && waitingBecause !== null) return waitingBecause
  return 'The gateway has used its part of what Todoist allows in 15 minutes.'
}

interface Exchanged {
  readonly lease: Lease
  readonly begun: Begun
  readonly answer: TodoistAnswer
}

async function conclude(
  parts: SyncParts,
  { lease, begun, answer }: Exchanged,
): Promise<SyncOutcome | 'more'> {
  const { failures, syncToken } = begun.mirror
  switch (answer.kind) {
    case 'ok':
      return await store(parts, lease, { ...begun, body: answer.body })
    case 'limited':
      return await pause(parts, lease, {
        afterMs: answer.retryAfterMs,
        because: 'Todoist takes no more requests for now.',
      })
    case 'unclear':
      return await pause(parts, lease, {
        afterMs: answer.retryAfterMs ?? growingPauseMs(failures + 1, PAUSE_MAX_MS),
        because: `Todoist could not be reached: ${answer.why}.`,
      })
    case 'refused': {
      const { status, message } = answer.fault
      // A token that Todoist no longer knows: everything is read.
      if (syncToken !== null && status === BAD_REQUEST) return await forgetToken(parts, lease)
      parts.log.warn({ accountId: lease.accountId, status, message }, 'Todoist refuses to be synchronized')
      return await pause(parts, lease, {
        afterMs: REFUSED_WAIT_MS,
        because: `Todoist refuses the request: ${message}`,
      })
    }
  }
}

const BAD_REQUEST = 400

async function forgetToken({ db }: SyncParts, { accountId }: Lease): Promise<'more'> {
  await db.update(mirrors).set({ syncToken: null }).where(eq(mirrors.accountId, accountId))
  return 'more'
}

interface Pause {
  readonly afterMs: number
  readonly because: string
}

/** For every process: the row says until when Todoist is left alone. */
async function pause(parts: SyncParts, lease: Lease, { afterMs, because }: Pause): Promise<SyncOutcome> {
  const until = new Date(parts.now().getTime() + afterMs)
  await parts.transaction(async ({ db }) => {
    await lockMirror(db, lease)
    await db
      .update(mirrors)
      .set({
        ...{ waitingUntil: until, waitingBecause: because, nextAt: until },
        failures: sql`${mirrors.failures} + 1`,
      })
      .where(eq(mirrors.accountId, lease.accountId))
  })
  return { kind: 'waits', until, because }
}

/** Where the account itself cannot be used. */
async function waitFor(parts: SyncParts, lease: Lease, error: AppError): Promise<SyncOutcome> {
  const { code, message, fix, retryAfterMs } = error
  if (code === 'conflict' || lease.signal.aborted) return { kind: 'busy' }
  if (code === 'internal') {
    parts.log.error(
      { err: error.cause, accountId: lease.accountId },
      'a Todoist account was not synchronized',
    )
    return await pause(parts, lease, { afterMs: growingPauseMs(1, PAUSE_MAX_MS), because: message })
  }
  if (retryAfterMs !== undefined)
    return await pause(parts, lease, { afterMs: retryAfterMs, because: message })
  return { kind: 'waits', until: null, because: fix === undefined ? message : `${message} ${fix}` }
}

interface Answered extends Begun {
  readonly body: JsonObject
}

async function store(
  parts: SyncParts,
  lease: Lease,
  { sent, body }: Answered,
): Promise<SyncOutcome | 'more'> {
  const answer = readSyncAnswer(body)
  const now = parts.now()
  const isMore = await parts.transaction(async ({ db }) => {
    const mirror = await lockMirror(db, lease)
    const { accountId, spaceId } = mirror
    const userWire = answer.user ?? mirror.userWire
    const timeZone = zoneOfUser(userWire)
    await settleCommands(db, { sent, answer, now })
    await applyChanges(db, { answer, now, mirrored: { accountId, spaceId, timeZone } })
    await db
      .update(mirrors)
      .set({
        ...progressOf(mirror, answer, now),
        userWire,
        planWire: answer.user_plan_limits?.current ?? mirror.planWire,
      })
      .where(eq(mirrors.accountId, accountId))
    return (await hasUnsent(db, accountId, now)) || hasMovedZone(mirror, timeZone)
  })
  if (answer.full_sync && answer.items.length >= MANY_TASKS)
    await parts.db.execute(sql`analyze ${items}, ${things}`)
  return isMore ? 'more' : { kind: 'synced' }
}

/** The tasks of a full answer after which the database counts again: its plans would be those of an empty table. */
const MANY_TASKS = 500

/** The days of tasks with a time follow from the user's time zone: after it changed, everything is read. */
function hasMovedZone({ userWire }: MirrorRow, timeZone: string): boolean {
  return userWire !== null && zoneOfUser(userWire) !== timeZone
}

function progressOf(mirror: MirrorRow, answer: SyncAnswer, now: Date) {
  const timeZone = zoneOfUser(answer.user ?? mirror.userWire)
  return {
    syncToken: hasMovedZone(mirror, timeZone) ? null : answer.sync_token,
    syncedAt: now,
    fullAt: answer.full_sync ? now : mirror.fullAt,
    ...{ waitingUntil: null, waitingBecause: null, failures: 0 },
    nextAt: nextAfter(mirror, now),
  }
}
