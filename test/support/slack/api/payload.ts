/** What a message may hold, checked as Slack checks it before it posts. */
import type { MessageMetadata } from '@slack/types'
import { isObject, type Problem } from '../blocks/check.ts'
import {
  charsIn,
  countTables,
  MESSAGE_MAX_CHARS,
  problemsOfMessage,
  problemsOfView,
  toldAs,
} from '../blocks/validate.ts'
import { nameBlocks } from '../world/views.ts'
import type { Json, WireBlock } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import type { Arguments } from './arguments.ts'
import { refuse } from './refusal.ts'

/** Longer text is cut. */
const TEXT_MAX_CHARS = 40_000
const MARKDOWN_TEXT_MAX_CHARS = 12_000
const VIEW_MAX_BYTES = 250_000
const METADATA_MAX_BYTES = 16_000

interface Content {
  readonly text: string
  readonly blocks?: WireBlock[]
  readonly attachments?: Json[]
}

/** The text and blocks of a call, or its refusal. */
export function contentOf(world: World, args: Arguments): Content {
  const markdown = args.text('markdown_text')
  const blocks = args.list<WireBlock>('blocks', 'invalid_blocks_format')
  const attachments = args.list<Json>('attachments', 'invalid_attachments')
  const text = args.text('text')
  if (markdown !== undefined) {
    if (text !== undefined || blocks !== undefined) refuse('markdown_text_conflict')
    if (markdown.length > MARKDOWN_TEXT_MAX_CHARS) refuse('msg_too_long')
    return {
      text: markdown,
      blocks: nameBlocks([{ type: 'markdown', text: markdown }], () => world.ids.next('b')),
    }
  }
  if (text === undefined && !blocks?.length && !attachments?.length) refuse('no_text')
  if (blocks !== undefined) assertBlocks(blocks)
  return {
    text: (text ?? '').slice(0, TEXT_MAX_CHARS),
    ...(blocks && blocks.length > 0 && { blocks: nameBlocks(blocks, () => world.ids.next('b')) }),
    ...(attachments && { attachments }),
  }
}

export function assertBlocks(blocks: WireBlock[]): void {
  refuseProblems(problemsOfMessage(blocks), 'invalid_blocks')
  if (countTables(blocks) > 1) {
    refuse('invalid_attachments', { response_metadata: { messages: ['[ERROR] only_one_table_allowed'] } })
  }
  if (charsIn(blocks) > MESSAGE_MAX_CHARS) refuse('msg_blocks_too_long')
}

/** The view of a call, or its refusal. */
export function viewOf(args: Arguments): Json {
  const view = args.json<Json>('view', 'invalid_arguments')
  if (view === undefined) return refuse('invalid_arguments')
  assertView(view)
  return view
}

export function assertView(view: unknown): void {
  refuseProblems(problemsOfView(view), 'invalid_arguments')
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_MAX_BYTES) refuse('view_too_large')
}

function refuseProblems(problems: readonly Problem[], error: string): void {
  if (problems.length === 0) return
  const messages = problems.map((problem) => `[ERROR] ${toldAs(problem)}`)
  const errors = error === 'invalid_blocks' ? { errors: problems.map(toldAs) } : {}
  refuse(error, { ...errors, response_metadata: { messages } })
}

/** The metadata of a call, kept with the message and returned to its own app. */
export function metadataOf(args: Arguments): { metadata?: MessageMetadata } {
  const metadata = args.json<MessageMetadata>('metadata', 'invalid_metadata_format')
  if (metadata === undefined) return {}
  if (!isObject(metadata)) refuse('invalid_metadata_format')
  const { event_type: type, event_payload: payload } = metadata
  if (typeof type !== 'string' || type === '' || !isObject(payload)) refuse('invalid_metadata_schema')
  if (Buffer.byteLength(JSON.stringify(metadata)) > METADATA_MAX_BYTES) refuse('metadata_too_large')
  return { metadata }
}
