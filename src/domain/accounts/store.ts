/** Connected accounts in the database. */
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Recorded } from '../../core/call/ledger.ts'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { cutText } from '../../core/text/cut.ts'
import { endableBy, heldBy, mayOnlyRead, readNewest, spacedKind, visibleTo } from '../access/visible-to.ts'
import { changesOf } from '../db/changes-of.ts'
import type { Db } from '../db/db.ts'
import { heardOfRows, recordedIn } from '../outbox/hear.ts'
import { ACCOUNT_NAME_MAX_CHARS, type AccountRow, accountUri } from './account.ts'
import { accountBroken, brokenEvent } from './account-events.ts'
import { type AccountSecret, secretName } from './account-secret.ts'
import { connectedAccounts as accounts } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor'>
type Writer = Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'secrets'>

export const accountKind = spacedKind('account', accounts)

/** An account that a service has just accepted. */
export interface AcceptedAccount {
  readonly connector: string
  readonly ownerId: string
  readonly outsideId: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly secret: AccountSecret
}

/** Stores an account with its secret. An account that its owner has already gets the new secret. */
export async function saveAccount(ctx: Writer, accepted: AcceptedAccount): Promise<AccountRow> {
  const { secret, ownerId, connector, outsideId } = accepted
  const name = cutText(accepted.name, ACCOUNT_NAME_MAX_CHARS, '…')
  const renewed = {
    ...{ name, scopes: [...accepted.scopes], personId: ctx.actor.personId },
    ...({
      state: 'connected',
      brokenBecause: null,
      refusedAt: null,
      refreshId: null,
      refreshUntil: null,
    } as const),
    ...{ updatedAt: ctx.now, checkedAt: ctx.now },
  }
  const fresh = {
    id: ctx.newId('account'),
    ownerId,
    spaceId: ownerId,
    connector,
    outsideId,
    createdAt: ctx.now,
  }
  const [row] = await ctx.db
    .insert(accounts)
    .values({ ...fresh, ...renewed })
    .onConflictDoUpdate({ target: [accounts.ownerId, accounts.connector, accounts.outsideId], set: renewed })
    .returning()
  if (row === undefined) throw new Error('an account was neither inserted nor updated')
  await ctx.secrets.put(ctx.db, { name: secretName(row.id), text: JSON.stringify(secret), now: ctx.now })
  return row
}

