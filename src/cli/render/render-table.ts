/** Tables that fit the terminal without losing a word. */
import type { Table as Rows } from '../../core/operation/description.ts'
import { plainText, type Terminal } from '../terminal.ts'
import { pad, widthOf, wrap } from './wrap-text.ts'

type Output = Terminal['out']

/** A column is not made narrower than this, in characters. */
const COLUMN_MIN_WIDTH = 8

/** If the main column would get narrower than this, the row's id is better placed below it. */
const COMFORTABLE_WIDTH = 32

/** A column up to this width contains marks or small numbers. */
const MARK_MAX_WIDTH = 4

/** Between two columns. */
const GAP = '  '

/** An id of Switchboard, as in `task_01h455vb4pex5vsknk084sn02q`. */
const ID = /\b[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/

type Cells = readonly (readonly string[])[]

export function renderTable({ columns, rows }: Rows, output: Output): string {
  const cells = rows.map((row) => columns.map((_, index) => cellText(row[index] ?? '')))
  const head = columns.map(heading)
  const natural = naturalWidths(head, cells)
  const { width } = output
  const widths = width === undefined ? natural : squeeze(natural, [head, ...cells], width)
  const ids = columns.flatMap((_, index) => (holdsIds(cells, index) ? [index] : []))
  const isTight =
    width !== undefined &&
    ids.length > 0 &&
    columns.length > ids.length &&
    isCramped([head, ...cells], natural, widths)
  return isTight
    ? drawFolded({ columns: head, rows: cells }, ids, { ...output, width })
    : draw(head, cells, widths, output)
}

/** Headings begin with a capital, however an operation writes them. */
function heading(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** Moments are shown in the time of this machine, to the minute. */
function cellText(cell: string): string {
  return MOMENT.test(cell)
    ? localMinute(new Date(cell))
    : plainText(cell).replaceAll(/[\r\n\t\u2028\u2029]+/g, ' ')
}

function localMinute(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const date = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-')
  return `${date} ${two(moment.getHours())}:${two(moment.getMinutes())}`
}

/** Whether words had to be broken, or the longest text had to be squeezed. */
function isCramped(cells: Cells, natural: readonly number[], widths: readonly number[]): boolean {
  const texts = natural.map((one, index) => (holdsIds(cells, index) ? 0 : one))
  const text = texts.indexOf(Math.max(...texts))
  const isSqueezed = (widths[text] ?? 0) < Math.min(natural[text] ?? 0, COMFORTABLE_WIDTH)
  return isSqueezed || widths.some((one, index) => one < longestIn(cells, index))
}

/** The first column of text. */
function mainColumn(natural: readonly number[], cells: Cells): number {
  return Math.max(
    0,
    natural.findIndex((one, index) => one > MARK_MAX_WIDTH && !holdsIds(cells, index)),
  )
}

/** The table without its columns of ids. Each id is on a line of its own below its row, under the main column. */
function drawFolded(
  { columns, rows }: Rows,
  ids: readonly number[],
  output: Output & { readonly width: number },
): string {
  const without = (row: readonly string[]) => row.filter((_, index) => !ids.includes(index))
  const head = without(columns)
  const cells = rows.map(without)
  const natural = naturalWidths(head, cells)
  const widths = squeeze(natural, [head, ...cells], output.width)
  const before = widths.slice(0, mainColumn(natural, cells)).map((width) => ' '.repeat(width) + GAP)
  const below = rows.map((row) =>
    ids.flatMap((index) => (row[index] ? [`${before.join('')}${dimIds(row[index], output)}`] : [])),
  )
  return draw(head, cells, widths, output, below)
}

function draw(
  head: readonly string[],
  rows: Cells,
  widths: readonly number[],
  output: Output,
  below: Cells = [],
): string {
  const heading = rowLines(head, widths, output.colours.bold)
  const lines = rows.flatMap((row, index) => [
    ...rowLines(row, widths, (text) => dimIds(text, output)),
    ...(below[index] ?? []),
  ])
  return [...heading, ...lines].join('\n')
}

/** A row as the lines that it takes; `style` changes the look of a text, not its width. */
function rowLines(
  row: readonly string[],
  widths: readonly number[],
  style: (text: string) => string,
): string[] {
  const cells = row.map((cell, index) => wrap(cell, widths[index] ?? 0).split('\n'))
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, index) => pad(style(lines[line] ?? ''), widths[index] ?? 0))
      .join(GAP)
      .trimEnd(),
  )
}

function naturalWidths(head: readonly string[], rows: Cells): number[] {
  return head.map((column, index) =>
    Math.max(...[column, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  )
}

/**
 * Narrows the widest columns until the table fits, breaking words only when spaces are not enough; ids are never cut.
 */
function squeeze(natural: readonly number[], rows: Cells, width: number): number[] {
  const least = natural.map((_, index) =>
    holdsIds(rows, index) ? Number.POSITIVE_INFINITY : COLUMN_MIN_WIDTH,
  )
  const wholeWords = least.map((one, index) => Math.max(one, longestIn(rows, index)))
  return narrowed(narrowed(natural, wholeWords, width), least, width)
}

function longestIn(rows: Cells, index: number): number {
  return Math.max(0, ...rows.flatMap((row) => (row[index] ?? '').split(/\s/).map(widthOf)))
}

function narrowed(widths: readonly number[], least: readonly number[], width: number): number[] {
  const result = [...widths]
  let excess = result.reduce((sum, one) => sum + one, GAP.length * (result.length - 1)) - width
  while (excess > 0) {
    const room = result.map((one, index) => (one > (least[index] ?? 0) ? one : 0))
    const widest = room.indexOf(Math.max(...room))
    if (!room[widest]) break
    result[widest] = (room[widest] ?? 0) - 1
    excess -= 1
  }
  return result
}

function holdsIds(rows: Cells, index: number): boolean {
  return rows.some((row) => row[index]?.search(ID) === 0)
}

/** Ids are less prominent than what people read. */
export function dimIds(text: string, { colours }: Output): string {
  return text.replace(ID, (id) => colours.dim(id))
}
