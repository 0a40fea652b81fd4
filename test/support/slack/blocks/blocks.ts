/** Blocks, with Slack's limits. */
import { anyOf, anything, boolean, byType, type Check, list, number, object, oneOf, string } from './check.ts'
import {
  ACCESSORIES,
  ACTIONS,
  BUTTONS,
  CONTEXT,
  CONTEXT_ACTIONS,
  IMAGES,
  INPUTS,
  RICH_TEXT,
} from './elements.ts'
import { eitherText, id, markdownText, plainText, slackFile, url } from './text.ts'

const SECTION_TEXT_MAX_CHARS = 3000
const FIELD_MAX_CHARS = 2000
const FIELDS_MAX = 10
const HEADER_MAX_CHARS = 150
const ACTIONS_MAX = 25
const CONTEXT_MAX = 10
const MARKDOWN_MAX_CHARS = 12_000
const TABLE_ROWS_MAX = 100
const TABLE_COLUMNS_MAX = 20
const TASK_TEXT_MAX_CHARS = 256

const block = { 'type!': anything, block_id: id }

const RICH_TEXT_BLOCK = object({
  ...block,
  'elements!': list(
    byType(() => RICH_TEXT),
    { min: 0, max: 3000 },
  ),
})

const CELL = byType(() => ({
  raw_text: object({ 'type!': anything, 'text!': string(10_000, 0) }),
  raw_number: object({ 'type!': anything, 'value!': number, text: string(100) }),
  rich_text: RICH_TEXT_BLOCK,
}))

const row = list(CELL, { max: TABLE_COLUMNS_MAX })

const sources = list(object({ 'type!': oneOf('url'), 'url!': url, 'text!': string(256) }), {
  min: 0,
  max: 100,
})

const TASK_CARD = object({
  ...block,
  'task_id!': id,
  'title!': string(TASK_TEXT_MAX_CHARS),
  'status!': oneOf('pending', 'in_progress', 'complete', 'error'),
  details: RICH_TEXT_BLOCK,
  output: RICH_TEXT_BLOCK,
  sources,
})

/** Only what the fact page and the types say; the limits of a card's texts are not verified. */
const CARD = object({
  ...block,
  hero_image: byType(() => IMAGES),
  icon: byType(() => IMAGES),
  title: markdownText(150),
  subtitle: markdownText(150),
  body: markdownText(SECTION_TEXT_MAX_CHARS),
  actions: list(
    byType(() => BUTTONS),
    { max: ACTIONS_MAX },
  ),
})

const SECTION = object({
  ...block,
  text: eitherText(SECTION_TEXT_MAX_CHARS),
  fields: list(eitherText(FIELD_MAX_CHARS), { max: FIELDS_MAX }),
  accessory: byType(() => ACCESSORIES),
  expand: boolean,
})

const hasText: Check = (value, pointer, report) => {
  const { text, fields } = value as { text?: unknown; fields?: unknown }
  if (text === undefined && fields === undefined) report({ pointer, message: 'missing required field: text' })
}

/** Blocks of every surface. */
const COMMON: Record<string, Check> = {
  section: (...of) => {
    SECTION(...of)
    hasText(...of)
  },
  header: object({ ...block, 'text!': plainText(HEADER_MAX_CHARS) }),
  divider: object(block),
  image: object({
    ...block,
    'alt_text!': string(2000),
    title: plainText(2000),
    image_url: url,
    slack_file: slackFile,
  }),
  context: object({
    ...block,
    'elements!': list(
      byType(() => CONTEXT),
      { max: CONTEXT_MAX },
    ),
  }),
  actions: object({
    ...block,
    'elements!': list(
      byType(() => ACTIONS),
      { max: ACTIONS_MAX },
    ),
  }),
  input: object({
    ...block,
    'label!': plainText(2000),
    hint: plainText(2000),
    optional: boolean,
    dispatch_action: boolean,
    'element!': byType(() => INPUTS),
  }),
  rich_text: RICH_TEXT_BLOCK,
  video: object({
    ...block,
    'video_url!': url,
    'thumbnail_url!': url,
    'alt_text!': string(2000),
    'title!': plainText(199),
    title_url: url,
    author_name: string(49),
    provider_name: string(100),
    provider_icon_url: url,
    description: plainText(200),
  }),
  alert: object({
    ...block,
    'text!': eitherText(SECTION_TEXT_MAX_CHARS),
    level: oneOf('default', 'info', 'warning', 'error', 'success'),
  }),
  card: CARD,
}

/** Blocks of messages alone; that cards in a carousel and containers belong here is not verified. */
const OF_MESSAGES: Record<string, Check> = {
  markdown: object({ ...block, 'text!': string(MARKDOWN_MAX_CHARS) }),
  table: object({
    ...block,
    'rows!': list(row, { max: TABLE_ROWS_MAX }),
    column_settings: list(
      anyOf(
        (value, _pointer, report) => value === null || report({ pointer: '', message: '' }),
        object({ align: oneOf('left', 'center', 'right'), is_wrapped: boolean }),
      ),
      { min: 0, max: TABLE_COLUMNS_MAX },
    ),
  }),
  data_table: object({
    ...block,
    'rows!': list(row, { max: TABLE_ROWS_MAX }),
    'caption!': string(2000),
    page_size: number,
    row_header_column_index: number,
  }),
  task_card: TASK_CARD,
  plan: object({
    ...block,
    'title!': string(TASK_TEXT_MAX_CHARS),
    tasks: list(TASK_CARD, { min: 0, max: 50 }),
  }),
  context_actions: object({
    ...block,
    'elements!': list(
      byType(() => CONTEXT_ACTIONS),
      { max: 5 },
    ),
  }),
  carousel: object({ ...block, 'elements!': list(CARD, { max: 10 }) }),
  container: object({
    ...block,
    title: plainText(HEADER_MAX_CHARS),
    rich_text_title: RICH_TEXT_BLOCK,
    subtitle: eitherText(HEADER_MAX_CHARS),
    'child_blocks!': list(
      byType(() => COMMON),
      { max: 50 },
    ),
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    icon: byType(() => IMAGES),
    is_collapsible: boolean,
    default_collapsed: boolean,
    has_header_divider: boolean,
  }),
}

const FOR_MESSAGES = { ...COMMON, ...OF_MESSAGES }

export const MESSAGE_BLOCKS_MAX = 50
const VIEW_BLOCKS_MAX = 100

export const messageBlocks = list(
  byType(() => FOR_MESSAGES),
  { min: 0, max: MESSAGE_BLOCKS_MAX },
)

export const viewBlocks = list(
  byType(() => COMMON),
  { min: 0, max: VIEW_BLOCKS_MAX },
)
