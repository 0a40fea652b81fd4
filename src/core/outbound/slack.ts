/** A call of Slack's Web API, and its outcome. */

export type SlackAnswer =
  /** `scopes`: those that the token was granted; empty where Slack does not say. */
  | {
      readonly kind: 'ok'
      readonly body: Readonly<Record<string, unknown>>
      readonly scopes: readonly string[]
    }
  /** Slack did nothing. `needed`: the scope that is missing; `messages`: what it says in detail. */
  | {
      readonly kind: 'refused'
      readonly error: string
      readonly needed?: string | undefined
      readonly messages: readonly string[]
    }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** It may have been done. */
  | { readonly kind: 'unclear'; readonly why: string }

export interface SlackCallOptions {
  /** Null: the method takes none. */
  readonly token: string | null
  readonly signal: AbortSignal
}

export interface SlackApi {
  /** Never throws, and repeats nothing. */
  call(method: string, args: object, options: SlackCallOptions): Promise<SlackAnswer>
  /** Answers a click or a command at its `response_url`. Never throws, and repeats nothing. */
  respond(url: string, answer: object, signal: AbortSignal): Promise<SlackAnswer>
}
