/** One attempt to send a post. What may be at Slack already is looked for there before it is sent again. */

import type { SlackAnswer } from '../../core/outbound/slack.ts'
import { cutText } from '../../core/text/cut.ts'
import type { Carried } from '../../domain/outbox/carrier.ts'
import type { OutboxRow } from '../../domain/outbox/tables.ts'
import type { StoredPost } from '../../domain/slack/post.ts'
import { readPost } from '../../domain/slack/posts/rows.ts'
import { findPost, isOnItsWay, markSent } from '../../domain/slack/posts/sent.ts'
import { notInstalledText, WAY_TO_INSTALL } from '../../domain/slack/slack-app.ts'
import { findSent, metadataOf } from './find-sent.ts'
import { isAboutBlocks, tellRefusal } from './refusals.ts'
import { sendFile } from './send-file.ts'
import { later, openChannel, outcomeOf, type Sending, type SendParts, TOO_MANY_REQUESTS } from './sending.ts'

export async function sendPost(parts: SendParts, row: OutboxRow, signal: AbortSignal): Promise<Carried> {
  const post = readPost(row)
  const token = await parts.tokenOf(post.teamId)
  if (token === undefined)
    return { kind: 'refused', why: `${notInstalledText(post.teamId)} ${WAY_TO_INSTALL}` }
  const sending = { row, token, signal }
  switch (post.kind) {
    case 'message':
      return await sendMessage(parts, { ...sending, post })
    case 'edit':
      return await sendEdit(parts, { ...sending, post })
    case 'response':
      return await sendResponse(parts, { ...sending, post })
    case 'file':
      return await sendFile(parts, { ...sending, post })
  }
}

async function sendMessage(parts: SendParts, sending: Sending<'message'>): Promise<Carried> {
  const { post, row } = sending
  const opened = await openChannel(parts, sending)
  if ('outcome' in opened) return opened.outcome
  const { channel } = opened
  if (mayBeThere(row) && post.onlyFor === undefined) {
    const outcome = await readBack(parts, sending, channel)
    if (outcome !== undefined) return outcome
  }
  const { threadTs: thread_ts, onlyFor: user } = post
  const method = user === undefined ? 'chat.postMessage' : 'chat.postEphemeral'
  const metadata = user === undefined ? metadataOf(row.eventId) : undefined
  const args = { channel, thread_ts, user, metadata, unfurl_links: false, unfurl_media: false }
  const answer = await write(parts, sending, {
    textMax: MESSAGE_MAX_CHARS,
    paceMs: parts.paceMs,
    call: (content) => parts.api.call(method, { ...args, ...content }, sending),
  })
  if (answer.kind === 'ok') {
    const ts = typeof answer.body.ts === 'string' ? answer.body.ts : undefined
    await markSent(parts.db, row.eventId, { channel, ts })
  }
  return outcomeOf(answer)
}

/**
 * Whether an earlier attempt may have had its effect: its answer was lost, or its sender. An attempt that Slack refused for
 * coming too soon had none, and whatever came before it was looked for then.
 */
function mayBeThere({ attempts, lastStatus }: OutboxRow): boolean {
  return attempts > 1 && lastStatus !== TOO_MANY_REQUESTS
}

/** Undefined: Slack does not have the message. */
async function readBack(
  { api, db }: SendParts,
  { post, row, token, signal }: Sending<'message'>,
  channel: string,
): Promise<Carried | undefined> {
  const wanted = { postId: row.eventId, channel, threadTs: post.threadTs, since: row.happenedAt }
  const found = await findSent(api, { ...wanted, token, signal })
  switch (found.kind) {
    case 'absent':
      return undefined
    case 'found':
      await markSent(db, row.eventId, { channel, ts: found.ts })
      return { kind: 'sent' }
    case 'unknown':
      return { kind: 'refused', why: `${UNKNOWABLE} too many messages came after it.` }
    case 'refused':
      return { kind: 'refused', why: `${UNKNOWABLE} ${tellRefusal(found)}` }
    // Reading too soon says nothing about the message.
    case 'limited':
      return later('Slack lets the bot read no more for now', found.retryAfterMs)
    case 'unclear':
      return { kind: 'failed', why: found.why }
  }
}

