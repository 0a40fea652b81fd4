/** The service behind a connector, with the client id and secret that the operator has set. */
import { type Connector, type OAuthConsent, serviceUrl } from '../../core/area/connector.ts'
import type { OAuthService } from '../../core/area/oauth.ts'
import type { Settings } from '../../core/area/setting.ts'
import { AppError } from '../../core/errors.ts'

/** @throws AppError `not_configured` when the operator has not registered the gateway with the service */
export function oauthServiceOf(
  { title }: Connector,
  { tokenUrl, revocationUrl, issuer, clientId, clientSecret }: OAuthConsent,
  settings: Settings,
): OAuthService {
  const id = settings.of(clientId)
  if (id === undefined) {
    const variables = [clientId.variable, ...(clientSecret === undefined ? [] : [clientSecret.variable])]
    throw new AppError('not_configured', `${title} does not know this gateway yet.`, {
      fix: `Register it at ${title} as an application, and set ${variables.join(' and ')}.`,
    })
  }
  return {
    ...{ title, tokenUrl: serviceUrl(tokenUrl, settings), issuer, clientId: id },
    revocationUrl: revocationUrl && serviceUrl(revocationUrl, settings),
    clientSecret: clientSecret === undefined ? undefined : settings.of(clientSecret),
  }
}
