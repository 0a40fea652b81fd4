/** Carries posts from the outbox to Slack. */
import type { Carrier } from '../../domain/outbox/carrier.ts'
import { POST_EVENT, SLACK } from '../../domain/slack/posts/rows.ts'
import { createPace } from './pace.ts'
import { sendPost } from './send-post.ts'
import type { SendParts } from './sending.ts'

/** Milliseconds between two posts: Slack takes about one a second in each channel. */
const PACE_MS = 1_000
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

/** Over about half a day: what people said later would make an older answer odd. */
const PAUSES_MS = [
  ...[5, 10, 20, 30].map((seconds) => seconds * SECOND_MS),
  ...Array<number>(10).fill(MINUTE_MS),
  ...Array<number>(20).fill(5 * MINUTE_MS),
  ...Array<number>(20).fill(30 * MINUTE_MS),
]

export interface SlackCarrier extends Carrier {
  close(): void
}

export function createSlackCarrier(
  given: Omit<SendParts, 'opened' | 'hold' | 'paceMs'>,
  paceMs: number = PACE_MS,
): SlackCarrier {
  const { hold, held, onFree, close } = createPace()
  const parts = { ...given, opened: new Map(), hold, paceMs }
  return {
    ...{ channel: SLACK, event: POST_EVENT, pausesMs: PAUSES_MS, held, onFree, close },
    send: (row, signal) => sendPost(parts, row, signal),
  }
}
