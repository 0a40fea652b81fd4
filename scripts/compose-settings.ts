/** The settings of areas in compose.yaml: what stands between two markers is made from their manifests. */
import type { Area } from '../src/core/area/area.ts'

const MARKERS = { from: '    # <settings>\n', to: '    # </settings>\n' }

/** The file with its made part replaced: each variable is handed on from the environment of `docker compose`. */
export function composeFile(text: string, areas: readonly Area[]): string {
  const start = text.indexOf(MARKERS.from)
  const end = text.indexOf(MARKERS.to)
  if (start < 0 || end < start) throw new Error('compose.yaml lacks the markers <settings> and </settings>.')
  const lines = areas
    .flatMap((area) => area.settings)
    .map(({ variable }) => `    ${variable}: \${${variable}:-}\n`)
  return `${text.slice(0, start)}${MARKERS.from}${lines.join('')}${text.slice(end)}`
}
