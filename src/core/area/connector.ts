/** A connector describes how an account at another service is connected, checked and opened. */
import { AppError } from '../errors.ts'
import type { Context } from '../operation/context.ts'
import type { Setting, Settings } from './setting.ts'

/**
 * Clients by the names of their connectors. Each area adds its own (`declare module`), so that `ctx.account(name)` has
 * the type of the client.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface AccountClients {}

/** An address of a service; a service that people host themselves has another for each gateway. */
type ServiceUrl = string | ((settings: Settings) => string)

/** Consent at a service: OAuth 2 with an authorization code and PKCE. */
export interface OAuthConsent {
  readonly kind: 'oauth'
  readonly authorizeUrl: ServiceUrl
  readonly tokenUrl: ServiceUrl
  /** Where a token is ended when its account is disconnected (RFC 7009); absent: the service has no such address. */
  readonly revocationUrl?: ServiceUrl
  /** Whose ID tokens are accepted, where the service gives any; absent: the origin of `tokenUrl`. */
  readonly issuer?: string
  /** What the gateway may do there. When a scope is added, people are asked to connect their accounts again. */
  readonly scopes: readonly string[]
  /** What stands between scopes in the address of consent; absent: a blank, as OAuth 2 has it. */
  readonly scopeSeparator?: ','
  readonly clientId: Setting<string | undefined>
  /** Absent or unset: the service knows the gateway as a public client. */
  readonly clientSecret?: Setting<string | undefined>
  /** Set: people may paste a token instead, and must where the operator has not registered the gateway. */
  readonly pasted?: { readonly whereToFind: string }
  /** Further fields of the address of consent, such as Google's `access_type: offline`. */
  readonly authorizeFields?: Readonly<Record<string, string>>
}

/** A pasted token, or consent at the service. */
export type Connecting = { readonly kind: 'token'; readonly whereToFind: string } | OAuthConsent

/** The right to act with an account. */
export interface Access {
  readonly token: string
  readonly settings: Settings
  /**
   * The error that a client throws when the service refuses the token, as with 401: the account is then broken, or its
   * token is refreshed. Not for what the account may not do there, or for a service that is unavailable.
   */
  refused(cause?: unknown): AppError
}

/** An account as its service knows it. */
export interface AccountAtService {
  /** The service's own id of the account, which never changes. */
  readonly id: string
  /** By which a person recognizes it: an e-mail address, the name of a workspace. */
  readonly name: string
}

export interface Connector<Client = unknown> {
  /** The name of the service, as in `ctx.account(name)`: in kebab-case. */
  readonly name: string
  /** For people: `Todoist`. */
  readonly title: string
  readonly connecting: Connecting
  /** Opens a client of the service that acts with the account. */
  open(access: Access): Client
  /** @throws AppError from `access.refused` when the service refuses the token */
  check(client: Client, signal: AbortSignal): Promise<AccountAtService>
  /**
   * Called before an account is disconnected, for what its person has to decide first.
   * @throws AppError `conflict`
   */
  assertEndable?(ctx: Pick<Context, 'db'>, accountId: string): Promise<void>
}

export function defineConnector<Client>(spec: Connector<Client>): Connector {
  return spec as Connector
}

/** A service refuses the token of an account. */
export class AccountRefused extends AppError {
  readonly accountId: string

  constructor(
    account: { readonly id: string; readonly name: string },
    { name, title }: Connector,
    cause?: unknown,
  ) {
    super('not_configured', `${title} no longer accepts the token of the account ${account.name}.`, {
      fix: wayToConnect(name),
      cause,
    })
    this.name = 'AccountRefused'
    this.accountId = account.id
  }
}

/** The refusal of an account somewhere in the causes of an error: clients wrap what they throw. */
export function refusedIn(thrown: unknown): AccountRefused | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof AccountRefused) return error
  }
  return undefined
}

export function serviceUrl(url: ServiceUrl, settings: Settings): string {
  return typeof url === 'string' ? url : url(settings)
}

export function wayToConnect(connector: string): string {
  return `Connect it again: switchboard accounts connect ${connector}`
}
