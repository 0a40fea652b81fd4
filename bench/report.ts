/** Prints figures as a table for people, and gives them as JSON for machines. */
import { cpus } from 'node:os'
import { aimText, type Figure, isMet, ratioOf, shown } from './figures.ts'

export const HEAD = [
  'what',
  'store',
  'conns',
  'ours',
  'baseline',
  'ratio',
  'p50 ms',
  'p99 ms',
  'its p99',
  'aim',
  '',
]
const RIGHT_FROM = 2
const RIGHT_TO = 8

/** One table a title, in the order in which they were taken. */
export function renderTables(figures: readonly Figure[]): string {
  return byTitle(figures)
    .map(([title, those]) => `${title}\n${renderTable(those)}`)
    .join('\n\n')
}

export function byTitle(figures: readonly Figure[]): [title: string, figures: Figure[]][] {
  const titles = [...new Set(figures.map(({ measure }) => measure))]
  return titles.map((title) => [title, figures.filter(({ measure }) => measure === title)])
}

function renderTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const padded = (cell: string, column: number) => {
    const isRight = column >= RIGHT_FROM && column <= RIGHT_TO
    return isRight ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
  }
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n')
}

/** A figure as a row under `HEAD`. */
export function cells(figure: Figure): string[] {
  const { baseline, unit, p50Ms, p99Ms, aim } = figure
  const ratio = ratioOf(figure)
  const met = isMet(figure)
  return [
    figure.name,
    figure.store ?? '',
    figure.connections === undefined ? '' : String(figure.connections),
    `${shown(figure.ours)} ${unit}`,
    baseline ? `${shown(baseline.value)} ${baseline.name}` : '',
    ratio === undefined ? '' : shown(ratio),
    p50Ms === undefined ? '' : shown(p50Ms),
    p99Ms === undefined ? '' : shown(p99Ms),
    baseline?.p99Ms === undefined ? '' : shown(baseline.p99Ms),
    aim ? aimText(aim) : '',
    met === undefined ? '' : met ? 'met' : 'NOT met',
  ]
}

export interface Run {
  readonly at: Date
  readonly version: string
  readonly loadAverage: number
  readonly figures: readonly Figure[]
}

export function renderJson({ at, version, loadAverage, figures }: Run): string {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    loadAverageBefore: loadAverage,
  }
  const results = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), met: isMet(figure) }))
  return JSON.stringify({ at, version, machine, figures: results }, null, 2)
}
