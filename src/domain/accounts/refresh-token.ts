/**
 * Keeps the access token of an account fresh. One process at a time refreshes it: services give a new refresh token
 * each time and take a second use of the old one for theft. No transaction is open while the service is asked.
 */
import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { AccountRefused, type Connector } from '../../core/area/connector.ts'
import { GrantRefused, type OAuth, type Tokens } from '../../core/area/oauth.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { retry } from '../../core/retry.ts'
import { maskLately } from '../../core/text/redact.ts'
import type { Database } from '../db/db.ts'
import type { OpenSecret, Secrets } from '../secrets/secrets.ts'
import type { AccountRow } from './account.ts'
import { type OAuthSecret, readAccountSecret, secretName, secretOf } from './account-secret.ts'
import { oauthServiceOf } from './oauth-service.ts'
import { connectedAccounts as accounts } from './tables.ts'

/** Milliseconds before its end from which an access token is refreshed: a call with it may take as long. */
const EARLY_MS = 60_000
/** Milliseconds within which the service must answer. */
const ANSWER_MAX_MS = 15_000
/** Milliseconds after which a refresh counts as interrupted: longer than the answer and its storing take. */
const LEASE_MS = 45_000
/** Milliseconds for which another process's refresh is waited for, and between two looks at it. */
const WAIT_MAX_MS = 20_000
const WAIT_POLL_MS = 200
/** Milliseconds after which a caller may try again when the service could not be asked. */
const RETRY_AFTER_MS = 10_000

interface RefreshParts {
  readonly database: Pick<Database, 'db' | 'transaction'>
  readonly secrets: Secrets
  readonly openSecret: OpenSecret
  readonly oauth: OAuth
}

interface Stored {
  readonly row: Pick<AccountRow, 'id' | 'name' | 'refusedAt'>
  readonly connector: Connector
  readonly secret: OAuthSecret
}

type Basis = Parameters<Runtime['lend']>[0]

/** Another process is refreshing the token. */
class UnderWay extends Error {}

export function createRefresh({ database, secrets, openSecret, oauth }: RefreshParts) {
  const { db } = database

  /**
   * The secret with an access token that is still valid.
   * @throws AppError; `AccountRefused` when the service refuses the refresh for good
   */
  return async function refresh(ctx: Basis, stored: Stored): Promise<OAuthSecret> {
    if (isFresh(stored.secret, stored.row, ctx.now)) return stored.secret
    return await retry(() => refreshOnce(ctx, stored), {
      retryIf: (thrown) => thrown instanceof UnderWay,
      delayMs: () => WAIT_POLL_MS,
      withinMs: WAIT_MAX_MS,
      signal: ctx.signal,
    }).catch((thrown: unknown) => {
      throw thrown instanceof UnderWay ? stillUnderWay(stored) : thrown
    })
  }

  async function refreshOnce(ctx: Basis, stored: Stored): Promise<OAuthSecret> {
    const { row } = stored
    const leaseId = ctx.newId('req')
    if (!(await claim(row.id, leaseId))) {
      const secret = await readSecret(row.id)
      if (secret !== undefined && isFresh(secret, row, ctx.now)) return secret
      throw new UnderWay()
    }
    try {
      // Another process may have refreshed it since it was read.
      const secret = (await readSecret(row.id)) ?? stored.secret
      if (isFresh(secret, row, ctx.now)) return secret
      const tokens = await ask(ctx, { ...stored, secret })
      return await keep(ctx, { row, leaseId, secret: secretOf(tokens, ctx.now, secret), tokens })
    } finally {
      await letGo(row.id, leaseId)
    }
  }

  async function ask(ctx: Basis, { row, connector, secret }: Stored): Promise<Tokens> {
    const { connecting } = connector
    if (secret.refreshToken === null || connecting.kind !== 'oauth') throw new AccountRefused(row, connector)
    const service = oauthServiceOf(connector, connecting, ctx.settings)
    try {
      // Not the caller's signal: a caller that goes away must not lose a token that the service has already replaced.
      const tokens = await oauth.refresh(service, secret.refreshToken, AbortSignal.timeout(ANSWER_MAX_MS))
      maskLately([tokens.accessToken, tokens.refreshToken ?? ''])
      return tokens
    } catch (thrown) {
      if (thrown instanceof GrantRefused) throw new AccountRefused(row, connector, thrown)
      throw cannotRefresh(connector, thrown)
    }
  }

  /** The new tokens are stored before they are used. */
  async function keep(ctx: Basis, { row, leaseId, secret, tokens }: Refreshed): Promise<OAuthSecret> {
    await database.transaction(async (tx) => {
      const held = await tx
        .update(accounts)
        .set({
          ...{ refreshId: null, refreshUntil: null, updatedAt: ctx.now },
          ...(tokens.scopes !== undefined && { scopes: [...tokens.scopes] }),
        })
        .where(and(eq(accounts.id, row.id), eq(accounts.refreshId, leaseId)))
        .returning({ id: accounts.id })
      // It was connected again, or disconnected, meanwhile.
      if (held.length === 0) throw stillUnderWay({ row })
      await secrets.put(tx, { name: secretName(row.id), text: JSON.stringify(secret), now: ctx.now })
    })
    return secret
  }

  async function claim(id: string, leaseId: string): Promise<boolean> {
    const isFree = or(isNull(accounts.refreshUntil), sql`${accounts.refreshUntil} < clock_timestamp()`)
    const claimed = await db
      .update(accounts)
      .set({
        refreshId: leaseId,
        refreshUntil: sql`clock_timestamp() + ${LEASE_MS} * interval '1 millisecond'`,
      })
      .where(and(eq(accounts.id, id), isFree))
      .returning({ id: accounts.id })
    return claimed.length > 0
  }

  async function letGo(id: string, leaseId: string): Promise<void> {
    await db
      .update(accounts)
      .set({ refreshId: null, refreshUntil: null })
      .where(and(eq(accounts.id, id), eq(accounts.refreshId, leaseId)))
  }

  async function readSecret(id: string): Promise<OAuthSecret | undefined> {
    const text = await openSecret(db, secretName(id))
    const secret = text === undefined ? undefined : readAccountSecret(text)
    return secret?.kind === 'oauth' ? secret : undefined
  }
}

interface Refreshed {
  readonly row: Stored['row']
  readonly leaseId: string
  readonly secret: OAuthSecret
  readonly tokens: Tokens
}

/** Whether the access token can be used; one whose end is unknown is used until it is refused. */
function isFresh(
  { expiresAtMs, obtainedAtMs }: OAuthSecret,
  { refusedAt }: Stored['row'],
  now: Date,
): boolean {
  if (refusedAt !== null && obtainedAtMs < refusedAt.getTime()) return false
  return expiresAtMs === null || now.getTime() < expiresAtMs - EARLY_MS
}

/** Not `unavailable`: the call has done nothing yet, so that it can be made again in any case. */
function cannotRefresh({ title }: Connector, cause: unknown): AppError {
  const { code, message, fix, retryAfterMs = RETRY_AFTER_MS } = toAppError(cause)
  if (code === 'not_configured') return new AppError(code, message, { fix, cause })
  return new AppError('rate_limited', `${title} cannot refresh the token right now.`, {
    fix: 'Try again in a moment.',
    retryAfterMs,
    cause,
  })
}

function stillUnderWay({ row }: { readonly row: Stored['row'] }): AppError {
  return new AppError('rate_limited', `The token of the account ${row.name} is being refreshed.`, {
    fix: 'Try again in a moment.',
    retryAfterMs: WAIT_POLL_MS,
  })
}
