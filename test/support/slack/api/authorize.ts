/** Whose token a call brings, and whether it may call the method. */
import type { Installation } from '../world/app.ts'
import type { World } from '../world/world.ts'
import { refuse } from './refusal.ts'

/** The installation of a bot's token. */
export function installationOf(world: World, token: string | undefined): Installation {
  if (token === undefined) return refuse('not_authed')
  if (token === world.app.appToken) return refuse('not_allowed_token_type')
  const installation = world.app.installations.find((each) => each.botToken === token)
  if (installation === undefined) return refuse('invalid_auth')
  return installation.isRevoked ? refuse('token_revoked') : installation
}

/** Refuses an installation to which none of these scopes was granted. */
export function assertScope(installation: Installation, scopes: readonly string[]): void {
  if (scopes.length === 0 || scopes.some((scope) => installation.scopes.has(scope))) return
  refuse('missing_scope', { needed: scopes.join(','), provided: [...installation.scopes].join(',') })
}

export function scopeHeaders(installation: Installation, scopes: readonly string[]): Record<string, string> {
  return {
    'x-oauth-scopes': [...installation.scopes].join(','),
    ...(scopes.length > 0 && { 'x-accepted-oauth-scopes': scopes.join(',') }),
  }
}

/** Refuses all but the token of the app itself. */
export function assertAppToken(world: World, token: string | undefined): void {
  if (token === world.app.appToken) return
  if (token === undefined) refuse('not_authed')
  refuse(token.startsWith('xoxb-') ? 'not_allowed_token_type' : 'invalid_auth')
}
