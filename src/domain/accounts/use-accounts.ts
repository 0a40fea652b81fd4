/**
 * Lends accounts to the outside part of operations: opens a client with the secret of an account, and marks the account
 * as broken when its service refuses it. Secrets never leave this file but to the clients of connectors.
 */
import {
  type AccountAtService,
  type AccountClients,
  AccountRefused,
  type Connector,
  refusedIn,
  wayToConnect,
} from '../../core/area/connector.ts'
import { GrantRefused, type OAuth } from '../../core/area/oauth.ts'
import { publishRecorded } from '../../core/call/after-commit.ts'
import type { Lent, Runtime } from '../../core/call/runtime.ts'
import { AppError, withoutSecrets } from '../../core/errors.ts'
import type { ReachContext } from '../../core/operation/context.ts'
import { maskLately } from '../../core/text/redact.ts'
import type { Database } from '../db/db.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import type { OpenSecret, Secrets } from '../secrets/secrets.ts'
import { type AccountRow, accountUri, missingScopes } from './account.ts'
import { type AccountSecret, readAccountSecret, secretName, tokenOf } from './account-secret.ts'
import { findConnector } from './connectors.ts'
import { identify, redeemConsent } from './redeem-consent.ts'
import { createRefresh } from './refresh-token.ts'
import { type Revocation, revokeToken } from './revoke-token.ts'
import { type AcceptedAccount, findAccount, findUsable, getUsable, markBroken, noteRefused } from './store.ts'

declare module '../../core/operation/context.ts' {
  interface ReachResources {
    /**
     * A client that acts with an account of the caller. `accountId`: needed only where the caller has several.
     * @throws AppError `not_configured` when none is connected or it is broken, `invalid_input` when several fit
     */
    account<Name extends keyof AccountClients & string>(
      name: Name,
      accountId?: string,
    ): Promise<AccountClients[Name]>
    readonly services: Services
  }
}

/** What the operations about accounts themselves ask of services. */
export interface Services {
  /** @throws AppError `invalid_input` when the service does not accept the token */
  identify(connector: Connector, token: string): Promise<AccountAtService>
  /**
   * Uses up a consent that came back, and exchanges its code for the tokens of the account.
   * @throws AppError `invalid_input` for a consent of another person, or one that has expired or was used
   */
  redeem(returned: { readonly state: string; readonly code: string }): Promise<AcceptedAccount>
  /** Ends the token of the account at its service, where the service has a way. */
  revoke(account: AccountRow): Promise<Revocation>
  /** Asks the service whether it still accepts the account. @throws AppError; `AccountRefused` */
  check(account: AccountRow): Promise<AccountAtService>
}

export interface AccountsParts {
  readonly database: Pick<Database, 'db' | 'transaction'>
  readonly secrets: Secrets
  readonly openSecret: OpenSecret
  readonly connectors: readonly Connector[]
  readonly ring: KeyRing
  readonly oauth: OAuth
  readonly publish: Runtime['publish']
}

type Basis = Parameters<Runtime['lend']>[0]

/** Milliseconds for which an access token is new: a service that refuses it then refuses the account. */
const NEW_TOKEN_MS = 60_000
/** Milliseconds after which a call whose token was refused may be made again. */
const RETRY_AFTER_MS = 1_000

