/** Turns a token or a consent that a person gave into an account, as its service knows it. */
import type { AccountAtService, Connector } from '../../core/area/connector.ts'
import type { OAuth } from '../../core/area/oauth.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import { maskLately } from '../../core/text/redact.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import { newOwner } from '../teams/new-owner.ts'
import { teamOf } from '../teams/space.ts'
import { secretOf } from './account-secret.ts'
import { findConnector } from './connectors.ts'
import { ofAnother, readState, useConsent } from './consents.ts'
import { oauthServiceOf } from './oauth-service.ts'
import type { AcceptedAccount } from './store.ts'

type Basis = Parameters<Runtime['lend']>[0]

interface RedeemParts {
  readonly ring: KeyRing
  readonly connectors: readonly Connector[]
  readonly oauth: OAuth
  /** Gets the access token, which the service was sent. */
  readonly used: Set<string>
}

/** The consent is used up before the service is asked: of two that return with it, one goes on. */
export async function redeemConsent(
  { ring, connectors, oauth, used }: RedeemParts,
  ctx: Basis,
  { state, code }: { readonly state: string; readonly code: string },
): Promise<AcceptedAccount> {
  const { row, verifier } = await readState(ctx, ring, state)
  if (row.personId !== ctx.actor.personId) throw ofAnother()
  const connector = findConnector(connectors, row.connector)
  const { connecting } = connector
  if (connecting.kind !== 'oauth') throw ofAnother()
  const ownerId = await newOwner(ctx, teamOf(row.ownerId) ?? undefined)
  const service = oauthServiceOf(connector, connecting, ctx.settings)
  await useConsent(ctx, row)
  const { redirectUri } = row
  const tokens = await oauth.exchange(service, { code, verifier, redirectUri }, ctx.signal)
  maskLately([tokens.accessToken, tokens.refreshToken ?? ''])
  used.add(tokens.accessToken)
  const { id, name } = await identify(ctx, connector, tokens.accessToken)
  return {
    ...{ connector: connector.name, ownerId, outsideId: id, name },
    // A service that does not say granted what was asked for.
    scopes: tokens.scopes ?? row.scopes,
    secret: secretOf(tokens, ctx.now),
  }
}

/** @throws AppError `invalid_input` when the service does not accept the token */
export function identify(ctx: Basis, connector: Connector, token: string): Promise<AccountAtService> {
  const refused = (cause?: unknown) => wrongToken(connector, cause)
  return connector.check(connector.open({ token, settings: ctx.settings, refused }), ctx.signal)
}

function wrongToken({ title, connecting }: Connector, cause: unknown): AppError {
  const pasting = connecting.kind === 'token' ? connecting : connecting.pasted
  return new AppError('invalid_input', `${title} does not accept this token.`, {
    fix: pasting === undefined ? 'Connect the account again.' : `Copy it again. ${pasting.whereToFind}`,
    cause,
  })
}
