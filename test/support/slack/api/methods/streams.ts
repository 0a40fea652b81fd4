/** Messages that grow while they are written. */
import type { AnyChunk } from '@slack/types'
import { problemsOfMessage, toldAs } from '../../blocks/validate.ts'
import { change, post } from '../../world/posting.ts'
import { openSession, SESSION_STATUSES, type SessionStatus, setSessionStatus } from '../../world/sessions.ts'
import { Stream } from '../../world/stream.ts'
import { nameBlocks } from '../../world/views.ts'
import type { Json, Message, WireBlock } from '../../world/wire.ts'
import { type BotCall, botMethod, channelOf, type Method } from '../method.ts'
import { metadataOf } from '../payload.ts'
import { refuse } from '../refusal.ts'
import { authorOf } from './chat.ts'

const CALL_MAX_CHARS = 12_000
const TASK_TEXT_MAX_CHARS = 256
const BLOCKS_MAX = 50

const DISPLAY_MODES = ['timeline', 'plan', 'dense']
const TASK_STATUSES = ['pending', 'in_progress', 'complete', 'error']
const SCOPES = ['chat:write']

export const STREAM_METHODS: readonly Method[] = [
  botMethod('chat.startStream', { rate: 'tier2', scopes: SCOPES }, start),
  botMethod('chat.appendStream', { rate: 'tier4', scopes: SCOPES }, append),
  botMethod('chat.stopStream', { rate: 'tier2', scopes: SCOPES }, stop),
]

function start(call: BotCall): Json {
  const { args, workspace, bot } = call
  const channel = channelOf(call)
  if (!channel.has(bot)) refuse('not_in_channel')
  const threadTs = args.text('thread_ts')
  // Outside a thread, only channels take streams.
  if (threadTs === undefined && channel.kind === 'im') refuse('invalid_thread_ts')
  if (threadTs !== undefined && channel.find(threadTs) === undefined) refuse('invalid_thread_ts')
  const recipientId = args.text('recipient_user_id')
  if (channel.kind !== 'im') {
    if (recipientId === undefined) refuse('missing_recipient_user_id')
    if (args.text('recipient_team_id') === undefined) refuse('missing_recipient_team_id')
  }
  const displayMode = args.text('task_display_mode') ?? 'timeline'
  if (!DISPLAY_MODES.includes(displayMode)) refuse('invalid_arguments')
  const chunks = chunksOf(call)
  const message = post(workspace, channel, {
    ...authorOf(call),
    text: '',
    streaming_state: 'in_progress',
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  })
  const mode = args.text('chunks') === undefined ? 'text' : 'chunks'
  const stream = new Stream(channel, { ts: message.ts, threadTs, recipientId, displayMode, mode })
  channel.streams.set(message.ts, stream)
  stream.append(chunks)
  return { channel: channel.id, ts: message.ts }
}

function append(call: BotCall): Json {
  const stream = openStream(call)
  const chunks = chunksOf(call)
  if (chunks.length === 0) refuse('no_text')
  assertMode(call, stream)
  stream.append(chunks)
  return { channel: stream.channel.id, ts: stream.ts }
}

function stop(call: BotCall): Json {
  const { args, workspace, world } = call
  const stream = openStream(call)
  const chunks = chunksOf(call)
  if (chunks.length > 0) assertMode(call, stream)
  const blocks = args.list<WireBlock>('blocks', 'invalid_blocks_format') ?? []
  assertStreamBlocks(blocks)
  const metadata = metadataOf(args)
  const status = (args.text('session_status') ?? 'active') as SessionStatus
  if (!SESSION_STATUSES.includes(status)) refuse('invalid_arguments')
  stream.append(chunks)
  stream.end('completed')
  const message = stream.channel.find(stream.ts) as Message
  const named = nameBlocks([...(message.blocks ?? []), ...blocks], () => world.ids.next('b'))
  change(workspace, stream.channel, { ...structuredClone(message), blocks: named, ...metadata })
  if (world.app.isAgent && stream.threadTs !== undefined) {
    setSessionStatus(world, openSession(world, stream.channel.id, stream.threadTs), status)
  }
  return {
    channel: stream.channel.id,
    ts: stream.ts,
    message: structuredClone(stream.channel.find(stream.ts)),
  }
}

function openStream(call: BotCall): Stream {
  const channel = channelOf(call)
  const ts = call.args.need('ts')
  const message = channel.find(ts) ?? refuse('message_not_found')
  if (message.user !== call.bot.id) refuse('message_not_owned_by_app')
  const stream = channel.streams.get(ts)
  if (stream?.ended === 'stopped') refuse('stopped_by_user')
  return stream?.isOpen ? stream : refuse('message_not_in_streaming_state')
}

function assertMode({ args }: BotCall, stream: Stream): void {
  const mode = args.text('chunks') === undefined ? 'text' : 'chunks'
  if (mode !== stream.mode) refuse('streaming_mode_mismatch')
}

/** What a call adds, in either of its two forms. */
function chunksOf({ args }: BotCall): AnyChunk[] {
  const text = args.text('markdown_text')
  const chunks = args.list<AnyChunk>('chunks', 'invalid_chunks')
  if (text !== undefined && chunks !== undefined) refuse('cannot_provide_both_markdown_text_and_chunks')
  if (text !== undefined) {
    if (text.length > CALL_MAX_CHARS) refuse('msg_too_long')
    return [{ type: 'markdown_text', text }]
  }
  for (const chunk of chunks ?? []) assertChunk(chunk)
  const chars = (chunks ?? []).reduce((sum, chunk) => sum + ('text' in chunk ? chunk.text.length : 0), 0)
  if (chars > CALL_MAX_CHARS) refuse('msg_too_long')
  return chunks ?? []
}

function assertChunk(chunk: AnyChunk): void {
  const isText = (value: unknown, max: number) =>
    typeof value === 'string' && value.length > 0 && value.length <= max
  if (chunk.type === 'markdown_text') {
    if (typeof chunk.text !== 'string' || chunk.text === '') refuse('invalid_chunks')
  } else if (chunk.type === 'plan_update') {
    if (!isText(chunk.title, TASK_TEXT_MAX_CHARS)) refuse('invalid_chunks')
  } else if (chunk.type === 'blocks') {
    assertStreamBlocks(chunk.blocks as unknown as WireBlock[])
  } else if (chunk.type === 'task_update') {
    const texts = [chunk.details, chunk.output].filter((each) => each !== undefined && each !== '')
    const isRight =
      isText(chunk.id, TASK_TEXT_MAX_CHARS) &&
      isText(chunk.title, TASK_TEXT_MAX_CHARS) &&
      TASK_STATUSES.includes(chunk.status) &&
      texts.every((each) => isText(each, TASK_TEXT_MAX_CHARS))
    const sources = (chunk.sources ?? []) as readonly { type: string; url?: string; text?: string }[]
    const areRight = sources.every(
      ({ type, url = '', text }) =>
        type === 'url' && /^https?:/.test(url) && isText(text, TASK_TEXT_MAX_CHARS),
    )
    if (!isRight || !areRight) refuse('invalid_chunks')
  } else refuse('invalid_chunks')
}

function assertStreamBlocks(blocks: WireBlock[]): void {
  if (!Array.isArray(blocks)) refuse('invalid_blocks_format')
  if (blocks.length > BLOCKS_MAX) refuse('msg_blocks_too_many')
  const problems = problemsOfMessage(blocks)
  if (problems.length > 0) refuse('invalid_blocks', { errors: problems.map(toldAs) })
}
