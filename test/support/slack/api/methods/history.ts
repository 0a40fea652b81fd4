/** What was written in a channel and in a thread. */
import { type Channel, isInChannel } from '../../world/channel.ts'
import type { Json, Message } from '../../world/wire.ts'
import { assertScope } from '../authorize.ts'
import { type BotCall, botMethod, channelOf, type Method } from '../method.ts'
import { nextPage, pageOf } from '../paging.ts'
import { refuse } from '../refusal.ts'

const HISTORY_LIMIT = 100
const REPLIES_LIMIT = 1000

/** The most that an app gets that is distributed outside the Marketplace. */
const UNLISTED_LIMIT = 15

const HISTORY = {
  channel: 'channels:history',
  group: 'groups:history',
  im: 'im:history',
  mpim: 'mpim:history',
}

export const HISTORY_METHODS: readonly Method[] = [
  botMethod('conversations.history', { rate: 'history', scopes: Object.values(HISTORY) }, (call) => {
    const channel = readable(call)
    const newestFirst = [...channel.stored()].filter(isInChannel).reverse()
    return page(call, channel, newestFirst.filter(between(call)), HISTORY_LIMIT)
  }),

  botMethod('conversations.replies', { rate: 'history', scopes: Object.values(HISTORY) }, (call) => {
    const channel = readable(call)
    const asked = channel.find(call.args.need('ts')) ?? refuse('thread_not_found')
    const rootTs = asked.thread_ts ?? asked.ts
    const root = channel.find(rootTs)
    // The root comes first on every page, as Slack does it, whatever the range is.
    const replies = channel.replies(rootTs).filter(between(call))
    return page(call, channel, [...(root === undefined ? [] : [root]), ...replies], REPLIES_LIMIT)
  }),
]

function readable(call: BotCall): Channel {
  const channel = channelOf(call)
  assertScope(call.installation, [HISTORY[channel.kind]])
  return channel.has(call.bot) ? channel : refuse('not_in_channel')
}

function between({ args }: BotCall): (message: Message) => boolean {
  const oldest = args.text('oldest') ?? '0'
  const latest = args.text('latest')
  const isInclusive = args.isOn('inclusive')
  return ({ ts }) => {
    const isAfter = isInclusive ? compareTs(ts, oldest) >= 0 : compareTs(ts, oldest) > 0
    if (latest === undefined) return isAfter
    return isAfter && (isInclusive ? compareTs(ts, latest) <= 0 : compareTs(ts, latest) < 0)
  }
}

/** Time stamps are no numbers: a double cannot hold their digits. */
function compareTs(a: string, b: string): number {
  const [aSeconds = '0', aRest = '0'] = a.split('.')
  const [bSeconds = '0', bRest = '0'] = b.split('.')
  const bySeconds = Number(aSeconds) - Number(bSeconds)
  return bySeconds === 0 ? Number(aRest.padEnd(6, '0')) - Number(bRest.padEnd(6, '0')) : bySeconds
}

function page(call: BotCall, channel: Channel, messages: Message[], defaultLimit: number): Json {
  const { args, world } = call
  const most = world.app.isUnlisted ? UNLISTED_LIMIT : defaultLimit
  const { items, nextCursor } = pageOf(messages, args, most)
  const shown = world.app.isUnlisted ? items.slice(0, UNLISTED_LIMIT) : items
  return {
    messages: shown.map((message) => readForm(call, channel, message)),
    has_more: nextCursor !== '',
    ...(nextCursor !== '' && nextPage(nextCursor)),
  }
}

/** A message as it is read: a root says how its thread goes, and metadata comes only to those who ask. */
function readForm({ args }: BotCall, channel: Channel, message: Message): Json {
  const { metadata, ...shown } = structuredClone(message)
  const replies = channel.replies(message.ts)
  const users = [...new Set(replies.map((reply) => reply.user ?? ''))]
  return {
    ...shown,
    ...(args.isOn('include_all_metadata') && metadata !== undefined && { metadata }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users_count: users.length,
      reply_users: users,
      latest_reply: replies.at(-1)?.ts,
    }),
  }
}
