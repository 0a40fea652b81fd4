/** Calls of Slack's Web API, and what is fetched from Slack and sent to it beside them, with their outcomes. */

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
  /** Fetches a file. The token goes to hosts of Slack alone. Never throws, and repeats nothing. */
  download(url: string, wanted: SlackDownload): Promise<SlackDownloaded>
  /** Sends the bytes of a file to the address that Slack gave for it. Never throws, and repeats nothing. */
  upload(url: string, content: Uint8Array, signal: AbortSignal): Promise<SlackUploaded>
}

export interface SlackDownload {
  readonly token: string
  /** More are not read. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

export type SlackDownloaded =
  /** `isPage`: Slack answered with a page of HTML, which may be the file, or one that asks to sign in. */
  | { readonly kind: 'ok'; readonly content: Uint8Array; readonly isPage: boolean }
  | { readonly kind: 'too large' }
  | { readonly kind: 'gone' }
  /** Slack does not show it to the bot, or sends its readers to an address that is not Slack's. */
  | { readonly kind: 'forbidden' | 'elsewhere' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** It may work at the next attempt. */
  | { readonly kind: 'failed'; readonly why: string }

export type SlackUploaded =
  | { readonly kind: 'ok' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** Another attempt would fail as well, or may work. */
  | { readonly kind: 'refused' | 'failed'; readonly why: string }
