/** Whether Slack would take a payload: the shapes of its blocks, then what counts over all of them. */
import type { Json, WireBlock } from '../world/wire.ts'
import { MESSAGE_BLOCKS_MAX, messageBlocks, viewBlocks } from './blocks.ts'
import { anything, boolean, type Check, isObject, object, oneOf, type Problem, string } from './check.ts'
import { id, plainText } from './text.ts'

/** All markdown blocks of a message together. */
const MARKDOWN_SUM_MAX_CHARS = 12_000

/** All text of a message together; measured by users, not documented. */
export const MESSAGE_MAX_CHARS = 13_200

const PRIVATE_METADATA_MAX_CHARS = 3000
const VIEW_TITLE_MAX_CHARS = 24

function problemsOf(check: Check, value: unknown, pointer: string): Problem[] {
  const problems: Problem[] = []
  check(value, pointer, (problem) => problems.push(problem))
  return problems
}

export function problemsOfMessage(blocks: unknown): Problem[] {
  const problems = problemsOf(messageBlocks, blocks, '/blocks')
  if (problems.length > 0) return problems
  const known = blocks as WireBlock[]
  return [...doubleIds(known), ...problemsOfMarkdown(known)]
}

/** A markdown block becomes several others, and those count to the most that a message may hold. */
function problemsOfMarkdown(blocks: WireBlock[]): Problem[] {
  const texts = blocks.filter((block) => block.type === 'markdown').map((block) => String(block.text))
  const problems: Problem[] = []
  if (texts.reduce((sum, text) => sum + text.length, 0) > MARKDOWN_SUM_MAX_CHARS) {
    const message = `must be less than ${MARKDOWN_SUM_MAX_CHARS + 1} characters`
    problems.push({ pointer: '/blocks', message })
  }
  const expanded = texts.reduce((sum, text) => sum + expandedCount(text), 0)
  if (blocks.length - texts.length + expanded > MESSAGE_BLOCKS_MAX) {
    problems.push({ pointer: '/blocks', message: `no more than ${MESSAGE_BLOCKS_MAX} items allowed` })
  }
  return problems
}

/** How many blocks markdown becomes: headings, lines, tables and images each one, and each run of text between them. */
function expandedCount(markdown: string): number {
  let count = 0
  let before = ''
  for (const line of markdown.split('\n')) {
    const kind = kindOfLine(line)
    if (kind === 'single' || (kind !== before && kind !== 'blank')) count += 1
    if (kind !== 'blank') before = kind
  }
  return count
}

function kindOfLine(line: string): string {
  if (line.trim() === '') return 'blank'
  if (/^(#{1,6} |(-{3,}|\*{3,}|_{3,})\s*$|!\[)/.test(line)) return 'single'
  return line.startsWith('|') ? 'table' : 'text'
}

/** How many tables a message holds; Slack shows one. Whether those in markdown count is not verified. */
export function countTables(blocks: readonly WireBlock[]): number {
  return blocks.filter(({ type }) => type === 'table').length
}

/** All text in a payload, as it counts to the length of a message. */
export function charsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charsIn(each), 0)
  if (!isObject(value)) return 0
  let chars = typeof value.text === 'string' ? value.text.length : 0
  for (const each of Object.values(value)) chars += charsIn(each)
  return chars
}

/** Ids that are used twice. */
function doubleIds(blocks: readonly WireBlock[]): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const [index, { block_id: blockId }] of blocks.entries()) {
    if (blockId === undefined) continue
    if (seen.has(blockId)) {
      problems.push({ pointer: `/blocks/${index}/block_id`, message: `block_id already exists: ${blockId}` })
    }
    seen.add(blockId)
  }
  for (const [index, block] of blocks.entries()) {
    const actions = new Set<string>()
    for (const [at, element] of ((block.elements ?? []) as (Json | undefined)[]).entries()) {
      const actionId = element?.action_id as string | undefined
      if (actionId === undefined) continue
      if (actions.has(actionId)) {
        const pointer = `/blocks/${index}/elements/${at}/action_id`
        problems.push({ pointer, message: `action_id already exists: ${actionId}` })
      }
      actions.add(actionId)
    }
  }
  return problems
}

const COMMON_VIEW = {
  'blocks!': viewBlocks,
  private_metadata: string(PRIVATE_METADATA_MAX_CHARS, 0),
  callback_id: id,
  external_id: id,
}

const VIEWS: Record<string, Check> = {
  home: object({ ...COMMON_VIEW, 'type!': oneOf('home'), title: anything }),
  modal: object({
    ...COMMON_VIEW,
    'type!': oneOf('modal'),
    'title!': plainText(VIEW_TITLE_MAX_CHARS),
    close: plainText(VIEW_TITLE_MAX_CHARS),
    submit: plainText(VIEW_TITLE_MAX_CHARS),
    clear_on_close: boolean,
    notify_on_close: boolean,
    submit_disabled: boolean,
  }),
}

export function problemsOfView(view: unknown): Problem[] {
  if (!isObject(view)) return [{ pointer: '/view', message: 'must be an object' }]
  const shape = VIEWS[String(view.type)]
  if (shape === undefined) return [{ pointer: '/view/type', message: `unsupported type: ${view.type}` }]
  const problems = problemsOf(shape, view, '/view')
  if (problems.length > 0) return problems
  const blocks = view.blocks as WireBlock[]
  const needsSubmit = view.type === 'modal' && blocks.some(({ type }) => type === 'input')
  if (needsSubmit && view.submit === undefined) {
    return [{ pointer: '/view', message: 'missing required field: submit' }]
  }
  return doubleIds(blocks)
}

export function toldAs({ pointer, message }: Problem): string {
  return `${message} [json-pointer:${pointer}]`
}
