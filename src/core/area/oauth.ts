/** What the gateway asks of a service that speaks OAuth 2. */
import { AppError } from '../errors.ts'

export interface OAuthService {
  readonly title: string
  readonly tokenUrl: string
  readonly revocationUrl: string | undefined
  /** Whose ID tokens are accepted, where the service gives any; absent: the origin of `tokenUrl`. */
  readonly issuer: string | undefined
  readonly clientId: string
  readonly clientSecret: string | undefined
}

export interface Tokens {
  readonly accessToken: string
  /** Absent: an earlier one, if the service gave one, stays valid. */
  readonly refreshToken?: string | undefined
  /** Absent: the service does not say. */
  readonly expiresInSeconds?: number | undefined
  /** Absent: as asked for. */
  readonly scopes?: readonly string[] | undefined
}

export interface CodeGrant {
  readonly code: string
  readonly verifier: string
  readonly redirectUri: string
}

export interface OAuth {
  /**
   * Exchanges the code of a consent for tokens.
   * @throws AppError; `GrantRefused` when the service refuses the code
   */
  exchange(service: OAuthService, grant: CodeGrant, signal: AbortSignal): Promise<Tokens>
  /** @throws AppError; `GrantRefused` when the service refuses the refresh token, for good */
  refresh(service: OAuthService, refreshToken: string, signal: AbortSignal): Promise<Tokens>
  /** Ends a token at the service, which has a `revocationUrl`. @throws AppError when the service did not say that it did */
  revoke(service: OAuthService, token: string, signal: AbortSignal): Promise<void>
}

/** The service refuses a code or a refresh token, and will refuse it again. */
export class GrantRefused extends AppError {
  constructor({ title }: Pick<OAuthService, 'title'>, cause: unknown) {
    super(
      'not_configured',
      `${title} refuses the consent: it was withdrawn, has expired or was used before.`,
      {
        fix: 'Connect the account again.',
        cause,
      },
    )
    this.name = 'GrantRefused'
  }
}
