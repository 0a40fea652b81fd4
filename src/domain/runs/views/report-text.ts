/** A report on runs as Markdown. */
import type { ReportKey, ReportRow, RunFigures, Span } from './reports.ts'

const HEADS = [
  'runs',
  'succeeded',
  'failed',
  'cancelled',
  'success',
  'cost',
  'tokens',
  'to start (p50 / p95)',
  'taken (p50 / p95)',
  'rating',
]

interface Report extends Span {
  readonly by: ReportKey
  readonly rows: readonly ReportRow[]
  readonly totals: RunFigures
}

export function reportMarkdown({ by, from, until, timeZone, rows, totals }: Report): string {
  const lines = [[by, ...HEADS], HEADS.map(() => '---').concat('---')]
  for (const row of rows) lines.push([cell(row.name), ...figureCells(row)])
  lines.push(['**all**', ...figureCells(totals)])
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return `# Runs by ${by}, ${from} to ${until} (${timeZone})\n\n${table}\n`
}

/** The figures of a row, for people. */
export function figureCells(figures: RunFigures): string[] {
  const { runs, succeeded, failed, cancelled, successRate, costUsd, tokens, rating, ratings } = figures
  return [
    String(runs),
    String(succeeded),
    String(failed),
    String(cancelled),
    successRate === null ? '' : `${Math.round(successRate * 100)} %`,
    costUsd === null ? 'unknown' : `$${costUsd.toFixed(4)}`,
    String(tokens),
    spread(figures.timeToStartMs),
    spread(figures.timeTakenMs),
    rating === null ? '' : `${rating} (${ratings})`,
  ]
}

export const FIGURE_HEADS: readonly string[] = HEADS

function spread(times: RunFigures['timeTakenMs']): string {
  return times === null ? '' : `${seconds(times.p50)} / ${seconds(times.p95)}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** A name is a person's text: it must not end its cell. */
function cell(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/\s+/g, ' ')
}
