/** Delivery to the app's addresses: a signed request, and what its answer says. */
import type { Json } from '../world/wire.ts'
import type { Answer, World } from '../world/world.ts'
import { sign } from './signature.ts'

/** How long Slack waits for an answer. */
export const ANSWER_WITHIN_MS = 3000

interface Sent {
  readonly url: string
  readonly type: 'application/json' | 'application/x-www-form-urlencoded'
  readonly body: string
  readonly headers?: Record<string, string>
}

export interface Delivered extends Answer {
  /** Why it failed, in the words of the header of the next attempt. */
  readonly reason: string
  /** Whether the app asks for no further attempt. */
  readonly isFinal: boolean
}

export async function sendSigned(world: World, sent: Sent): Promise<Delivered> {
  const timeout = new AbortController()
  const stop = world.clock.after(ANSWER_WITHIN_MS, () => timeout.abort())
  try {
    const response = await fetch(sent.url, {
      method: 'POST',
      headers: {
        'content-type': sent.type,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...sign(world.app.signingSecret, Math.floor(world.clock.now() / 1000), sent.body),
        ...sent.headers,
      },
      body: sent.body,
      redirect: 'manual',
      signal: timeout.signal,
    })
    const text = await response.text()
    const isFinal = response.headers.get('x-slack-no-retry') === '1'
    return { isOk: response.ok, body: parsed(text), reason: 'http_error', isFinal }
  } catch {
    const reason = timeout.signal.aborted ? 'http_timeout' : 'connection_failed'
    return { isOk: false, reason, isFinal: false }
  } finally {
    stop()
  }
}

/** The body of an answer; a command may also be answered with plain text. */
function parsed(text: string): Json | undefined {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return { text }
  }
}

export function payloadForm(payload: Json): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}
