/** What sending a post needs, and how an attempt ends. */
import type { Log } from '../../core/operation/context.ts'
import type { SlackAnswer, SlackApi } from '../../core/outbound/slack.ts'
import type { Db } from '../../domain/db/db.ts'
import type { Carried, Later } from '../../domain/outbox/carrier.ts'
import type { OutboxRow } from '../../domain/outbox/tables.ts'
import type { StoredPost } from '../../domain/slack/post.ts'
import { tellRefusal } from './refusals.ts'

export interface SendParts {
  readonly api: SlackApi
  readonly db: Db
  readonly log: Log
  /** The token of the bot in a workspace; undefined: it is not installed there. */
  tokenOf(teamId: string): Promise<string | undefined>
  /** The channels of private messages that were opened, by team and user. */
  readonly opened: Map<string, string>
  /** The receiver takes nothing more for so long. */
  hold(receiver: string, ms: number): void
  /** Milliseconds between two posts to a receiver. */
  readonly paceMs: number
}

export interface Sending<Kind extends StoredPost['kind']> {
  readonly post: Extract<StoredPost, { kind: Kind }>
  readonly row: OutboxRow
  readonly token: string
  readonly signal: AbortSignal
}

/** Private messages go to the channel that Slack has for them. */
export async function openChannel(
  { api, opened }: SendParts,
  { post, token, signal }: Sending<'message'> | Sending<'file'>,
): Promise<{ readonly channel: string } | { readonly outcome: Carried }> {
  if (!IS_USER.test(post.channel)) return { channel: post.channel }
  const user = `${post.teamId}/${post.channel}`
  const known = opened.get(user)
  if (known !== undefined) return { channel: known }
  const answer = await api.call('conversations.open', { users: post.channel }, { token, signal })
  if (answer.kind !== 'ok') return { outcome: outcomeOf(answer) }
  const { id } = answer.body.channel as { id: string }
  if (opened.size >= OPENED_MAX) opened.clear()
  opened.set(user, id)
  return { channel: id }
}

const IS_USER = /^[UW]/
/** The most channels of private messages that are remembered. */
const OPENED_MAX = 10_000

export const TOO_MANY_REQUESTS = 429

export function outcomeOf(answer: SlackAnswer): Carried {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'sent' }
    case 'refused':
      return { kind: 'refused', why: tellRefusal(answer) }
    case 'limited':
      return {
        ...later('Slack takes no more of these for now', answer.retryAfterMs),
        status: TOO_MANY_REQUESTS,
      }
    case 'unclear':
      return { kind: 'failed', why: answer.why }
  }
}

export function later(why: string, afterMs: number): Later {
  return { kind: 'later', why, afterMs }
}
