/** Text and options, with Slack's limits. */
import { anyOf, boolean, type Check, list, matching, object, oneOf, string } from './check.ts'

const ID_MAX_CHARS = 255
const URL_MAX_CHARS = 3000
const OPTION_MAX_CHARS = 75
const OPTION_VALUE_MAX_CHARS = 150
export const OPTIONS_MAX = 100

export const id = string(ID_MAX_CHARS)
export const url = string(URL_MAX_CHARS)

export function plainText(max: number): Check {
  return object({ 'type!': oneOf('plain_text'), 'text!': string(max), emoji: boolean })
}

export function markdownText(max: number): Check {
  return object({ 'type!': oneOf('mrkdwn'), 'text!': string(max), verbatim: boolean })
}

export function eitherText(max: number): Check {
  return (value, pointer, report) => {
    const isPlain = (value as { type?: unknown } | null)?.type === 'plain_text'
    return (isPlain ? plainText(max) : markdownText(max))(value, pointer, report)
  }
}

export const option = object({
  'text!': eitherText(OPTION_MAX_CHARS),
  'value!': string(OPTION_VALUE_MAX_CHARS),
  description: eitherText(OPTION_MAX_CHARS),
  url,
})

export const options = list(option, { max: OPTIONS_MAX })

export const optionGroups = list(object({ 'label!': plainText(OPTION_MAX_CHARS), 'options!': options }), {
  max: OPTIONS_MAX,
})

export const confirmation = object({
  'title!': plainText(100),
  'text!': eitherText(300),
  'confirm!': plainText(30),
  'deny!': plainText(30),
  style: oneOf('primary', 'danger'),
})

export const date = matching(/^\d{4}-\d\d-\d\d$/, 'date')
export const time = matching(/^\d\d:\d\d$/, 'time')
export const slackFile = anyOf(object({ 'id!': id }), object({ 'url!': url }))
