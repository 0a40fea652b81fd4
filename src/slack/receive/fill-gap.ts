/**
 * Reads what people wrote while no gateway heard Slack, in the channels where the bot is and in the threads where it wrote
 * last, and receives it like any event: what did arrive has no further effect.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../core/operation/context.ts'
import type { SlackAnswer, SlackApi } from '../../core/outbound/slack.ts'
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import type { Db } from '../../domain/db/db.ts'
import { listRecentThreads, type Thread } from '../../domain/slack/posts/sent.ts'
import { textAt } from './arrived.ts'
import type { Receive } from './receive.ts'

export interface GapParts {
  readonly api: SlackApi
  readonly token: string
  readonly db: Db
  readonly receive: Receive
  readonly log: Log
  now(): Date
}

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
/** The longest time that is looked back: older messages would get answers that nobody waits for. */
const GAP_MAX_MS = 24 * HOUR_MS
/** Milliseconds before the gap that are read too: what arrived last may not have been stored. */
const OVERLAP_MS = 30_000
/** The most channels, and threads. */
const CHANNELS_MAX = 500
const THREADS_MAX = 200
/** Messages in one answer of Slack, and the most answers that are read of each channel and thread. */
const PAGE_MESSAGES = 200
const PAGES_MAX = 10
/** How far back a thread counts as one where the bot wrote last. */
const THREAD_AGE_MS = 7 * 24 * HOUR_MS
/** The longest wait that Slack may ask for; whatever needs a longer one is left out. */
const WAIT_MAX_MS = 2 * 60_000

/** @throws when Slack cannot be read at all */
export async function fillGap(parts: GapParts, since: Date, signal: AbortSignal): Promise<void> {
  const { db, log, now } = parts
  const from = new Date(Math.max(since.getTime() - OVERLAP_MS, now().getTime() - GAP_MAX_MS))
  const bot = await readBot(parts, signal)
  const channels = await listChannels(parts, signal)
  const threadsSince = new Date(now().getTime() - THREAD_AGE_MS)
  const threads = await listRecentThreads(db, bot.teamId, { since: threadsSince, limit: THREADS_MAX })
  for (const channel of channels) threads.push(...(await fill(parts, { bot, channel, from }, signal)))
  for (const { channel, threadTs } of uniqueThreads(threads))
    await fill(parts, { bot, channel, from, threadTs }, signal)
  log.info({ channels: channels.length, threads: threads.length }, 'what was said meanwhile was read')
}

interface Bot {
  readonly teamId: string
  readonly userId: string
}

async function readBot(parts: GapParts, signal: AbortSignal): Promise<Bot> {
  const body = await read(parts, { method: 'auth.test' }, signal)
  if (body === undefined) throw new Error('Slack does not say who the bot is')
  return { teamId: textAt(body, 'team_id'), userId: textAt(body, 'user_id') }
}

async function listChannels(parts: GapParts, signal: AbortSignal): Promise<string[]> {
  const types = 'public_channel,private_channel,mpim,im'
  const found: string[] = []
  let cursor: string | undefined
  do {
    const args = { types, exclude_archived: true, limit: 200, cursor }
    const body = await read(parts, { method: 'users.conversations', args }, signal)
    found.push(...listAt(body, 'channels').map((channel) => textAt(channel, 'id')))
    cursor = textAt(body, 'response_metadata', 'next_cursor') || undefined
  } while (cursor !== undefined && found.length < CHANNELS_MAX)
  return found
}

interface Place {
  readonly bot: Bot
  readonly channel: string
  readonly from: Date
  /** Undefined: the channel itself. */
  readonly threadTs?: string
}

/** Answers with the threads of the channel that have new replies. */
async function fill(
  parts: GapParts,
  { bot, channel, from, threadTs }: Place,
  signal: AbortSignal,
): Promise<Thread[]> {
  const oldest = String(from.getTime() / SECOND_MS)
  const method = threadTs === undefined ? 'conversations.history' : 'conversations.replies'
  const args = { channel, ts: threadTs, oldest, limit: PAGE_MESSAGES }
  const messages = await readPages(parts, { method, args }, signal)
  const recent = messages.filter((message) => Number(textAt(message, 'ts')) * SECOND_MS >= from.getTime())
  for (const message of recent.toSorted((a, b) => Number(a.ts) - Number(b.ts)))
    await parts.receive({ kind: 'events_api', payload: asEvent(message, { bot, channel }) })
  return recent.flatMap((message) =>
    textAt(message, 'latest_reply') === '' ? [] : [{ channel, threadTs: textAt(message, 'ts') }],
  )
}

/** The messages of all pages; of more than `PAGES_MAX`, those of the first ones. */
async function readPages(
  parts: GapParts,
  { method, args }: Reading,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const messages: JsonObject[] = []
  let cursor: string | undefined
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const body = await read(parts, { method, args: { ...args, cursor } }, signal)
    messages.push(...listAt(body, 'messages'))
    cursor = textAt(body, 'response_metadata', 'next_cursor') || undefined
    if (cursor === undefined) return messages
  }
  parts.log.warn({ method, args, read: messages.length }, 'more was said meanwhile than is read')
  return messages
}

/** The event that would have told of the message. */
function asEvent(message: JsonObject, { bot, channel }: Pick<Place, 'bot' | 'channel'>): JsonObject {
  return {
    type: 'event_callback',
    team_id: bot.teamId,
    authorizations: [{ team_id: bot.teamId, user_id: bot.userId, is_bot: true }],
    event: { ...message, type: 'message', channel },
  }
}

function uniqueThreads(threads: readonly Thread[]): Thread[] {
  return [...new Map(threads.map((each) => [`${each.channel} ${each.threadTs}`, each])).values()]
}

interface Reading {
  readonly method: string
  readonly args?: object
}

/** Undefined: Slack refuses it, or cannot answer now. A limit is waited for. */
async function read(
  { api, token, log }: GapParts,
  { method, args = {} }: Reading,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  for (;;) {
    signal.throwIfAborted()
    const answer = await api.call(method, args, { token, signal })
    if (answer.kind === 'ok') return answer.body
    if (answer.kind !== 'limited' || answer.retryAfterMs > WAIT_MAX_MS) {
      log.warn({ method, ...whyOf(answer) }, 'what was said meanwhile could not be read')
      return undefined
    }
    await pause(answer.retryAfterMs, undefined, { signal })
  }
}

function whyOf(answer: Exclude<SlackAnswer, { kind: 'ok' }>): object {
  return answer.kind === 'refused' ? { error: answer.error, needed: answer.needed } : answer
}

function listAt(body: JsonObject | undefined, name: string): JsonObject[] {
  const list = body?.[name]
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}
