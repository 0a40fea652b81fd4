/**
 * `npx tsx scripts/todoist-mcp.ts`: installs Todoist's own MCP server, compares it with the gateway on a stand-in of Todoist, and
 * writes docs/todoist-compared.md.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { theirProgram } from '../test/support/todoist/their-server.ts'

const COMPARISON = 'test/tools/todoist/their-server'

theirProgram('main.js')
const { status } = spawnSync('npx', ['vitest', 'run', COMPARISON, '--update'], {
  stdio: 'inherit',
  env: { ...process.env, TEST_FORM: 'long' },
})
process.exitCode = status ?? 1
