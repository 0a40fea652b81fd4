/** Todoist's own MCP server and the gateway, each with a stand-in of Todoist of its own, and called alike. */
import process from 'node:process'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { ManualClock } from '../../../support/slack/clock.ts'
import { startTodoist } from '../../../support/todoist/start-todoist.ts'
import { theirProgram, theirSettings } from '../../../support/todoist/their-server.ts'
import { TEST_NOW } from '../../../support/world/database.ts'
import { openTodoist } from '../open-todoist.ts'
import { type Json, prepare, type Side } from './tools.ts'

const MINUTES_11_MS = 11 * 60_000

export interface Called {
  readonly side: Side
  /** What a call answers; of one that fails, `failed: ` and why. */
  call(name: string, given: Json): Promise<string>
  /** What happens by itself in the next minutes. */
  later(): Promise<void>
  close(): Promise<void>
}

export async function openTheirs(): Promise<Called & { readonly tools: readonly string[] }> {
  const todoist = await startTodoist({ clock: new ManualClock(new Date(TEST_NOW)) })
  const side = prepare(todoist)
  const client = new Client({ name: 'comparison', version: '1' })
  await client.connect(
    new StdioClientTransport({
      ...{ command: process.execPath, args: [theirProgram('main.js')], stderr: 'ignore' },
      env: { ...(process.env as Record<string, string>), ...theirSettings(side.ada.token, todoist.url) },
    }),
  )
  const { tools } = await client.listTools()
  return {
    ...{ side, tools: tools.map(({ name }) => name) },
    call: async (name, given) =>
      await attempt(async () => {
        const { content, structuredContent } = await client.callTool({ name, arguments: given })
        const text = JSON.stringify((content as { text?: string }[]).map((part) => part.text ?? part))
        return `${text} ${JSON.stringify(structuredContent ?? '')}`
      }),
    later: async () => undefined,
    async close() {
      await client.close()
      await todoist.close()
    },
  }
}

export async function openOurs(): Promise<Called> {
  const open = await openTodoist()
  const side = prepare(open.todoist)
  await open.connect(side.ada.token)
  await open.call(open.byName('todoist.sync.resync'), {})
  async function later() {
    open.advance(MINUTES_11_MS)
    await open.work()
  }
  return {
    ...{ side, later, close: () => open.close() },
    call: async (name, given) =>
      await attempt(async () => {
        const operation = open.byName(name)
        const answer = await open.call(operation, given)
        // Deletions wait for ten minutes.
        if (name.endsWith('.delete')) await later()
        return `${operation.tell(answer)} ${JSON.stringify(answer)}`
      }),
  }
}

async function attempt(act: () => Promise<string>): Promise<string> {
  try {
    return await act()
  } catch (thrown) {
    return `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  }
}
