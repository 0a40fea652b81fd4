/** Elements in blocks that people use: found by their action id, and what they then say. */
import type { Json, WireBlock } from './wire.ts'

/** Values by action id or block id; several for a select of several. */
export type FormValues = Record<string, string | readonly string[]>

export interface WireElement extends Json {
  type: string
  action_id: string
}

interface WireOption {
  readonly value: string
}

export interface FoundElement {
  readonly block: WireBlock
  readonly element: WireElement
}

/** Every element of the blocks that has an action id, nested ones too. */
function elementsIn(blocks: readonly WireBlock[]): FoundElement[] {
  return blocks.flatMap((block) => {
    const nested = [block.accessory, block.element, block.elements, block.actions].flat() as WireElement[]
    const own = nested.filter((each) => typeof each?.action_id === 'string')
    const children = [block.child_blocks, block.type === 'carousel' ? block.elements : undefined].flat()
    return [
      ...own.map((element) => ({ block, element })),
      ...elementsIn(children.filter((each) => each !== undefined) as WireBlock[]),
    ]
  })
}

/** The element with this action id; of several, the one with this value. */
export function findElement(blocks: readonly WireBlock[], actionId: string, value?: string): FoundElement {
  const all = elementsIn(blocks)
  const found = all.filter(({ element }) => element.action_id === actionId)
  const chosen = found.find(({ element }) => element.value === value) ?? found[0]
  if (chosen === undefined) {
    const present = all.map(({ element }) => element.action_id).join(', ')
    throw new Error(`There is no element ${actionId} to use; there are: ${present || 'no elements'}.`)
  }
  return chosen
}

/** The action id of the input that a form names by its action or its block. */
export function findInput(blocks: readonly WireBlock[], name: string): string {
  const byBlock = blocks.find((block) => block.block_id === name)?.element as WireElement | undefined
  return byBlock?.action_id ?? findElement(blocks, name).element.action_id
}

/** What an element says when a person used it. */
export function actionOf(
  { block, element }: FoundElement,
  value: string | readonly string[] | undefined,
): Json {
  const common = { type: element.type, action_id: element.action_id, block_id: block.block_id }
  if (element.type === 'button' || element.type === 'workflow_button') {
    const { text, value: own, url } = element
    return { ...common, text, ...(own !== undefined && { value: own }), ...(url !== undefined && { url }) }
  }
  if (element.type === 'feedback_buttons') {
    const sides = [element.positive_button, element.negative_button] as (WireOption & { text: unknown })[]
    const side = sides.find((each) => each?.value === value) ?? sides[0]
    return { ...common, value: side?.value, text: side?.text }
  }
  if (element.type === 'icon_button') return { ...common, value: element.value, icon: element.icon }
  return { ...common, ...chosenIn(element, value) }
}

/** The state of all inputs, as filled in or as they began. */
export function stateOf(blocks: readonly WireBlock[], values: FormValues) {
  const state: Record<string, Record<string, Json>> = {}
  for (const { block, element } of elementsIn(blocks)) {
    if (/button|overflow/.test(element.type)) continue
    const blockId = block.block_id as string
    state[blockId] ??= {}
    const chosen = chosenIn(element, values[element.action_id])
    state[blockId][element.action_id] = { type: element.type, ...chosen }
  }
  return state
}

const PLAIN_FIELDS: Record<string, string> = {
  plain_text_input: 'value',
  number_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
}

const INITIAL_FIELDS: Record<string, string> = {
  selected_option: 'initial_option',
  selected_options: 'initial_options',
  value: 'initial_value',
}

function chosenIn(element: WireElement, value: string | readonly string[] | undefined): Json {
  const hasSeveral = element.type.startsWith('multi_') || element.type === 'checkboxes'
  const field = PLAIN_FIELDS[element.type] ?? (hasSeveral ? 'selected_options' : 'selected_option')
  if (value === undefined || value === '') {
    const initial = element[INITIAL_FIELDS[field] ?? field.replace('selected', 'initial')]
    return { [field]: initial ?? (hasSeveral ? [] : null) }
  }
  if (field.startsWith('selected_option')) {
    const options = [value].flat().map((each) => optionOf(element, each))
    return { [field]: hasSeveral ? options : options[0] }
  }
  if (field === 'selected_date_time') return { [field]: Number(value) }
  return { [field]: hasSeveral ? [value].flat() : value }
}

function optionOf(element: WireElement, value: string): unknown {
  const groups = (element.option_groups ?? []) as { options: WireOption[] }[]
  const options = [...((element.options ?? []) as WireOption[]), ...groups.flatMap((group) => group.options)]
  const found = options.find((option) => option.value === value)
  if (found !== undefined) return found
  // The options of an external select are the app's to know.
  if (element.type.includes('external')) return { text: { type: 'plain_text', text: value }, value }
  throw new Error(`${element.action_id} has no option ${value}.`)
}