/** Builds what lends accounts, once. */
export function createAccounts(parts: AccountsParts): Runtime['lend'] {
  const refresh = createRefresh(parts)

  async function tokenFor(ctx: Basis, row: AccountRow, connector: Connector): Promise<string> {
    const text = await parts.openSecret(parts.database.db, secretName(row.id))
    if (text === undefined) throw new AccountRefused(row, connector)
    const secret = readAccountSecret(text)
    maskLately(secretTexts(secret))
    return secret.kind === 'token' ? secret.token : tokenOf(await refresh(ctx, { row, connector, secret }))
  }

  async function openClient(
    ctx: Basis,
    row: AccountRow,
    used: Set<string>,
  ): Promise<{ connector: Connector; client: unknown }> {
    const connector = findConnector(parts.connectors, row.connector)
    const token = await tokenFor(ctx, row, connector)
    used.add(token)
    const refused = (cause?: unknown) => new AccountRefused(row, connector, cause)
    return { connector, client: connector.open({ token, settings: ctx.settings, refused }) }
  }

  function servicesOf(ctx: Basis, used: Set<string>): Services {
    return {
      identify(connector, token) {
        maskLately([token])
        used.add(token)
        return identify(ctx, connector, token)
      },
      redeem: (returned) => redeemConsent({ ...parts, used }, ctx, returned),
      revoke: (row) =>
        revokeToken(parts, ctx, { row, connector: findConnector(parts.connectors, row.connector) }),
      async check(row) {
        const { connector, client } = await openClient(ctx, row, used)
        return await connector.check(client, ctx.signal)
      },
    }
  }

  /** Only the first refusal of an account marks it, so that its owner is told once. */
  async function noteRefusal(ctx: Basis, refused: AccountRefused): Promise<AppError> {
    const { db } = parts.database
    const { accountId, message } = refused
    if (await canRefresh(ctx, refused)) {
      await noteRefused({ db, now: ctx.now }, accountId)
      return refreshNext(refused)
    }
    const marked = await markBroken({ db, now: ctx.now, newId: ctx.newId }, accountId, message)
    if (marked === undefined) return refused
    publishRecorded(parts, marked)
    const row = await findAccount(db, accountId)
    if (row !== undefined) parts.publish({ uris: [accountUri(accountId)], spaceId: row.spaceId })
    ctx.log.warn({ accountId, connector: row?.connector }, 'an account is broken: its service refuses it')
    return refused
  }

  /** Whether a refused access token can be replaced: a service may end one early. A new one that is refused is enough. */
  async function canRefresh({ now }: Basis, { accountId, cause }: AccountRefused): Promise<boolean> {
    if (cause instanceof GrantRefused) return false
    const text = await parts.openSecret(parts.database.db, secretName(accountId))
    const secret = text === undefined ? undefined : readAccountSecret(text)
    if (secret?.kind !== 'oauth' || secret.refreshToken === null) return false
    return now.getTime() - secret.obtainedAtMs > NEW_TOKEN_MS
  }

  return (ctx): Lent => {
    /** The tokens that services were sent: an error that repeats one of them is shown without it. */
    const used = new Set<string>()
    return {
      resources: {
        account: async (name, accountId) => {
          const row = await chooseAccount(ctx, findConnector(parts.connectors, name), accountId)
          return (await openClient(ctx, row, used)).client as AccountClients[typeof name]
        },
        services: servicesOf(ctx, used),
      },
      async failed(thrown) {
        const refused = refusedIn(thrown)
        if (refused === undefined) return withoutSecrets(thrown, used)
        try {
          return await noteRefusal(ctx, refused)
        } catch (err) {
          ctx.log.error({ err, accountId: refused.accountId }, 'a broken account could not be marked')
          return refused
        }
      },
    }
  }
}

/** The account that is meant; a broken one is not asked for again. */
async function chooseAccount(
  ctx: Pick<ReachContext, 'db' | 'actor'>,
  connector: Connector,
  accountId: string | undefined,
): Promise<AccountRow> {
  const found =
    accountId === undefined
      ? await findUsable(ctx, connector.name)
      : [await getUsable(ctx, accountId, connector.name)]
  const [row, ...others] = found.filter(({ state }) => state === 'connected')
  if (row === undefined) throw noneConnected(connector, found[0])
  if (others.length > 0) throw severalConnected(connector, [row, ...others])
  const missing = missingScopes(connector, row)
  if (missing.length > 0) throw needsConsent(connector, row, missing)
  return row
}

function noneConnected({ name, title }: Connector, broken: AccountRow | undefined): AppError {
  const message =
    broken === undefined
      ? `No account of ${title} is connected.`
      : `The account ${broken.name} of ${title} is broken: ${broken.brokenBecause}`
  return new AppError('not_configured', message, {
    fix: broken === undefined ? `Connect one: switchboard accounts connect ${name}` : wayToConnect(name),
  })
}

function severalConnected({ title }: Connector, rows: readonly AccountRow[]): AppError {
  const named = rows.map(({ id, name }) => `${id} (${name})`).join(', ')
  return new AppError('invalid_input', `Several accounts of ${title} are connected.`, {
    fix: `Name one of them: ${named}.`,
    issues: [{ path: 'accountId', message: 'needed, because several accounts are connected' }],
  })
}

function needsConsent({ name, title }: Connector, row: AccountRow, missing: readonly string[]): AppError {
  const what = missing.join(', ')
  return new AppError('not_configured', `The account ${row.name} of ${title} was not granted: ${what}.`, {
    fix: wayToConnect(name),
  })
}

/** Nothing was done with a token that was refused. */
function refreshNext(refused: AccountRefused): AppError {
  return new AppError('rate_limited', refused.message, {
    fix: 'Call again: the token is refreshed first.',
    retryAfterMs: RETRY_AFTER_MS,
    cause: refused,
  })
}

function secretTexts(secret: AccountSecret): string[] {
  return secret.kind === 'token' ? [secret.token] : [secret.accessToken, secret.refreshToken ?? '']
}
