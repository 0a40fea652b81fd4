/** Todoist's own MCP server. With what it needs it takes 79 MB, so it is installed at its first use, and is no dependency. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGES = ['@doist/todoist-mcp@11.0.0', '@modelcontextprotocol/sdk@1.32.2']
const PLACE = join('node_modules', '.cache', 'todoist-mcp')
const PROGRAMS = join(PLACE, 'node_modules', '@doist', 'todoist-mcp', 'dist')

export const isTheirServerInstalled = existsSync(PROGRAMS)

/** Its program, which speaks over its standard streams (`main.js`) or over HTTP (`main-http.js`). */
export function theirProgram(name: 'main.js' | 'main-http.js'): string {
  if (!existsSync(PROGRAMS)) install()
  return join(PROGRAMS, name)
}

/** How it finds the account with this token at this stand-in. */
export function theirSettings(token: string, url: string) {
  return { TODOIST_API_KEY: token, TODOIST_BASE_URL: url }
}

function install(): void {
  mkdirSync(PLACE, { recursive: true })
  writeFileSync(join(PLACE, 'package.json'), '{ "private": true }\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', ...PACKAGES], { cwd: PLACE })
}
