/** A table as Slack's own tables. */
import type { TableBlock } from '@slack/types'
import type { Table } from '../../core/operation/description.ts'
import { type Part, unitsOf } from './message.ts'

/** The most rows of a table in Slack, besides its headings. */
const ROWS_MAX = 99
const COLUMNS_MAX = 20
/** Units of the JSON of one table: a message has room for more than that. */
const TABLE_MAX_UNITS = 9_000
/** Units of a cell beyond which its column breaks lines, so that the others stay in sight. */
const WIDE_CELL_UNITS = 40
/** Slack refuses a cell without text: a space that no trimming takes away. */
const EMPTY_CELL = '\u2060\u00a0'
/** Marks that are made of letters where there are no signs, as in a terminal. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['[ ]', '☐'],
  ['[x]', '☑'],
  ['[~]', '◐'],
  ['[-]', '☒'],
])

/** A line in which the first mark of letters is a sign. */
export function signsIn(line: string): string {
  return line.replace(/\[[ x~-]\]/, (mark) => SIGNS.get(mark) ?? mark)
}

/** Undefined: it is too wide for Slack's tables, or has no rows. */
export function tableParts({ columns, rows }: Table): Part[] | undefined {
  const isNative = columns.length <= COLUMNS_MAX && rows.every((row) => fits(columns, [row]))
  if (!isNative || rows.length === 0) return undefined
  return chunksOf(columns, rows).map((chunk) => ({
    block: tableBlock(columns, chunk),
    says: chunk.map((row) => lineOf(columns, row)).join('\n'),
  }))
}

type Rows = readonly (readonly string[])[]

/** As many rows in each table as it takes. */
function chunksOf(columns: readonly string[], rows: Rows): Rows[] {
  const chunks: (readonly string[])[][] = []
  for (const row of rows) {
    const last = chunks.at(-1)
    if (last !== undefined && last.length < ROWS_MAX && fits(columns, [...last, row])) last.push(row)
    else chunks.push([row])
  }
  return chunks
}

function fits(columns: readonly string[], rows: Rows): boolean {
  return unitsOf(tableBlock(columns, rows)) <= TABLE_MAX_UNITS
}

function tableBlock(columns: readonly string[], rows: Rows): TableBlock {
  return {
    type: 'table',
    rows: [columns, ...rows].map((row) => columns.map((_, place) => cellOf(row[place]))),
    column_settings: columns.map((_, place) => columnSettings(rows.map((row) => row[place] ?? ''))),
  }
}

function cellOf(text = ''): TableBlock['rows'][number][number] {
  return { type: 'raw_text', text: text.trim() === '' ? EMPTY_CELL : (SIGNS.get(text) ?? text) }
}

const NUMBER = /^-?[\d.,]+$/

function columnSettings(cells: readonly string[]) {
  const isNumeric = cells.every((cell) => NUMBER.test(cell))
  return {
    align: isNumeric ? ('right' as const) : ('left' as const),
    is_wrapped: cells.some((cell) => cell.length > WIDE_CELL_UNITS),
  }
}

/** A row as a line: only what it has. */
function lineOf(columns: readonly string[], row: readonly string[]): string {
  const cells = columns.map((column, place) => ({ column, cell: row[place] ?? '' }))
  return cells.flatMap(({ column, cell }) => (cell.trim() === '' ? [] : [said(column, cell)])).join(' · ')
}

function said(column: string, cell: string): string {
  return column.trim() === '' ? cell : `${column}: ${cell}`
}
