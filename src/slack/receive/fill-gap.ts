/**
 * Reads what people wrote, edited and deleted while no gateway heard Slack, in the channels where the bot is, in the threads
 * where it wrote last and in those that conversations remember, and receives it like any event: what did arrive has no
 * further effect.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../core/operation/context.ts'
import type { SlackApi } from '../../core/outbound/slack.ts'
import { backoff, type RetryPlan, retry } from '../../core/retry.ts'
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import type { Db } from '../../domain/db/db.ts'
import { listRecentThreads, type Thread } from '../../domain/slack/posts/sent.ts'
import { listRemembered, type Remembered } from '../../domain/slack/remembered.ts'
import { textAt } from './arrived.ts'
import { changesOf } from './changes-of.ts'
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
/** The most messages that are looked at for edits and deletions. */
const REMEMBERED_MAX = 2_000
/** Messages in one answer of Slack, and the most answers that are read of each channel and thread. */
const PAGE_MESSAGES = 200
const PAGES_MAX = 10
/** How far back a thread counts as one where the bot wrote last, and a message as one that may have changed. */
const THREAD_AGE_MS = 7 * 24 * HOUR_MS
/** The longest wait that Slack may ask for. */
const WAIT_MAX_MS = 2 * 60_000
/** How often a place is read whose answer does not come. */
const READ_PLAN: RetryPlan = {
  attempts: 3,
  delayMs: backoff({ firstMs: 200, maxMs: 5_000 }),
  retryIf: isUnclear,
}

/** @throws when Slack did not answer, or not in time: what was left out is read the next time */
export async function fillGap(parts: GapParts, since: Date, signal: AbortSignal): Promise<void> {
  const { db, log, now } = parts
  const changedSince = new Date(since.getTime() - OVERLAP_MS)
  const from = new Date(Math.max(changedSince.getTime(), now().getTime() - GAP_MAX_MS))
  const bot = await readBot(parts, signal)
  if (bot === undefined) return
  const channels = await listChannels(parts, signal)
  const threadsSince = new Date(now().getTime() - THREAD_AGE_MS)
  const recent = await listRecentThreads(db, bot.teamId, { since: threadsSince, limit: THREADS_MAX })
  const remembered = await listRemembered(db, bot.teamId, { since: threadsSince, limit: REMEMBERED_MAX })
  const threads = [...recent, ...remembered.filter(isInThread).slice(0, THREADS_MAX)]
  const failures: unknown[] = []
  /** One place that cannot be read now holds back no other. */
  const tryToFill = async (place: Pick<Place, 'channel' | 'threadTs'>): Promise<Thread[]> => {
    const known = remembered.filter(
      ({ channel, threadTs }) => channel === place.channel && threadTs === place.threadTs,
    )
    try {
      return await fill(
        parts,
        { bot, from, changedSince, ...place, remembered: known.map(({ ts }) => ts) },
        signal,
      )
    } catch (thrown) {
      signal.throwIfAborted()
      failures.push(thrown)
      return []
    }
  }
  for (const channel of channels) threads.push(...(await tryToFill({ channel })))
  for (const thread of uniqueThreads(threads)) await tryToFill(thread)
  log.info({ channels: channels.length, threads: threads.length }, 'what was said meanwhile was read')
  if (failures.length > 0) throw new AggregateError(failures, 'Not all that was said could be read.')
}

interface Bot {
  readonly teamId: string
  readonly userId: string
}

/** Undefined: the token is not valid any more. */
async function readBot(parts: GapParts, signal: AbortSignal): Promise<Bot | undefined> {
  const body = await read(parts, { method: 'auth.test' }, signal)
  return body && { teamId: textAt(body, 'team_id'), userId: textAt(body, 'user_id') }
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
  /** Since when messages are read, and since when edits are. */
  readonly from: Date
  readonly changedSince: Date
  /** Undefined: the channel itself. */
  readonly threadTs?: string
  /** The time stamps of the messages that conversations remember of the place. */
  readonly remembered: readonly string[]
}

