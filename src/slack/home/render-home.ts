/** A person's first page as the app's home tab: what there is, what can be done about it, and what they have set. */
import type { HomeView, KnownBlock, RichTextBlock } from '@slack/types'
import { cutText } from '../../core/text/cut.ts'
import { actionParts, plain, type ShownAction } from '../render/action-parts.ts'
import { controlBlock, type ShownControl } from '../render/control-parts.ts'
import type { RenderParts } from '../render/render-reply.ts'
import { signsIn } from '../render/table-parts.ts'
import { textParts } from '../render/text-parts.ts'

export interface ShownSection {
  readonly title: string
  readonly lines: readonly string[]
  readonly text: string
  readonly actions: readonly ShownAction[]
  readonly controls: readonly ShownControl[]
}

const HEADER_MAX_CHARS = 150
const LINE_MAX_CHARS = 300
/** Blocks of a view, and bytes of its JSON, with room for what holds the blocks. */
const BLOCKS_MAX = 100
const VIEW_MAX_BYTES = 240_000

/** What does not fit is left out at the end: each section has room for what its operation lists. */
export function renderHome(
  sections: readonly ShownSection[],
  { operations, today }: RenderParts & { readonly today: string },
): HomeView {
  const blocks: KnownBlock[] = [{ type: 'context', elements: [plain(today, HEADER_MAX_CHARS)] }]
  let bytes = 0
  for (const block of sections.flatMap((section) => blocksOf(section, operations))) {
    bytes += Buffer.byteLength(JSON.stringify(block))
    if (blocks.length === BLOCKS_MAX || bytes > VIEW_MAX_BYTES) break
    blocks.push(block)
  }
  return { type: 'home', blocks }
}

function blocksOf(section: ShownSection, operations: RenderParts['operations']): KnownBlock[] {
  const { title, lines, text, actions, controls } = section
  const words =
    lines.length > 0
      ? [listOf(lines)]
      : textParts(text, actions.length === 0 ? 'aside' : 'plain').map(({ block }) => block)
  return [
    { type: 'divider' },
    { type: 'header', text: plain(title, HEADER_MAX_CHARS) },
    ...(controls.length > 0 ? controls.map(controlBlock) : words),
    ...actionParts(actions, operations).map(({ block }) => block),
  ]
}

function listOf(lines: readonly string[]): RichTextBlock {
  const elements = lines.map((line) => ({
    type: 'rich_text_section' as const,
    elements: [{ type: 'text' as const, text: signsIn(cutText(line, LINE_MAX_CHARS, '…')) }],
  }))
  return { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] }
}
