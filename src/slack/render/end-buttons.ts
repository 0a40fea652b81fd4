/** A message without the buttons that do nothing any more, and with words about why. */
import { isJsonObject } from '../../core/text/json.ts'
import type { EditPost, MessagePost, ResponsePost } from '../../domain/slack/post.ts'
import { textParts } from './text-parts.ts'

interface Ended {
  readonly postId: string
  /** The actions whose buttons go. */
  readonly closed: ReadonlySet<string>
  /** What the message then says below its text. */
  readonly words: string
}

export function endButtons(
  { teamId, channel, text, blocks = [] }: MessagePost | ResponsePost,
  { postId, closed, words }: Ended,
): EditPost {
  const kept = blocks.flatMap((block) => withoutButtons(block, closed))
  const told = words === '' ? [] : textParts(words, 'aside').map(({ block }) => block)
  return { kind: 'edit', teamId, channel, of: { postId }, text, blocks: [...kept, ...told] }
}

function withoutButtons<Block extends { readonly type: string }>(
  block: Block,
  closed: ReadonlySet<string>,
): Block[] {
  if (block.type !== 'actions' || !('elements' in block) || !Array.isArray(block.elements)) return [block]
  const elements = block.elements.flatMap((element: unknown) => {
    if (!isJsonObject(element)) return []
    if (!Array.isArray(element.options)) return closed.has(String(element.action_id)) ? [] : [element]
    const options = element.options.filter(
      (option) => !isJsonObject(option) || !closed.has(String(option.value)),
    )
    return options.length === 0 ? [] : [{ ...element, options }]
  })
  return elements.length === 0 ? [] : [{ ...block, elements }]
}
