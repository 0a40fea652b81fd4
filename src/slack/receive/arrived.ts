/** What arrives from Slack, in the one form that the routes and the socket give it. */
import type { JsonObject } from '../../core/text/json.ts'
import { isJsonObject } from '../../core/text/json.ts'

export const ARRIVED_KINDS = ['events_api', 'interactive', 'slash_commands'] as const

export interface Arrived {
  readonly kind: (typeof ARRIVED_KINDS)[number]
  readonly payload: JsonObject
}

/** What is stored of it. */
export interface Sorted {
  /** The same however often and by whichever event Slack tells of it. */
  readonly eventId: string
  readonly type: string
  /** What has the same key is handled one at a time, in the order of `orderAt`; null: at once. */
  readonly orderKey: string | null
  /** When it happened, as a time stamp of Slack, whichever gateway hears of it; '': as it arrives. */
  readonly orderAt: string
  readonly teamId: string
}

/** A text of a payload; '' where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  let at: unknown = value
  for (const name of path) at = isJsonObject(at) ? at[name] : undefined
  return typeof at === 'string' ? at : ''
}

export function objectAt(value: JsonObject, name: string): JsonObject {
  const found = value[name]
  return isJsonObject(found) ? found : {}
}

interface InThread {
  readonly teamId: string
  readonly channel: string
  readonly ts: string
  readonly threadTs: string
}

/** The key of a thread. What is written to the bot privately, outside threads, is one conversation. */
export function threadKey({ teamId, channel, ts, threadTs }: InThread): string {
  const root = threadTs || (channel.startsWith('D') ? '-' : ts)
  return `slack:${teamId}:${channel}:${root}`
}
