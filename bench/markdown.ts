/** Puts the figures of a run into the page on performance, each measure's between the marks that name it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Figure } from './figures.ts'
import type { Measure } from './options.ts'
import { byTitle, cells, HEAD } from './report.ts'

const PAGE = new URL('../docs/performance.md', import.meta.url)

export interface Measured {
  readonly measure: Measure
  readonly figures: readonly Figure[]
}

interface Conditions {
  readonly seconds: number
  readonly loadAverage: number
}

/** Measures whose figures the page does not show are left out. */
export function putIntoPage(measured: readonly Measured[], conditions: Conditions): void {
  const page = measured.reduce(
    (text, { measure, figures }) => {
      const [from, to] = [`<!-- figures: ${measure} -->`, `<!-- /figures: ${measure} -->`]
      const [start, end] = [text.indexOf(from), text.indexOf(to)]
      if (start < 0 || end < start) return text
      return `${text.slice(0, start)}${from}\n${renderMarkdown(figures, conditions)}\n${text.slice(end)}`
    },
    readFileSync(PAGE, 'utf8'),
  )
  writeFileSync(PAGE, page)
}

function renderMarkdown(figures: readonly Figure[], { seconds, loadAverage }: Conditions): string {
  const tables = byTitle(figures).map(([title, those]) => {
    const rows = [HEAD, HEAD.map(() => '---'), ...those.map(cells)]
    return `**${title}**\n\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`
  })
  const machine = `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`
  const busy = `load average before: ${loadAverage.toFixed(1)}`
  return `\n${tables.join('\n\n')}\n\n${machine}; ${seconds} s a side; ${busy}.\n`
}
