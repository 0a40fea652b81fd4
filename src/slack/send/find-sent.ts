/** Looks for a message at Slack by the id of its post, which its metadata carries. */
import type { SlackAnswer, SlackApi } from '../../core/outbound/slack.ts'
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'

const EVENT_TYPE = 'switchboard_post'

/** The metadata of a message. */
export function metadataOf(postId: string) {
  return { event_type: EVENT_TYPE, event_payload: { post_id: postId } }
}

export interface Wanted {
  readonly postId: string
  readonly channel: string
  readonly threadTs: string | undefined
  /** No earlier message is looked at. */
  readonly since: Date
  readonly token: string
  readonly signal: AbortSignal
}

/** `unknown`: there are more messages than are looked at. */
export type Found =
  | { readonly kind: 'found'; readonly ts: string }
  | { readonly kind: 'absent' | 'unknown' }
  | Exclude<SlackAnswer, { kind: 'ok' }>

/** The most pages that are looked at, and messages of each. Some apps get 15 at a time, whatever they ask for. */
const PAGES_MAX = 10
const PAGE = 200
/** Milliseconds by which Slack's clock may be behind ours. */
const SKEW_MS = 5 * 60_000
const SECOND_MS = 1000

export async function findSent(api: SlackApi, wanted: Wanted): Promise<Found> {
  const { channel, threadTs: ts, since, token, signal } = wanted
  const oldest = String((since.getTime() - SKEW_MS) / SECOND_MS)
  const method = ts === undefined ? 'conversations.history' : 'conversations.replies'
  let cursor: unknown
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const args = { channel, ts, oldest, cursor, limit: PAGE, include_all_metadata: true }
    const answer = await api.call(method, args, { token, signal })
    if (answer.kind === 'refused' && answer.error === 'thread_not_found') return { kind: 'absent' }
    if (answer.kind !== 'ok') return answer
    const found = messagesOf(answer.body).find((message) => isOf(message, wanted.postId))
    if (found !== undefined) return { kind: 'found', ts: String(found.ts) }
    cursor = cursorOf(answer.body)
    if (cursor === undefined) return { kind: 'absent' }
  }
  return { kind: 'unknown' }
}

function messagesOf({ messages }: JsonObject): JsonObject[] {
  return Array.isArray(messages) ? messages.filter(isJsonObject) : []
}

function isOf({ metadata }: JsonObject, postId: string): boolean {
  if (!isJsonObject(metadata) || metadata.event_type !== EVENT_TYPE) return false
  return isJsonObject(metadata.event_payload) && metadata.event_payload.post_id === postId
}

function cursorOf({ response_metadata: metadata }: JsonObject): string | undefined {
  const cursor = isJsonObject(metadata) ? metadata.next_cursor : undefined
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined
}
