/** Text as people read it: Slack's own markup, and Markdown where a block says that it is. */
import { html, raw } from 'hono/html'
import type { World } from '../world/world.ts'

/** A piece of HTML, as the helper of Hono makes it. */
export type Html = ReturnType<typeof html>

const EMOJI: Record<string, string> = {
  arrows_counterclockwise: '🔄',
  bell: '🔔',
  bulb: '💡',
  calendar: '📅',
  clock3: '🕒',
  eyes: '👀',
  fire: '🔥',
  hourglass_flowing_sand: '⏳',
  memo: '📝',
  no_entry: '⛔',
  octagonal_sign: '🛑',
  party_popper: '🎉',
  pushpin: '📌',
  question: '❓',
  robot_face: '🤖',
  rocket: '🚀',
  speech_balloon: '💬',
  star: '⭐',
  tada: '🎉',
  thinking_face: '🤔',
  thumbsup: '👍',
  thumbsdown: '👎',
  warning: '⚠️',
  wave: '👋',
  white_check_mark: '✅',
  x: '❌',
  zap: '⚡',
}

export function emoji(name: string): string {
  return EMOJI[name] ?? `:${name}:`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** An address that a page may link to; anything else is shown as text. */
function link(url: string, label: string): string {
  return /^(https?|mailto):/.test(url)
    ? `<a href="${escapeHtml(url)}" target="_blank" rel="noreferrer">${label}</a>`
    : label
}

/** Slack's markup. `&`, `<` and `>` of the text itself come escaped already; quotes do not. */
export function mrkdwn(world: World, text: string): Html {
  const parts = text.split(/(```[\s\S]*?```|`[^`\n]+`|<[^<>\n]+>)/)
  const formatted = parts.map((part) => {
    if (part.startsWith('```'))
      return `<pre><code>${quoted(part.slice(3, -3).replace(/^\n/, ''))}</code></pre>`
    if (part.startsWith('`')) return `<code>${quoted(part.slice(1, -1))}</code>`
    if (part.startsWith('<')) return token(world, part.slice(1, -1))
    return styles(quoted(part))
  })
  return raw(lines(formatted.join('')))
}

function quoted(text: string): string {
  return text.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function styles(text: string): string {
  return text
    .replaceAll(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s).,!?:;])/g, '$1<strong>$2</strong>')
    .replaceAll(/(^|[\s(])_([^_\n]+)_(?=$|[\s).,!?:;])/g, '$1<em>$2</em>')
    .replaceAll(/(^|[\s(])~([^~\n]+)~(?=$|[\s).,!?:;])/g, '$1<s>$2</s>')
    .replaceAll(/:([a-z0-9_+-]+):/g, (_, name: string) => emoji(name))
}

/** Quotes and breaks; what is in a block of code keeps its lines. */
function lines(text: string): string {
  return text
    .split(/(<pre>[\s\S]*?<\/pre>)/)
    .map((part) => {
      if (part.startsWith('<pre>')) return part
      const joined = part.replaceAll(/(?:^|\n)&gt; ?([^\n]*)/g, '<blockquote>$1</blockquote>')
      return joined
        .replaceAll('</blockquote><blockquote>', '<br>')
        .replaceAll('</blockquote>\n', '</blockquote>')
        .replaceAll('\n', '<br>')
    })
    .join('')
}

function token(world: World, inner: string): string {
  const [target = '', label] = inner.split('|')
  const shown = label === undefined ? undefined : quoted(label)
  if (target.startsWith('@'))
    return mention(`@${world.users.get(target.slice(1))?.name ?? shown ?? 'someone'}`)
  if (target.startsWith('#'))
    return mention(`#${world.channels.get(target.slice(1))?.name ?? shown ?? 'private'}`)
  if (target.startsWith('!date^')) return shown ?? ''
  if (target.startsWith('!')) return mention(shown ?? `@${target.slice(1)}`)
  return link(target.replaceAll('&amp;', '&'), shown ?? quoted(target.replace(/^mailto:/, '')))
}

function mention(name: string): string {
  return `<span class="mention">${escapeHtml(name)}</span>`
}

/** The part of Markdown that a `markdown` block takes. */
export function markdown(text: string): Html {
  const out: string[] = []
  const blocks = text.split(/(```[\s\S]*?(?:```|$))/)
  for (const block of blocks) {
    if (block.startsWith('```')) {
      const code = block.replace(/^```[^\n]*\n?/, '').replace(/```$/, '')
      out.push(`<pre><code>${escapeHtml(code)}</code></pre>`)
    } else for (const paragraph of block.split(/\n{2,}/)) out.push(paragraphOf(paragraph))
  }
  return raw(out.join(''))
}

function paragraphOf(text: string): string {
  const all = text.split('\n').filter((line) => line.trim() !== '')
  const [first = ''] = all
  if (all.length === 0) return ''
  if (all.length > 1 && all.every((line) => line.trim().startsWith('|'))) return tableOf(all)
  const heading = /^(#{1,6}) (.+)/.exec(first)
  if (heading !== null) return `<h4>${inline(heading[2] ?? '')}</h4>${paragraphOf(all.slice(1).join('\n'))}`
  if (/^(-{3,}|\*{3,})$/.test(first.trim())) return `<hr>${paragraphOf(all.slice(1).join('\n'))}`
  if (all.every((line) => line.startsWith('>'))) {
    return `<blockquote>${all.map((line) => inline(line.replace(/^> ?/, ''))).join('<br>')}</blockquote>`
  }
  const start = all.findIndex((line) => /^\s*([-*]|\d+\.) /.test(line))
  if (start === -1) return `<p>${all.map(inline).join('<br>')}</p>`
  const before = start > 0 ? `<p>${all.slice(0, start).map(inline).join('<br>')}</p>` : ''
  const tag = /^\s*\d/.test(all[start] ?? '') ? 'ol' : 'ul'
  const items = all
    .slice(start)
    .map((line) => `<li>${checkbox(inline(line.replace(/^\s*([-*]|\d+\.) /, '')))}</li>`)
  return `${before}<${tag}>${items.join('')}</${tag}>`
}

function checkbox(item: string): string {
  return item.replace(/^\[( |x)\] /, (_, mark: string) => (mark === 'x' ? '☑ ' : '☐ '))
}

function tableOf(rows: string[]): string {
  const cells = (row: string) =>
    row
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => inline(cell.trim()))
  const [head = '', rule = '', ...body] = rows
  const isRuled = /^[\s|:-]+$/.test(rule)
  const rest = isRuled ? body : [rule, ...body]
  const heads = cells(head).map((cell) => `<th>${cell}</th>`)
  const lines = rest.map(
    (row) =>
      `<tr>${cells(row)
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
  )
  return `<div class="scroll"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`
}

function inline(text: string): string {
  return escapeHtml(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '<a href="$2" target="_blank" rel="noreferrer">$1</a>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(^|\W)[*_]([^*_\s][^*_]*)[*_](?=\W|$)/g, '$1<em>$2</em>')
    .replaceAll(/~~([^~]+)~~/g, '<s>$1</s>')
    .replaceAll(/:([a-z0-9_+-]+):/g, (_, name: string) => emoji(name))
}

/** Text in a text object of either kind. */
export function textOf(world: World, object: unknown): Html {
  const { type, text } = (object ?? {}) as { type?: string; text?: string }
  if (text === undefined) return html``
  return type === 'mrkdwn'
    ? mrkdwn(world, text)
    : html`${text.replaceAll(/:([a-z0-9_+-]+):/g, (_, name: string) => emoji(name))}`
}
