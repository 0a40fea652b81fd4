/** The page of settings, made from the list that the program itself reads. */
import { settingsOf } from '../../src/config/config.ts'
import type { Area } from '../../src/core/area/area.ts'

/** The whole page, in Markdown. */
export function configurationPage(areas: readonly Area[]): string {
  const rows = settingsOf(areas).map(
    ({ variable: name, description, takes, default: fallback, secret }) =>
      `| \`${name}\` | ${cell(description)}${secret ? ' Never shown or logged.' : ''} | ${cell(takes)} | ${cell(fallback)} |`,
  )
  return `${[INTRODUCTION, '', '| variable | what it does | takes | default |', '|---|---|---|---|', ...rows].join('\n')}\n`
}

const INTRODUCTION = `# Configuration

<!-- Made from the code by \`npm run docs\`; changes here are overwritten. -->

Everything is set by environment variables, read once at the start. Nothing has to be set. A wrong value stops the
start with one line for each variable at fault; a name beginning with \`SWITCHBOARD_\` that is no setting is warned about.
An empty variable counts as not set.`

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
