/** The parts of the README that are made from the code: what stands between two markers. */
import type { Operation } from '../../src/core/operation/operation.ts'

const OPERATIONS = { from: '<!-- operations -->', to: '<!-- /operations -->' }

/** The README with its made parts replaced. */
export function readmePage(text: string, operations: readonly Operation[]): string {
  const start = text.indexOf(OPERATIONS.from)
  const end = text.indexOf(OPERATIONS.to)
  if (start < 0 || end < start)
    throw new Error(`README.md lacks the markers ${OPERATIONS.from} and ${OPERATIONS.to}.`)
  return `${text.slice(0, start)}${OPERATIONS.from}\n${summary(operations)}\n${text.slice(end)}`
}

function summary(operations: readonly Operation[]): string {
  const areas = [...new Set(operations.map(({ area }) => area))]
  const rows = areas.map((area) => {
    const verbs = operations
      .filter((operation) => operation.area === area)
      .map(({ noun, verb }) => (noun === undefined ? verb : `${noun}.${verb}`))
    return `| **${area}** | ${verbs.length} | ${verbs.map((verb) => `\`${verb}\``).join(', ')} |`
  })
  return [
    `There are ${operations.length} operations.`,
    '',
    '| area | operations | |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}