const UNKNOWABLE = 'Slack may have the message already, which cannot be read:'

async function sendEdit(parts: SendParts, sending: Sending<'edit'>): Promise<Carried> {
  const { post } = sending
  const place = await findPlace(parts, post)
  if ('kind' in place) return place
  const answer = await write(parts, sending, {
    textMax: EDIT_MAX_CHARS,
    paceMs: 0,
    // Blocks that are not named would stay.
    call: (content) => parts.api.call('chat.update', { ...place, blocks: [], ...content }, sending),
  })
  return outcomeOf(answer)
}

/** Milliseconds after which a message that is on its way is looked for again. */
const ON_ITS_WAY_MS = 2_000

async function findPlace(
  { db }: SendParts,
  { of, channel }: Sending<'edit'>['post'],
): Promise<{ readonly channel: string; readonly ts: string } | Carried> {
  if ('ts' in of) return { channel, ts: of.ts }
  const found = await findPost(db, of.postId)
  // Slack cannot edit what one user alone sees.
  if (found?.onlyFor) return { kind: 'unreachable' }
  if (found?.sentTs) return { channel: found.sentTo ?? channel, ts: found.sentTs }
  if (found !== undefined && (await isOnItsWay(db, found.id)))
    return later('its message is on its way', ON_ITS_WAY_MS)
  return { kind: 'refused', why: 'The message was never sent.' }
}

async function sendResponse(parts: SendParts, sending: Sending<'response'>): Promise<Carried> {
  const { responseUrl, original } = sending.post
  const answer = await write(parts, sending, {
    textMax: MESSAGE_MAX_CHARS,
    paceMs: parts.paceMs,
    call: (content) =>
      parts.api.respond(
        responseUrl,
        {
          ...content,
          response_type: 'ephemeral',
          replace_original: original === 'replaced',
          delete_original: original === 'deleted',
        },
        sending.signal,
      ),
  })
  // Slack takes an address for so long and so often only.
  const { teamId, onlyFor, text, blocks } = sending.post
  if (answer.kind !== 'refused' || original !== undefined || onlyFor === undefined) return outcomeOf(answer)
  const post = { kind: 'message' as const, teamId, channel: onlyFor, text, blocks }
  return await sendMessage(parts, { ...sending, post })
}

/** The most characters of a text by itself: of a message as long as people read, of an edit as Slack takes it. */
const MESSAGE_MAX_CHARS = 12_000
const EDIT_MAX_CHARS = 4_000

interface Writing {
  /** Characters that are left of the text by itself. */
  readonly textMax: number
  /** Milliseconds until the next one to the same receiver. */
  readonly paceMs: number
  call(content: {
    readonly text: string
    readonly blocks?: readonly object[] | undefined
  }): Promise<SlackAnswer>
}

/** Of a post, what every kind of it has. */
interface Written {
  readonly post: Pick<Exclude<StoredPost, { kind: 'file' }>, 'text' | 'blocks'>
  readonly row: OutboxRow
}

/** Sends the text alone where Slack does not take the blocks: a plain message is better than silence. */
async function write(
  { hold, log }: SendParts,
  { post: { text, blocks }, row }: Written,
  { textMax, paceMs, call }: Writing,
): Promise<SlackAnswer> {
  let answer = await call({ text, blocks })
  if (answer.kind === 'refused' && isAboutBlocks(answer)) {
    const { error, messages } = answer
    log.error({ postId: row.eventId, error, messages }, 'Slack does not take the blocks of a message')
    answer = await call({ text: cutText(text, textMax, '…') })
  }
  hold(row.receiverId, answer.kind === 'limited' ? answer.retryAfterMs : paceMs)
  return answer
}
