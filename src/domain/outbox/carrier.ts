/** A carrier sends rows of the outbox that are neither events for webhooks nor bundles of messages. */
import type { Sent } from '../notifications/channel.ts'
import type { OutboxRow } from './tables.ts'

export interface Carrier {
  /** Of the outbox. Each of its receivers is sent one row at a time. */
  readonly channel: string
  /** What its rows have in place of an event. */
  readonly event: string
  /** Milliseconds after each attempt that failed; after the last of them a row is given up. */
  readonly pausesMs: readonly number[]
  /** Receivers that take nothing for now. */
  held(): readonly string[]
  /** Calls `listener` when a receiver takes something again. */
  onFree(listener: () => void): void
  /** Sends what the row holds. The same row may come again: see `OutboxRow`. Whatever it throws counts as `failed`. */
  send(row: OutboxRow, signal: AbortSignal): Promise<Carried>
}

/** How an attempt ended. `later`: nothing was done, and it does not count as an attempt. */
export type Carried = Sent | Later

export interface Later {
  readonly kind: 'later'
  readonly why: string
  readonly afterMs: number
  /** The HTTP status by which the receiver said so. */
  readonly status?: number
}
