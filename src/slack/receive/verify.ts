/** Whether a request comes from Slack: its signature over the time and the raw bytes, as Slack's "Verifying requests" has it. */
import { createHmac } from 'node:crypto'
import { isSameSecret } from '../../domain/access/machine-secret.ts'
import type { Report } from '../../domain/inbox/report.ts'

/** Milliseconds by which the signed time may differ from ours, to either side: an older request may be a repetition. */
const TOLERANCE_MS = 5 * 60 * 1000
const SECONDS = /^\d{1,12}$/

export function isFromSlack({ raw, headers }: Report, signingSecret: string, now: Date): boolean {
  const seconds = headers.get('x-slack-request-timestamp') ?? ''
  const given = headers.get('x-slack-signature') ?? ''
  if (!SECONDS.test(seconds) || Math.abs(now.getTime() - Number(seconds) * 1000) > TOLERANCE_MS) return false
  const expected = createHmac('sha256', signingSecret).update(`v0:${seconds}:`).update(raw).digest('hex')
  return isSameSecret(given, `v0=${expected}`)
}
