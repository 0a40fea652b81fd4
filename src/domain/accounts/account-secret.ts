/** The secret of an account in the form in which it is sealed. */
import { z } from 'zod'
import type { Tokens } from '../../core/area/oauth.ts'

const AccountSecret = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string() }),
  z.object({
    kind: z.literal('oauth'),
    accessToken: z.string(),
    refreshToken: z.string().nullable(),
    obtainedAtMs: z.number(),
    /** Null: the service did not say. */
    expiresAtMs: z.number().nullable(),
  }),
])
export type AccountSecret = z.output<typeof AccountSecret>
export type OAuthSecret = Extract<AccountSecret, { kind: 'oauth' }>

/** The name under which the secret of an account is sealed. */
export function secretName(accountId: string): string {
  return `connected_accounts/${accountId}/secret`
}

export function readAccountSecret(text: string): AccountSecret {
  return AccountSecret.parse(JSON.parse(text))
}

export function tokenOf(secret: AccountSecret): string {
  return secret.kind === 'token' ? secret.token : secret.accessToken
}

const SECOND_MS = 1000

/** A service that gives no new refresh token means the earlier one to stay. */
export function secretOf(tokens: Tokens, now: Date, earlier?: OAuthSecret): OAuthSecret {
  const { accessToken, refreshToken, expiresInSeconds } = tokens
  const obtainedAtMs = now.getTime()
  return {
    kind: 'oauth',
    accessToken,
    refreshToken: refreshToken ?? earlier?.refreshToken ?? null,
    obtainedAtMs,
    expiresAtMs: expiresInSeconds === undefined ? null : obtainedAtMs + expiresInSeconds * SECOND_MS,
  }
}
