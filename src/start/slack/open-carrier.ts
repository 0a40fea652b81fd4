/** What takes posts from the outbox to Slack. */
import type { Runtime } from '../../core/call/runtime.ts'
import { createSlackCarrier, type SlackCarrier } from '../../slack/send/slack-carrier.ts'

/** Undefined: this gateway runs without Slack. */
export function openSlackCarrier({ resources, log }: Runtime): SlackCarrier | undefined {
  const { slack, db } = resources
  return slack && createSlackCarrier({ api: slack.api, db, log, tokenOf: slack.tokenOf })
}
