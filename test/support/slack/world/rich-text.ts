/** What a person types, in the two forms in which Slack sends it: escaped text with tokens, and a block of rich text. */
import type { Json, WireBlock } from './wire.ts'
import type { Workspace } from './workspace.ts'

/** `@name` and `#name` as the client completes them, addresses as it links them, tokens that are there already. */
const PARTS =
  /<(?:[@#!][^<>\s]+|https?:\/\/[^<>\s]+)>|https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"]|@[\w.-]*\w|#[\w-]+/g

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** Typed text as Slack sends it. */
export function toWireText(workspace: Workspace, typed: string): string {
  let end = 0
  let wire = ''
  for (const match of typed.matchAll(PARTS)) {
    wire += escapeText(typed.slice(end, match.index)) + tokenOf(workspace, match[0])
    end = match.index + match[0].length
  }
  return wire + escapeText(typed.slice(end))
}

function tokenOf(workspace: Workspace, part: string): string {
  if (part.startsWith('<')) return part
  if (part.startsWith('http')) return `<${escapeText(part)}>`
  const name = part.slice(1)
  if (part.startsWith('@')) {
    if (['here', 'channel', 'everyone'].includes(name)) return `<!${name}>`
    const user = [...workspace.users.values()].find((each) => each.name === name)
    return user === undefined ? part : `<@${user.id}>`
  }
  const channel = [...workspace.channels.values()].find((each) => each.name === name && each.kind !== 'im')
  return channel === undefined ? part : `<#${channel.id}|${channel.name}>`
}

/** The block that comes with typed text. */
export function toRichText(wire: string, blockId: string): WireBlock {
  const elements = wire
    .split(/(<[^<>]+>)/)
    .filter((part) => part !== '')
    .flatMap((part) => (part.startsWith('<') ? [elementOf(part)] : part.split(STYLED).map(textOf)))
    .filter((element) => element.text !== '')
  return {
    type: 'rich_text',
    block_id: blockId,
    elements: [{ type: 'rich_text_section', elements }],
  }
}

/** What a person sets in bold, italics, strikethrough or code while they type. */
const STYLED = /((?<![\w*])\*[^*\s][^*\n]*\*(?!\w)|(?<!\w)_[^_\s][^_\n]*_(?!\w)|~[^~\s][^~\n]*~|`[^`\n]+`)/

const STYLES: Record<string, string> = { '*': 'bold', _: 'italic', '~': 'strike', '`': 'code' }

function textOf(part: string): RichPart {
  const style = STYLES[part.charAt(0)]
  const isStyled = style !== undefined && part.length > 2 && part.endsWith(part.charAt(0))
  if (!isStyled) return { type: 'text', text: unescapeText(part) }
  return { type: 'text', text: unescapeText(part.slice(1, -1)), style: { [style]: true } }
}

interface RichPart extends Json {
  readonly type: string
  readonly text?: string
}

function elementOf(part: string): RichPart {
  const inner = part.slice(1, -1)
  const id = inner.slice(1).split('|')[0]
  if (inner.startsWith('@')) return { type: 'user', user_id: id }
  if (inner.startsWith('#')) return { type: 'channel', channel_id: id }
  if (inner.startsWith('!')) return { type: 'broadcast', range: id }
  return { type: 'link', url: unescapeText(inner.split('|')[0] as string) }
}
