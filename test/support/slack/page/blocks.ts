/** Blocks as people see them, with everything that can be pressed. */
import { html, raw } from 'hono/html'
import type { Json, WireBlock } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import { controlOf } from './controls.ts'
import { icon } from './icons.ts'
import { emoji, type Html, markdown, textOf } from './markup.ts'

const SECOND_MS = 1000

export function blocksOf(world: World, blocks: readonly WireBlock[]): Html {
  return html`<div class="blocks">${blocks.map((block) => blockOf(world, block))}</div>`
}

type Show = (world: World, block: WireBlock) => Html

const SHOWN: Record<string, Show> = {
  section: (world, block) => html`
    <div class="section">
      <div class="grow">
        ${block.text ? html`<div class="text">${textOf(world, block.text)}</div>` : ''}
        ${block.fields ? html`<div class="fields">${each(block.fields).map((field) => html`<div>${textOf(world, field)}</div>`)}</div>` : ''}
      </div>
      ${block.accessory ? controlOf(world, block, block.accessory as Json) : ''}
    </div>`,
  header: (world, block) => html`<h3>${textOf(world, block.text)}</h3>`,
  divider: () => html`<hr>`,
  context: (world, block) =>
    html`<div class="context">${each(block.elements).map((element) =>
      element.type === 'image' ? picture(element) : html`<span>${textOf(world, element)}</span>`,
    )}</div>`,
  actions: (world, block) =>
    html`<div class="actions">${each(block.elements).map((element) => controlOf(world, block, element))}</div>`,
  context_actions: (world, block) =>
    html`<div class="actions quiet">${each(block.elements).map((element) => controlOf(world, block, element))}</div>`,
  input: (world, block) => html`
    <label class="input">
      <span class="label">${textOf(world, block.label)}${block.optional ? html` <small>(optional)</small>` : ''}</span>
      ${controlOf(world, block, block.element as Json)}
      ${block.hint ? html`<small>${textOf(world, block.hint)}</small>` : ''}
      <small class="error" data-error="${block.block_id}"></small>
    </label>`,
  image: (_world, block) =>
    html`<figure>${picture(block)}<figcaption>${block.alt_text}</figcaption></figure>`,
  markdown: (_world, block) => html`<div class="text">${markdown(String(block.text))}</div>`,
  rich_text: (world, block) => richText(world, block),
  table: (world, block) => table(world, block),
  data_table: (world, block) => table(world, block),
  alert: (world, block) =>
    html`<div class="alert ${block.level ?? 'default'}">${textOf(world, block.text)}</div>`,
  card: (world, block) => html`
    <div class="card">
      <strong>${textOf(world, block.title)}</strong>
      <div class="soft">${textOf(world, block.subtitle)}</div>
      <div>${textOf(world, block.body)}</div>
      ${block.actions ? html`<div class="actions">${each(block.actions).map((element) => controlOf(world, block, element))}</div>` : ''}
    </div>`,
  carousel: (world, block) =>
    html`<div class="carousel">${each(block.elements).map((card) => blockOf(world, card as WireBlock))}</div>`,
  container: (world, block) => html`
    <div class="card">
      <strong>${textOf(world, block.title)}</strong>
      ${blocksOf(world, block.child_blocks as WireBlock[])}
    </div>`,
  task_card: (world, block) => task(world, block),
  plan: (world, block) => html`
    <div class="plan">
      <strong>${block.title || 'Plan'}</strong>
      ${each(block.tasks).map((card) => task(world, card))}
    </div>`,
}

function blockOf(world: World, block: WireBlock): Html {
  const show = SHOWN[block.type]
  return show === undefined ? html`<div class="soft">[${block.type}]</div>` : show(world, block)
}

function each(value: unknown): Json[] {
  return (value ?? []) as Json[]
}

/** The page loads nothing from elsewhere: a picture is its description. */
function picture(image: Json): Html {
  return html`<span class="picture" title="${image.image_url ?? ''}">${icon('image')} ${image.alt_text}</span>`
}

const MARKS: Record<string, string> = { pending: '', in_progress: '', complete: '✓', error: '✕' }

function task(world: World, card: Json): Html {
  const status = String(card.status)
  return html`
    <div class="task ${status}">
      <i>${MARKS[status]}</i>
      <div>
        <span>${card.title}</span>
        ${card.details ? html`<div class="soft">${richText(world, card.details as Json)}</div>` : ''}
        ${card.output ? html`<div class="soft">${richText(world, card.output as Json)}</div>` : ''}
        ${each(card.sources).map((source) => html`<a class="source" href="${source.url}" target="_blank" rel="noreferrer">${source.text}</a>`)}
      </div>
    </div>`
}

function table(world: World, block: WireBlock): Html {
  const [head = [], ...body] = block.rows as Json[][]
  const settings = (block.column_settings ?? []) as ({ align?: string } | null)[]
  const cell = (tag: string, value: Json, at: number) =>
    html`${raw(`<${tag} class="${settings[at]?.align === 'right' || value.type === 'raw_number' ? 'right' : ''}">`)}${
      value.type === 'rich_text' ? richText(world, value) : (value.text ?? value.value)
    }${raw(`</${tag}>`)}`
  return html`
    <div class="scroll"><table>
      <thead><tr>${head.map((value, at) => cell('th', value, at))}</tr></thead>
      <tbody>${body.map((row) => html`<tr>${row.map((value, at) => cell('td', value, at))}</tr>`)}</tbody>
    </table></div>`
}

function richText(world: World, block: Json): Html {
  return html`${each(block.elements).map((element) => richElement(world, element))}`
}

function richElement(world: World, element: Json): Html {
  const inner = each(element.elements)
  if (element.type === 'rich_text_list') {
    const tag = element.style === 'ordered' ? 'ol' : 'ul'
    return html`${raw(`<${tag}>`)}${inner.map((item) => html`<li>${richElement(world, item)}</li>`)}${raw(`</${tag}>`)}`
  }
  const parts = inner.map((part) => richPart(world, part))
  if (element.type === 'rich_text_quote') return html`<blockquote>${parts}</blockquote>`
  if (element.type === 'rich_text_preformatted') return html`<pre><code>${parts}</code></pre>`
  return html`<div class="text pre">${parts}</div>`
}

function richPart(world: World, part: Json): Html {
  const style = (part.style ?? {}) as Record<string, boolean>
  const classes = Object.keys(style)
    .filter((name) => style[name])
    .join(' ')
  if (part.type === 'link') {
    return html`<a href="${part.url}" target="_blank" rel="noreferrer" class="${classes}">${part.text ?? part.url}</a>`
  }
  if (part.type === 'user')
    return html`<span class="mention">@${world.users.get(String(part.user_id))?.name ?? 'someone'}</span>`
  if (part.type === 'channel') {
    return html`<span class="mention">#${world.channels.get(String(part.channel_id))?.name ?? 'private'}</span>`
  }
  if (part.type === 'broadcast') return html`<span class="mention">@${part.range}</span>`
  if (part.type === 'emoji') return html`${emoji(String(part.name))}`
  if (part.type === 'date') {
    const at = new Date(Number(part.timestamp) * SECOND_MS)
    return html`<time class="${classes}" datetime="${at.toISOString()}">${momentOf(String(part.format), at)}</time>`
  }
  return html`<span class="${classes}">${part.text ?? part.fallback ?? ''}</span>`
}

/** Slack's own forms of moments: {date_short_pretty} at {time}. */
function momentOf(format: string, at: Date): string {
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return format.replaceAll(/\{date[a-z_]*\}/g, day).replaceAll(/\{time[a-z_]*\}/g, time)
}
