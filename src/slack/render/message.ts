/** Messages within Slack's limits: what does not fit into one goes on in the next. */
import type { KnownBlock } from '@slack/types'
import { fallbackText } from '../../domain/slack/escape.ts'

export interface SlackMessage {
  /** What notifications and screen readers say. */
  readonly text: string
  readonly blocks: readonly KnownBlock[]
}

/** A block, and what it says in plain words. */
export interface Part {
  readonly block: KnownBlock
  readonly says: string
}

/** Slack takes no more blocks. */
const BLOCKS_MAX = 50
/** Slack refuses a message near 13,200 characters, and counts some of what holds the text. Units of the JSON of all blocks. */
const MESSAGE_MAX_UNITS = 12_000

/** Every part in as few messages as hold them, in their order. A message holds one table at most. */
export function packMessages(parts: readonly Part[]): SlackMessage[] {
  const messages: Part[][] = []
  for (const part of parts) {
    const last = messages.at(-1)
    if (last !== undefined && hasRoom(last, part)) last.push(part)
    else messages.push([part])
  }
  return messages.map(toMessage)
}

function hasRoom(parts: readonly Part[], next: Part): boolean {
  const units = [...parts, next].reduce((sum, { block }) => sum + unitsOf(block), 0)
  const isSecondTable = isTable(next) && parts.some(isTable)
  return parts.length < BLOCKS_MAX && units <= MESSAGE_MAX_UNITS && !isSecondTable
}

function isTable({ block }: Part): boolean {
  return block.type === 'table'
}

export function unitsOf(block: KnownBlock): number {
  return JSON.stringify(block).length
}

/** What a message says that only has buttons. */
const ONLY_ACTIONS = 'What you can do'

function toMessage(parts: readonly Part[]): SlackMessage {
  const says = parts.flatMap(({ says }) => (says === '' ? [] : [says])).join('\n')
  return { text: fallbackText(says || ONLY_ACTIONS), blocks: parts.map(({ block }) => block) }
}
