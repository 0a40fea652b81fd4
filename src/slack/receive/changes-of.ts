/** The edits and deletions of messages that Slack did not tell of, from what it has of a place now. */
import type { JsonObject } from '../../core/text/json.ts'
import { TOMBSTONE } from '../handle/read-event.ts'
import { textAt } from './arrived.ts'

const SECOND_MS = 1000

export interface PlaceNow {
  readonly messages: readonly JsonObject[]
  /** Whether these are all of the messages that were asked for. */
  readonly isWhole: boolean
  readonly threadTs: string | undefined
  /** The time stamps of those that conversations remember of the place. */
  readonly remembered: readonly string[]
}

interface Span {
  readonly since: Date
  readonly now: Date
}

/** The events that would have told of them. */
export function changesOf({ messages, isWhole, ...place }: PlaceNow, { since, now }: Span): JsonObject[] {
  const { threadTs: thread_ts, remembered } = place
  const nowTs = (now.getTime() / SECOND_MS).toFixed(6)
  const found = new Set(messages.map((message) => textAt(message, 'ts')))
  const gone = isWhole ? remembered.filter((ts) => !found.has(ts)).map((ts) => ({ ts, thread_ts })) : []
  const stones = messages.filter(({ subtype }) => subtype === TOMBSTONE)
  const edited = messages.filter(
    (message) => Number(textAt(message, 'edited', 'ts')) * SECOND_MS >= since.getTime(),
  )
  return [
    ...edited.map((message) => ({
      subtype: 'message_changed',
      message,
      previous_message: {},
      event_ts: textAt(message, 'edited', 'ts'),
    })),
    ...[...stones, ...gone].map((message) => ({
      ...{ subtype: 'message_deleted', deleted_ts: message.ts, event_ts: nowTs },
      previous_message: { thread_ts: message.thread_ts },
    })),
  ]
}
