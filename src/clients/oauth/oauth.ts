/** Asks services that speak OAuth 2 for tokens. */
import * as oauth from 'oauth4webapi'
import { GrantRefused, type OAuth, type OAuthService, type Tokens } from '../../core/area/oauth.ts'
import { AppError } from '../../core/errors.ts'
import { isLoopback } from '../../core/loopback.ts'
import { cutText } from '../../core/text/cut.ts'

/** Errors with which a service refuses a code or a refresh token itself (RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6). */
const REFUSALS: readonly string[] = [
  'invalid_grant',
  'access_denied',
  'consent_required',
  'interaction_required',
]
const TOO_MANY_REQUESTS = 429
const SERVER_ERROR = 500
const SECOND_MS = 1000
/** The longest pause that a service may ask for, in milliseconds. */
const RETRY_AFTER_MAX_MS = 3_600_000
/** The most characters shown of an error code that a service gives. */
const CODE_MAX_CHARS = 60

export function createOAuth(): OAuth {
  return {
    exchange: (service, { code, verifier, redirectUri }, signal) =>
      askForTokens(service, async ({ server, client, authentication, options }) => {
        // The caller has checked the state. The library takes only parameters that have passed its own check.
        const sent = new URLSearchParams({ code })
        const parameters = oauth.validateAuthResponse(server, client, sent, oauth.skipStateCheck)
        const answer = await oauth.authorizationCodeGrantRequest(
          ...([server, client, authentication, parameters, redirectUri, verifier] as const),
          { ...options, signal },
        )
        assertAnswered(service, answer)
        return await oauth.processAuthorizationCodeResponse(server, client, answer)
      }),
    refresh: (service, refreshToken, signal) =>
      askForTokens(service, async ({ server, client, authentication, options }) => {
        const given = { ...options, signal }
        const answer = await oauth.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          refreshToken,
          given,
        )
        assertAnswered(service, answer)
        return await oauth.processRefreshTokenResponse(server, client, answer)
      }),
    async revoke(service, token, signal) {
      const { server, client, authentication } = partiesOf(service)
      const given = { ...optionsFor(service.revocationUrl ?? ''), signal }
      try {
        const answer = await oauth.revocationRequest(server, client, authentication, token, given)
        await oauth.processRevocationResponse(answer)
      } catch (thrown) {
        throw notRevoked(service, thrown)
      }
    },
  }
}

type Parties = ReturnType<typeof partiesOf>

function partiesOf({ tokenUrl, revocationUrl, issuer, clientId, clientSecret }: OAuthService) {
  const { origin } = new URL(tokenUrl)
  const revocation = revocationUrl === undefined ? {} : { revocation_endpoint: revocationUrl }
  return {
    server: { issuer: issuer ?? origin, token_endpoint: tokenUrl, ...revocation },
    client: { client_id: clientId },
    authentication: clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret),
    options: optionsFor(tokenUrl),
  }
}

/** Services on this machine may do without TLS. */
function optionsFor(url: string) {
  const { protocol, hostname } = new URL(url)
  return { [oauth.allowInsecureRequests]: protocol === 'http:' && isLoopback(hostname) }
}

/** @throws AppError in place of the errors of the library, which hold the answer and with it perhaps a token */
async function askForTokens(
  service: OAuthService,
  ask: (parties: Parties) => Promise<oauth.TokenEndpointResponse>,
): Promise<Tokens> {
  try {
    const answer = await ask(partiesOf(service))
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresInSeconds: answer.expires_in,
      scopes: answer.scope?.split(/[ ,]/).filter((scope) => scope !== ''),
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    throw thrown instanceof oauth.ResponseBodyError ? refusal(service, thrown) : noToken(service, thrown)
  }
}

/** An answer that says nothing of the code or the refresh token. @throws AppError `rate_limited`, `unavailable` */
function assertAnswered(service: OAuthService, { status, headers }: Response): void {
  if (status < SERVER_ERROR && status !== TOO_MANY_REQUESTS) return
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = seconds > 0 ? Math.min(seconds * SECOND_MS, RETRY_AFTER_MAX_MS) : undefined
  const code = status === TOO_MANY_REQUESTS ? 'rate_limited' : 'unavailable'
  throw new AppError(code, `${service.title} gave no token, but the status ${status}.`, {
    fix: 'Try again in a moment.',
    retryAfterMs,
  })
}

function refusal(service: OAuthService, { error, message }: oauth.ResponseBodyError): AppError {
  const cause = new Error(message)
  if (REFUSALS.includes(error)) return new GrantRefused(service, cause)
  const { title } = service
  return new AppError(
    'not_configured',
    `${title} refuses this gateway: ${cutText(error, CODE_MAX_CHARS, '…')}.`,
    {
      fix: `Correct the client id and secret of ${title} in the settings, and the redirect address at ${title}.`,
      cause,
    },
  )
}

function noToken({ title }: OAuthService, thrown: unknown): AppError {
  return new AppError('unavailable', `${title} gave no token.`, {
    fix: 'Try again in a moment.',
    cause: withoutAnswer(thrown),
  })
}

function notRevoked({ title }: OAuthService, thrown: unknown): AppError {
  const code = thrown instanceof oauth.ResponseBodyError ? thrown.error : undefined
  const why = code === undefined ? '' : `: ${cutText(code, CODE_MAX_CHARS, '…')}`
  return new AppError('unavailable', `${title} did not revoke the token${why}.`, {
    cause: withoutAnswer(thrown),
  })
}

/** The errors of the library hold the answer, and with it perhaps a token. */
function withoutAnswer(thrown: unknown): Error {
  return new Error(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'unknown')
}
