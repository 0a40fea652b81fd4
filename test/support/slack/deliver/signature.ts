/** The signature of a request, as Slack computes it. */
import { createHmac } from 'node:crypto'

export function sign(secret: string, seconds: number, body: string): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${digest}` }
}