/** Answers with the threads of the channel that have new replies. */
async function fill(
  parts: GapParts,
  { bot, channel, from, changedSince, threadTs, remembered }: Place,
  signal: AbortSignal,
): Promise<Thread[]> {
  const oldest = [String(from.getTime() / SECOND_MS), ...remembered].reduce(earlier)
  const method = threadTs === undefined ? 'conversations.history' : 'conversations.replies'
  const args = { channel, ts: threadTs, oldest, inclusive: true, limit: PAGE_MESSAGES }
  const { messages, isWhole } = await readPages(parts, { method, args }, signal)
  const recent = messages.filter((message) => Number(textAt(message, 'ts')) * SECOND_MS >= from.getTime())
  const events = [
    ...recent.toSorted((a, b) => Number(a.ts) - Number(b.ts)),
    ...changesOf({ messages, isWhole, threadTs, remembered }, { since: changedSince, now: parts.now() }),
  ]
  for (const event of events)
    await parts.receive({ kind: 'events_api', payload: asEvent(event, { bot, channel }) })
  return recent.flatMap((message) =>
    textAt(message, 'latest_reply') === '' ? [] : [{ channel, threadTs: textAt(message, 'ts') }],
  )
}

function earlier(one: string, other: string): string {
  return Number(one) < Number(other) ? one : other
}

interface Pages {
  readonly messages: readonly JsonObject[]
  /** Whether there are no more. */
  readonly isWhole: boolean
}

/** The messages of all pages; of more than `PAGES_MAX`, those of the first ones. */
async function readPages(parts: GapParts, { method, args }: Reading, signal: AbortSignal): Promise<Pages> {
  const messages: JsonObject[] = []
  let cursor: string | undefined
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const body = await read(parts, { method, args: { ...args, cursor } }, signal)
    if (body === undefined) return { messages, isWhole: false }
    messages.push(...listAt(body, 'messages'))
    cursor = textAt(body, 'response_metadata', 'next_cursor') || undefined
    if (cursor === undefined) return { messages, isWhole: true }
  }
  parts.log.warn({ method, args, read: messages.length }, 'more was said meanwhile than is read')
  return { messages, isWhole: false }
}

/** The event that would have told of the message, or of its change. */
function asEvent(message: JsonObject, { bot, channel }: Pick<Place, 'bot' | 'channel'>): JsonObject {
  return {
    type: 'event_callback',
    team_id: bot.teamId,
    authorizations: [{ team_id: bot.teamId, user_id: bot.userId, is_bot: true }],
    event: { ...message, type: 'message', channel },
  }
}

function isInThread(remembered: Remembered): remembered is Remembered & Thread {
  return remembered.threadTs !== undefined
}

function uniqueThreads(threads: readonly Thread[]): Thread[] {
  return [...new Map(threads.map((each) => [`${each.channel} ${each.threadTs}`, each])).values()]
}

interface Reading {
  readonly method: string
  readonly args?: object
}

/**
 * Undefined: Slack refuses it, and always will. A limit is waited for.
 * @throws Error where Slack does not answer now
 */
async function read(parts: GapParts, reading: Reading, signal: AbortSignal): Promise<JsonObject | undefined> {
  return await retry(async () => await readOnce(parts, reading, signal), { ...READ_PLAN, signal })
}

async function readOnce(
  { api, token, log }: GapParts,
  { method, args = {} }: Reading,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  for (;;) {
    signal.throwIfAborted()
    const answer = await api.call(method, args, { token, signal })
    if (answer.kind === 'ok') return answer.body
    // Its root was deleted before anybody replied.
    if (answer.kind === 'refused' && answer.error === 'thread_not_found') return { messages: [] }
    if (answer.kind === 'refused') {
      log.warn({ method, error: answer.error, needed: answer.needed }, 'what was said may not be read')
      return undefined
    }
    if (answer.kind === 'unclear') throw new Unanswered(`${method}: ${answer.why}`)
    if (answer.retryAfterMs > WAIT_MAX_MS) throw new Error(`${method}: wait for ${answer.retryAfterMs} ms`)
    await pause(answer.retryAfterMs, undefined, { signal })
  }
}

class Unanswered extends Error {}

function isUnclear(thrown: unknown): boolean {
  return thrown instanceof Unanswered
}

function listAt(body: JsonObject | undefined, name: string): JsonObject[] {
  const list = body?.[name]
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}
