/** What `blocks.validate` of Slack says of blocks, for those that the gateway sends. */

type Json = Readonly<Record<string, unknown>>

/** Slack's limits: items of lists, characters of texts. */
const LIMITS = {
  blocks: 50,
  actions: 25,
  options: 5,
  rows: 100,
  cells: 20,
  button: 75,
  option: 75,
  value: 2_000,
  optionValue: 150,
  id: 255,
  /** Near 13,200 characters a message is refused. */
  message: 13_000,
}

/** Each fault as Slack words it; empty: the blocks are valid. */
export function validateBlocks(blocks: readonly unknown[]): string[] {
  const faults = atMost(blocks.length, LIMITS.blocks, '/blocks')
  const tables = blocks.filter((block) => (block as Json).type === 'table')
  if (tables.length > 1) faults.push('[ERROR] only one table is allowed [json-pointer:/blocks]')
  if (JSON.stringify(blocks).length > LIMITS.message) faults.push('msg_blocks_too_long')
  return [
    ...faults,
    ...blocks.flatMap((block, place) => faultsOf(block as Json, `/blocks/${place}`)),
    ...twice(blocks),
  ]
}

function atMost(count: number, max: number, at: string): string[] {
  return count <= max ? [] : [`[ERROR] must be less than ${max + 1} characters or items [json-pointer:${at}]`]
}

function text(value: unknown, max: number, at: string): string[] {
  if (typeof value !== 'string') return [`[ERROR] must be a string [json-pointer:${at}]`]
  if (value === '') return [`[ERROR] must be more than 0 characters [json-pointer:${at}]`]
  return atMost(value.length, max, at)
}

function faultsOf(block: Json, at: string): string[] {
  switch (block.type) {
    case 'rich_text':
      return richTextFaults(block, at)
    case 'table':
      return tableFaults(block, at)
    case 'actions': {
      const elements = block.elements as readonly Json[]
      return [
        ...atMost(elements.length, LIMITS.actions, `${at}/elements`),
        ...(elements.length === 0 ? [`[ERROR] no elements [json-pointer:${at}/elements]`] : []),
        ...elements.flatMap((element, place) => elementFaults(element, `${at}/elements/${place}`)),
      ]
    }
    default:
      return [`[ERROR] unsupported type: ${String(block.type)} [json-pointer:${at}/type]`]
  }
}

function richTextFaults(block: Json, at: string): string[] {
  return (block.elements as readonly Json[]).flatMap((section, outer) =>
    (section.elements as readonly Json[]).flatMap((element, inner) =>
      text(element.text, Number.POSITIVE_INFINITY, `${at}/elements/${outer}/elements/${inner}/text`),
    ),
  )
}

function tableFaults(block: Json, at: string): string[] {
  const rows = block.rows as readonly (readonly Json[])[]
  return [
    ...atMost(rows.length, LIMITS.rows, `${at}/rows`),
    ...rows.flatMap((row, y) => [
      ...atMost(row.length, LIMITS.cells, `${at}/rows/${y}`),
      ...row.flatMap((cell, x) => text(cell.text, Number.POSITIVE_INFINITY, `${at}/rows/${y}/${x}/text`)),
    ]),
  ]
}

function elementFaults(element: Json, at: string): string[] {
  const faults = text(element.action_id, LIMITS.id, `${at}/action_id`)
  if (element.type === 'button')
    return [
      ...faults,
      ...text((element.text as Json).text, LIMITS.button, `${at}/text/text`),
      ...text(element.value, LIMITS.value, `${at}/value`),
    ]
  const options = element.options as readonly Json[]
  return [
    ...faults,
    ...atMost(options.length, LIMITS.options, `${at}/options`),
    ...options.flatMap((option, place) => [
      ...text((option.text as Json).text, LIMITS.option, `${at}/options/${place}/text/text`),
      ...text(option.value, LIMITS.optionValue, `${at}/options/${place}/value`),
    ]),
  ]
}

function twice(blocks: readonly unknown[]): string[] {
  const ids = blocks.flatMap((block) =>
    ((block as Json).type === 'actions' ? ((block as Json).elements as readonly Json[]) : []).map(
      ({ action_id }) => action_id,
    ),
  )
  return new Set(ids).size === ids.length ? [] : ['[ERROR] action_id already exists [json-pointer:/blocks]']
}
