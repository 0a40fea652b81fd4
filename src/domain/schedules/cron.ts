/**
 * Reads cron: five fields in the syntax of cron(5), Quartz and crontab.guru, written in a form that all of them read
 * alike.
 */
import { counted } from '../../core/text/counts.ts'
import type { Unread } from '../time/unread.ts'

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
])

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
  /** Forms beyond numbers: the last day, the last Friday, the second Tuesday. */
  readonly special: RegExp | null
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, names: [], special: null },
  { name: 'hour', least: 0, most: 23, names: [], special: null },
  { name: 'day of the month', least: 1, most: 31, names: [], special: /^(\?|L)$/ },
  { name: 'month', least: 1, most: 12, names: MONTHS, special: null },
  // 7 is Sunday, like 0.
  {
    name: 'day of the week',
    least: 0,
    most: 7,
    names: WEEKDAYS,
    special: /^(\?|([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
]

/** Whether a text is meant as cron. */
export function isCronText(text: string): boolean {
  const fields = text.trim().split(/\s+/)
  if (/^@/.test(text.trim())) return true
  const isTimed = /^([\d*][\d*/,-]*|h(\(.*\))?(\/\d+)?)$/i
  return fields.length >= 5 && fields.length <= 7 && fields.slice(0, 2).every((field) => isTimed.test(field))
}

/** The cron expression in its written form, or the field that is not understood. */
export function readCronText(text: string): string | Unread {
  const plain = text.trim()
  if (plain.startsWith('@')) return NICKNAMES.get(plain.toLowerCase()) ?? noNickname(plain)
  const fields = plain.toUpperCase().split(/\s+/)
  if (fields.length !== FIELDS.length) {
    return {
      unread: `the cron "${plain}" has ${counted(fields.length, 'field')}`,
      instead:
        'Write five: minute, hour, day of the month, month, day of the week. Seconds and years are not read.',
    }
  }
  const written: string[] = []
  for (const [index, field] of FIELDS.entries()) {
    const read = readField(fields[index] ?? '', field)
    if (typeof read !== 'string') return read
    written.push(read)
  }
  return written.join(' ')
}

const noNickname = (name: string): Unread => ({
  unread: `the cron has no nickname "${name}"`,
  instead: `Write ${[...NICKNAMES.keys()].join(', ')}, or five fields.`,
})

/** A field stays as it was written, unless wrapping ranges or duplicate values require a list of numbers. */
function readField(text: string, field: Field): string | Unread {
  const items = text.split(',')
  const values: number[] = []
  for (const item of items) {
    if (field.special?.test(item)) continue
    const read = readItem(item, field)
    if (read === undefined) return badField(item === '' ? text : item, field)
    values.push(...read)
  }
  const isSpecial = items.some((item) => field.special?.test(item))
  const distinct = [...new Set(values)].sort((a, b) => a - b)
  const isPlain = !items.some((item) => needsNumbers(item, field)) && distinct.length === values.length
  if (isSpecial) return items.length === 1 ? inNumbers(text) : badField(text, field)
  return isPlain ? text : distinct.join(',')
}

/** "FRI#2" and "7L" as "5#2" and "0L". */
function inNumbers(text: string): string {
  return text.replace(/^(7|[A-Z]{3})(?=[L#])/, (day) => String(Math.max(0, WEEKDAYS.indexOf(day))))
}

function badField(item: string, { name, least, most }: Field): Unread {
  const range = name === 'day of the week' ? '0 to 7 (0 and 7 are Sunday)' : `${least} to ${most}`
  return {
    unread: `"${item}" is not a ${name} of a cron`,
    instead: `Write ${range}, *, a range (1-5), a list (1,3) or steps (*/2); or words: every weekday 8:30.`,
  }
}

/** Numbers of one item (`5`, `MON-FRI`, `22-2`, steps); undefined where the item is not valid. */
function readItem(item: string, field: Field): number[] | undefined {
  const [, from = '', to, stepText] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d{1,3}))?$/.exec(item) ?? []
  const step = stepText === undefined ? 1 : Number(stepText)
  if (step < 1 || step > field.most) return undefined
  const isAll = from === '*' && to === undefined
  const first = isAll ? field.least : numberOf(from, field)
  const end =
    isAll || (to === undefined && stepText !== undefined) ? lastOf(field) : numberOf(to ?? from, field)
  if (first === undefined || end === undefined) return undefined
  const size = lastOf(field) - field.least + 1
  // "FRI-MON" and "22-2" wrap around the end; "5-7" ends on Sunday, which is 0.
  const last = end < first ? end + size : end
  const values: number[] = []
  for (let value = first; value <= last; value += step) {
    const within = ((value - field.least) % size) + field.least
    values.push(within)
  }
  return values
}

const lastOf = ({ most, names }: Field): number => (names === WEEKDAYS ? 6 : most)

function numberOf(text: string, { least, most, names }: Field): number | undefined {
  const named = names.indexOf(text)
  if (named >= 0) return named + least
  if (!/^\d{1,2}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}

/** Whether other cron readers would reject the item as it is: 7, or a range that wraps around the end. */
function needsNumbers(item: string, field: Field): boolean {
  const [, from = '', to] = /^([^-/]+)(?:-([^-/]+))?/.exec(item) ?? []
  const [first, last] = [numberOf(from, field), numberOf(to ?? from, field)]
  const isSunday7 = field.names === WEEKDAYS && (first === 7 || last === 7)
  return isSunday7 || (first !== undefined && last !== undefined && last < first)
}