interface ListQuery {
  readonly connector?: string | undefined
  readonly state?: AccountRow['state'] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listAccounts(ctx: Reader, { connector, state, ...page }: ListQuery) {
  const isWanted = and(
    connector === undefined ? undefined : eq(accounts.connector, connector),
    state && eq(accounts.state, state),
  )
  return await readNewest(ctx, accounts, { space: accounts.spaceId, isWanted, ...page })
}

/** The accounts that the caller may act with. */
export async function findUsable(ctx: Reader, connector: string): Promise<AccountRow[]> {
  return await ctx.db
    .select()
    .from(accounts)
    .where(and(heldBy(ctx, accounts), eq(accounts.connector, connector)))
    .orderBy(accounts.id)
}

/**
 * An account that the caller may act with. `connector`: the only one that it may belong to.
 * @throws AppError `not_found`, or `forbidden` when the caller may only read it
 */
export async function getUsable(ctx: Reader, id: string, connector?: string): Promise<AccountRow> {
  return await getWhere(ctx, { id, connector }, heldBy(ctx, accounts))
}

/** The same for one that the caller may disconnect. @throws AppError `not_found`, `forbidden` */
export async function getEndable(ctx: Reader, id: string, connector?: string): Promise<AccountRow> {
  return await getWhere(ctx, { id, connector }, isEndable(ctx))
}

function isEndable(ctx: Reader): SQL {
  return endableBy(ctx, accounts, { making: 'accounts:write', changeable: heldBy(ctx, accounts) })
}

interface WantedAccount {
  readonly id: string
  readonly connector: string | undefined
}

async function getWhere(ctx: Reader, { id, connector }: WantedAccount, isAllowed: SQL): Promise<AccountRow> {
  const [found] = await ctx.db
    .select({ row: accounts, isAllowed: sql<boolean>`${isAllowed}` })
    .from(accounts)
    .where(and(visibleTo(ctx, accounts), eq(accounts.id, id)))
  if (found === undefined || (connector !== undefined && found.row.connector !== connector))
    throw notFound('account', id)
  if (!found.isAllowed) throw mayOnlyRead(`account ${id}`)
  return found.row
}

export async function findAccount(db: Db, id: string): Promise<AccountRow | undefined> {
  const [row] = await db.select().from(accounts).where(eq(accounts.id, id))
  return row
}

/** The service has just accepted the account. Undefined when it was disconnected meanwhile. */
export async function noteAccepted(
  ctx: Pick<Context, 'db' | 'now'>,
  id: string,
  name: string,
): Promise<AccountRow | undefined> {
  const accepted = {
    name: cutText(name, ACCOUNT_NAME_MAX_CHARS, '…'),
    state: 'connected',
    brokenBecause: null,
  } as const
  const [row] = await ctx.db
    .update(accounts)
    .set({ ...accepted, checkedAt: ctx.now })
    .where(eq(accounts.id, id))
    .returning()
  return row
}

/** Deletes an account and its secret. @throws AppError `not_found`, `forbidden` */
export async function deleteAccount(
  ctx: Pick<Writer, 'db' | 'actor' | 'secrets'>,
  id: string,
): Promise<AccountRow> {
  await getEndable(ctx, id)
  const [row] = await ctx.db
    .delete(accounts)
    .where(and(isEndable(ctx), eq(accounts.id, id)))
    .returning()
  if (row === undefined) throw notFound('account', id)
  await ctx.secrets.forget(ctx.db, secretName(id))
  return row
}

/** Has the access token refreshed before it is used again. */
export async function noteRefused({ db, now }: Pick<Context, 'db' | 'now'>, id: string): Promise<void> {
  await db.update(accounts).set({ refusedAt: now }).where(eq(accounts.id, id))
}

/**
 * Marks an account as broken. Undefined for all but the call that did it, so that its owner is told once; otherwise
 * whether the event has to be delivered.
 */
export async function markBroken(
  ctx: Pick<Context, 'db' | 'now' | 'newId'>,
  id: string,
  brokenBecause: string,
): Promise<Recorded | undefined> {
  const changes = {
    state: 'broken',
    brokenBecause,
    refreshId: null,
    refreshUntil: null,
    updatedAt: ctx.now,
  } as const
  const { parts, columns } = heardOfRows([brokenEvent(ctx)], sql`broken`)
  const [marked] = await ctx.db.execute(sql`
    with broken as (update ${accounts} set ${changesOf(accounts, changes)}
      where id = ${id} and state = 'connected' returning *), ${sql.join([...parts], sql`, `)}
    select ${columns} from broken`)
  return marked && recordedIn(marked)
}

/** Marks the accounts whose secrets no longer exist as broken, and tells their owners. */
export async function markSecretless(ctx: Pick<Context, 'db' | 'now' | 'emit'>): Promise<void> {
  const because = 'The key of its secret was lost.'
  const broken = await ctx.db
    .update(accounts)
    .set({ state: 'broken', brokenBecause: because, updatedAt: ctx.now })
    .where(
      sql`${accounts.state} = 'connected' and not exists (select from sealed_secrets
        where name = 'connected_accounts/' || ${accounts.id} || '/secret')`,
    )
    .returning()
  for (const { id: accountId, connector, name, spaceId } of broken) {
    const payload = { accountId, connector, name, because }
    ctx.emit(accountBroken, { uri: accountUri(accountId), spaceId, payload, concerns: [spaceId] })
  }
}
