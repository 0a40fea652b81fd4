/** A connector describes how an account at another service is connected, checked and opened. */
import type { Setting } from './setting.ts'

/** A pasted token, or consent at the service. */
export type Connecting =
  | { readonly kind: 'token'; readonly whereToFind: string }
  | {
      readonly kind: 'oauth'
      readonly authorizeUrl: string
      readonly tokenUrl: string
      readonly scopes: readonly string[]
      readonly clientId: Setting<string | undefined>
      readonly clientSecret: Setting<string | undefined>
    }

/** Provisional: no account can be connected yet. */
export interface Connector<Client = unknown> {
  /** The name of the service, as in `ctx.account(name)`. */
  readonly name: string
  readonly connecting: Connecting
  /** Opens a client of the service that acts with the account's secret. */
  open(secret: string): Client
  /**
   * Answers with the account's name at the service.
   * @throws AppError when the service refuses the secret
   */
  check(client: Client): Promise<string>
}

export function defineConnector<Client>(spec: Connector<Client>): Connector {
  return spec as Connector
}
