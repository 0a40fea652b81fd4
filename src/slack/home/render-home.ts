/** A person's first page as the app's home tab. */
import type { HomeView, KnownBlock } from '@slack/types'
import { actionParts, plain, type ShownAction } from '../render/action-parts.ts'
import type { RenderParts } from '../render/render-reply.ts'
import { textParts } from '../render/text-parts.ts'

export interface ShownSection {
  readonly title: string
  readonly text: string
  readonly actions: readonly ShownAction[]
}

const HEADER_MAX_CHARS = 150
/** Blocks of a view. */
const BLOCKS_MAX = 100

/** What does not fit is left out at the end: each section has room for what its operation lists. */
export function renderHome(sections: readonly ShownSection[], { operations }: RenderParts): HomeView {
  const blocks = sections.flatMap(({ title, text, actions }): KnownBlock[] => [
    { type: 'header', text: plain(title, HEADER_MAX_CHARS) },
    ...[...textParts(text), ...actionParts(actions, operations)].map(({ block }) => block),
  ])
  return { type: 'home', blocks: blocks.slice(0, BLOCKS_MAX) }
}
