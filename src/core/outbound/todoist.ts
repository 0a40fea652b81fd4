/** Todoist as the gateway speaks to it, and the outcomes of its requests. */
import type { AccountAtService } from '../area/connector.ts'
import type { JsonObject } from '../text/json.ts'

/** A write that goes through `/sync`. Todoist runs each `uuid` once. */
export interface TodoistCommand {
  readonly type: string
  readonly uuid: string
  /** By which other commands refer to what this one makes, until Todoist has given it an id. */
  readonly temp_id?: string
  readonly args: JsonObject
}

/** What Todoist says of a request or a command that it refuses. */
export interface TodoistFault {
  /** The HTTP status; of a command, the one that a request of its own would have had. */
  readonly status: number
  readonly tag: string
  readonly message: string
  readonly extra: JsonObject
}

export type TodoistAnswer =
  | { readonly kind: 'ok'; readonly body: JsonObject }
  /** Todoist did nothing. */
  | { readonly kind: 'refused'; readonly fault: TodoistFault }
  /** Todoist did nothing, and takes no more for so long. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** It may have been done. `retryAfterMs`: where Todoist says when to come back. */
  | { readonly kind: 'unclear'; readonly why: string; readonly retryAfterMs: number | undefined }

export interface SyncAsked {
  /** Null: everything is read. */
  readonly syncToken: string | null
  readonly commands: readonly TodoistCommand[]
}

export interface QuickAddAsked {
  readonly text: string
  readonly note?: string | undefined
}

/** A file as people have it. */
export interface OutboundFile {
  readonly name: string
  /** Its media type. */
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A file that is sent with fields of a form. */
export interface FileAsked {
  readonly path: '/uploads' | `/templates/${string}`
  readonly file: OutboundFile
  readonly fields?: Readonly<Record<string, string>>
}

export type Downloaded =
  | { readonly kind: 'ok'; readonly file: OutboundFile }
  | Exclude<TodoistAnswer, { kind: 'ok' }>

/**
 * Acts with one account. Each request is made once: the caller decides what may be repeated. Every method throws the
 * refusal of the account (`Access.refused`) where Todoist refuses its token, and nothing else.
 */
export interface TodoistClient {
  /** Sends commands in their order, and reads what has changed since `syncToken`. */
  sync(asked: SyncAsked, signal: AbortSignal): Promise<TodoistAnswer>
  /** Adds a task in Todoist's own language; with what it understood, as `meta`. */
  quickAdd(asked: QuickAddAsked, signal: AbortSignal): Promise<TodoistAnswer>
  /** Reads what only REST tells; a list without pages comes as `results`. */
  read(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<TodoistAnswer>
  /** Has Todoist do at once what it also does by itself, such as judging a project; doing it twice changes nothing more. */
  order(path: string, signal: AbortSignal): Promise<TodoistAnswer>
  /** Sends a file. Todoist has no id for such a request, so that it may be done twice where it is repeated. */
  send(asked: FileAsked, signal: AbortSignal): Promise<TodoistAnswer>
  /** A file of Todoist's, at an address that it gave. The token goes to Todoist's own hosts only. */
  download(url: string, maxBytes: number, signal: AbortSignal): Promise<Downloaded>
  /** @throws AppError `rate_limited`, `unavailable` as well */
  whoIs(signal: AbortSignal): Promise<AccountAtService>
}

declare module '../area/connector.ts' {
  interface AccountClients {
    readonly todoist: TodoistClient
  }
}

/** The fault in an error object of Todoist; `status`: where the object has none. */
export function readFault(body: JsonObject, status: number): TodoistFault {
  const { http_code: code, error_tag: tag, error, error_extra: extra } = body
  return {
    status: typeof code === 'number' ? code : status,
    tag: typeof tag === 'string' ? tag : '',
    message: typeof error === 'string' ? error : `status ${status}`,
    extra: typeof extra === 'object' && extra !== null ? (extra as JsonObject) : {},
  }
}
