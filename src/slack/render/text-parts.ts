/**
 * Text as blocks. Text from outside only goes into the text elements of rich text, which Slack shows letter for letter:
 * it reads no mentions, links, emoji or formats in them.
 */
import type { RichTextBlock } from '@slack/types'
import { splitText } from '../../core/text/cut.ts'
import type { Part } from './message.ts'

/** Units of text in one block. It fits into a message also where JSON writes each unit as six. */
const BLOCK_MAX_UNITS = 1_900

/** `lead`: the sentence that says what it is about; `aside`: what is good to know; `code`: JSON, for example. */
export type TextLook = 'plain' | 'lead' | 'aside' | 'code'

/** The whole text, in more than one block if need be. */
export function textParts(text: string, look: TextLook = 'plain'): Part[] {
  return piecesOf(text).map((piece) => ({ block: blockOf(piece, look), says: piece }))
}

const STYLES = { plain: {}, lead: { style: { bold: true } }, aside: { style: { italic: true } } } as const

function blockOf(text: string, look: TextLook): RichTextBlock {
  if (look === 'code') return richText({ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] })
  return richText({ type: 'rich_text_section', elements: [{ type: 'text', text, ...STYLES[look] }] })
}

function richText(...elements: RichTextBlock['elements']): RichTextBlock {
  return { type: 'rich_text', elements }
}

/** Text is cut between its lines, and only a line that is too long within it. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (const line of text.split('\n').flatMap(cutLine)) {
    const last = pieces.at(-1)
    if (last !== undefined && last.length + 1 + line.length <= BLOCK_MAX_UNITS)
      pieces[pieces.length - 1] = `${last}\n${line}`
    else pieces.push(line)
  }
  // Slack refuses text in which there is nothing to see.
  return pieces.filter((piece) => piece.trim() !== '')
}

function cutLine(line: string): string[] {
  return line === '' ? [''] : splitText(line, BLOCK_MAX_UNITS)
}
