/** What people press, choose and type in. The script sends each use to the stand-in. */
import { html } from 'hono/html'
import type { Json, WireBlock } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import { icon } from './icons.ts'
import { type Html, textOf } from './markup.ts'

interface Option {
  readonly value: string
  readonly text: { readonly text: string }
  readonly label: string
}

export function controlOf(world: World, block: WireBlock, element: Json): Html {
  const type = String(element.type)
  const name = html`data-action="${element.action_id}" data-block="${block.block_id}"`
  if (type === 'button' || type === 'workflow_button') {
    const confirm = (element.confirm as { text?: { text?: string } } | undefined)?.text?.text
    return html`<button type="button" class="press ${element.style ?? ''}" ${name} data-value="${element.value ?? ''}" ${confirm ? html`data-confirm="${confirm}"` : ''}>${textOf(world, element.text)}</button>`
  }
  if (type === 'feedback_buttons') {
    const side = (button: unknown, mark: string) => {
      const { value, text } = button as { value: string; text: { text: string } }
      return html`<button type="button" class="press icon" ${name} data-value="${value}" title="${text.text}">${mark}</button>`
    }
    return html`${side(element.positive_button, '👍')}${side(element.negative_button, '👎')}`
  }
  if (type === 'icon_button') {
    return html`<button type="button" class="press icon" ${name} data-value="${element.value ?? ''}" title="Delete">${icon('trash')}</button>`
  }
  if (type === 'image') return html`<span class="picture">${icon('image')} ${element.alt_text}</span>`
  return inputOf(world, element, name)
}

function inputOf(world: World, element: Json, name: Html): Html {
  const type = String(element.type)
  const hint = (element.placeholder as { text?: string } | undefined)?.text ?? ''
  const initial = (element.initial_value ?? element.initial_date ?? element.initial_time ?? '') as string
  if (type === 'plain_text_input' && element.multiline) {
    return html`<textarea ${name} placeholder="${hint}" rows="4">${initial}</textarea>`
  }
  if (type === 'datepicker') return html`<input type="date" ${name} value="${initial}">`
  if (type === 'timepicker') return html`<input type="time" ${name} value="${initial}">`
  if (type === 'checkboxes' || type === 'radio_buttons') return choicesOf(world, element, name)
  if (type === 'overflow' || type.endsWith('_select')) return selectOf(world, element, { name, hint })
  return html`<input type="text" ${name} placeholder="${hint}" value="${initial}">`
}

function choicesOf(world: World, element: Json, name: Html): Html {
  const kind = element.type === 'checkboxes' ? 'checkbox' : 'radio'
  const initial = [element.initial_options ?? element.initial_option ?? []].flat() as Option[]
  return html`<div class="choices" ${name}>${(element.options as Option[]).map((option) => {
    const isChosen = initial.some(({ value }) => value === option.value)
    return html`<label><input type="${kind}" name="${element.action_id}" value="${option.value}" ${isChosen ? 'checked' : ''}> ${textOf(world, option.text)}</label>`
  })}</div>`
}

function selectOf(world: World, element: Json, { name, hint }: { name: Html; hint: string }): Html {
  const type = String(element.type)
  const hasSeveral = type.startsWith('multi_')
  const initial = [
    element.initial_option ?? element.initial_options ?? [],
    element.initial_user ?? element.initial_channel ?? element.initial_conversation ?? [],
  ].flat(2) as (Option | string)[]
  const chosen = new Set(initial.map((each) => (typeof each === 'string' ? each : each.value)))
  return html`
    <select ${name} class="${type === 'overflow' ? 'overflow' : ''}" ${hasSeveral ? 'multiple' : ''}>
      ${hasSeveral ? '' : html`<option value="">${type === 'overflow' ? '⋯' : hint || 'Choose'}</option>`}
      ${optionsOf(world, element).map(
        ({ value, text }) =>
          html`<option value="${value}" ${chosen.has(value) ? 'selected' : ''}>${text.text}</option>`,
      )}
    </select>`
}

function optionsOf(world: World, element: Json): Pick<Option, 'value' | 'text'>[] {
  const type = String(element.type)
  const entry = (value: string, text: string) => ({ value, text: { text } })
  if (type.includes('users')) {
    return [...world.users.values()]
      .filter((user) => !user.options.isBot)
      .map(({ id, name }) => entry(id, `@${name}`))
  }
  if (type.includes('channels') || type.includes('conversations')) {
    return [...world.channels.values()]
      .filter(({ kind }) => kind !== 'im')
      .map(({ id, name }) => entry(id, `#${name}`))
  }
  const groups = (element.option_groups ?? []) as { options: Option[] }[]
  return [...((element.options ?? []) as Option[]), ...groups.flatMap(({ options }) => options)]
}
