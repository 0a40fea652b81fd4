/** Elements: what is pressed, chosen and typed in, and the parts of rich text. */
import { anything, boolean, byType, type Check, list, number, object, oneOf, string } from './check.ts'
import {
  confirmation,
  date,
  eitherText,
  id,
  OPTIONS_MAX,
  option,
  optionGroups,
  options,
  plainText,
  slackFile,
  time,
  url,
} from './text.ts'

const BUTTON_TEXT_MAX_CHARS = 75
const BUTTON_VALUE_MAX_CHARS = 2000
const PLACEHOLDER_MAX_CHARS = 150
const OVERFLOW_OPTIONS_MAX = 5
const CHOICES_MAX = 10

const type = anything
const placeholder = plainText(PLACEHOLDER_MAX_CHARS)
const action = { 'type!': type, action_id: id, confirm: confirmation, focus_on_load: boolean }
const select = { ...action, placeholder }
const several = { ...select, max_selected_items: number }
const input = {
  'type!': type,
  action_id: id,
  placeholder,
  focus_on_load: boolean,
  dispatch_action_config: anything,
}

const button = object({
  'type!': type,
  'text!': plainText(BUTTON_TEXT_MAX_CHARS),
  action_id: id,
  url,
  value: string(BUTTON_VALUE_MAX_CHARS),
  style: oneOf('primary', 'danger'),
  confirm: confirmation,
  accessibility_label: string(75),
})

const feedbackButton = object({
  'text!': plainText(75),
  'value!': string(BUTTON_VALUE_MAX_CHARS),
  accessibility_label: string(75),
})

const image: Check = object({
  'type!': type,
  'alt_text!': string(2000),
  image_url: url,
  slack_file: slackFile,
})

const choices = list(option, { max: CHOICES_MAX })
const filter = anything
const ids = list(id, { min: 0, max: OPTIONS_MAX })

const SELECTS: Record<string, Check> = {
  static_select: object({ ...select, options, option_groups: optionGroups, initial_option: option }),
  external_select: object({ ...select, min_query_length: number, initial_option: option }),
  users_select: object({ ...select, initial_user: id }),
  conversations_select: object({
    ...select,
    initial_conversation: id,
    default_to_current_conversation: boolean,
    response_url_enabled: boolean,
    filter,
  }),
  channels_select: object({ ...select, initial_channel: id, response_url_enabled: boolean }),
  multi_static_select: object({ ...several, options, option_groups: optionGroups, initial_options: options }),
  multi_external_select: object({ ...several, min_query_length: number, initial_options: options }),
  multi_users_select: object({ ...several, initial_users: ids }),
  multi_conversations_select: object({
    ...several,
    initial_conversations: ids,
    default_to_current_conversation: boolean,
    filter,
  }),
  multi_channels_select: object({ ...several, initial_channels: ids }),
}

const PICKERS: Record<string, Check> = {
  ...SELECTS,
  checkboxes: object({ ...action, 'options!': choices, initial_options: choices }),
  radio_buttons: object({ ...action, 'options!': choices, initial_option: option }),
  datepicker: object({ ...action, placeholder, initial_date: date }),
  timepicker: object({ ...action, placeholder, initial_time: time, timezone: string(100) }),
  datetimepicker: object({ ...action, initial_date_time: number }),
}

export const BUTTONS: Record<string, Check> = {
  button,
  workflow_button: object({
    'type!': type,
    'text!': plainText(BUTTON_TEXT_MAX_CHARS),
    'workflow!': anything,
    action_id: id,
    style: oneOf('primary', 'danger'),
    accessibility_label: string(75),
  }),
}

export const IMAGES: Record<string, Check> = { image }

const OVERFLOW: Record<string, Check> = {
  overflow: object({ ...action, 'options!': list(option, { max: OVERFLOW_OPTIONS_MAX }) }),
}

/** The elements of an `actions` block. */
export const ACTIONS: Record<string, Check> = {
  ...PICKERS,
  ...BUTTONS,
  ...OVERFLOW,
  rich_text_input: object({ ...input, initial_value: anything }),
}

/** What may be at the right of a section. */
export const ACCESSORIES: Record<string, Check> = { ...PICKERS, ...BUTTONS, ...OVERFLOW, ...IMAGES }

/** The elements of an `input` block. */
export const INPUTS: Record<string, Check> = {
  ...PICKERS,
  plain_text_input: object({
    ...input,
    initial_value: string(3000, 0),
    multiline: boolean,
    min_length: number,
    max_length: number,
  }),
  number_input: object({
    ...input,
    'is_decimal_allowed!': boolean,
    initial_value: string(3000, 0),
    min_value: anything,
    max_value: anything,
  }),
  email_text_input: object({ ...input, initial_value: string(3000, 0) }),
  url_text_input: object({ ...input, initial_value: string(3000, 0) }),
  rich_text_input: object({ ...input, initial_value: anything }),
  file_input: object({ 'type!': type, action_id: id, filetypes: anything, max_files: number }),
}

/** The elements of a `context_actions` block. */
export const CONTEXT_ACTIONS: Record<string, Check> = {
  feedback_buttons: object({
    'type!': type,
    action_id: id,
    'positive_button!': feedbackButton,
    'negative_button!': feedbackButton,
  }),
  icon_button: object({
    'type!': type,
    'icon!': oneOf('trash'),
    'text!': plainText(75),
    action_id: id,
    value: string(BUTTON_VALUE_MAX_CHARS),
    confirm: confirmation,
    accessibility_label: string(75),
    visible_to_user_ids: ids,
  }),
}

export const CONTEXT: Record<string, Check> = {
  ...IMAGES,
  plain_text: eitherText(2000),
  mrkdwn: eitherText(2000),
}

const style = anything
const RICH_PARTS: Record<string, Check> = {
  text: object({ 'type!': type, 'text!': string(40_000), style }),
  link: object({ 'type!': type, 'url!': url, text: string(40_000), unsafe: boolean, style }),
  user: object({ 'type!': type, 'user_id!': id, style }),
  usergroup: object({ 'type!': type, 'usergroup_id!': id, style }),
  channel: object({ 'type!': type, 'channel_id!': id, style }),
  team: object({ 'type!': type, 'team_id!': id, style }),
  emoji: object({ 'type!': type, 'name!': string(100), unicode: string(100), skin_tone: number, style }),
  broadcast: object({ 'type!': type, 'range!': oneOf('here', 'channel', 'everyone'), style }),
  date: object({
    'type!': type,
    'timestamp!': number,
    'format!': string(1000),
    url,
    fallback: string(1000),
    style,
  }),
  color: object({ 'type!': type, 'value!': string(20), style }),
}

const PARTS_MAX = 3000
const parts = list(
  byType(() => RICH_PARTS),
  { min: 0, max: PARTS_MAX },
)
const section = object({ 'type!': type, 'elements!': parts })

/** The elements of a `rich_text` block. */
export const RICH_TEXT: Record<string, Check> = {
  rich_text_section: section,
  rich_text_quote: object({ 'type!': type, 'elements!': parts, border: number }),
  rich_text_preformatted: object({ 'type!': type, 'elements!': parts, border: number, language: string(50) }),
  rich_text_list: object({
    'type!': type,
    'elements!': list(section, { min: 0, max: PARTS_MAX }),
    'style!': oneOf('bullet', 'ordered'),
    indent: number,
    offset: number,
    border: number,
  }),
}
