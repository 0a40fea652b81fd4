/**
 * For each tool of Todoist's own MCP server, the same effect through the gateway, each on a stand-in of Todoist of its own;
 * then what faults leave behind. It runs in the long form, after `npx tsx scripts/todoist-mcp.ts` has installed that server,
 * and prints the tables of docs/todoist.md.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../../../support/form.ts'
import { startTodoist } from '../../../support/todoist/start-todoist.ts'
import { openTodoist } from '../open-todoist.ts'
import { type Json, prepare, type Side, TOOLS } from './tools.ts'

const SERVER = join('node_modules/.cache/todoist-mcp/node_modules/@doist/todoist-mcp/dist/main.js')
const MINUTES_11_MS = 11 * 60_000
const CALLS_MAX_MS = 600_000

const canRun = isLong && existsSync(SERVER)

let theirs: Awaited<ReturnType<typeof openTheirs>>
let ours: Awaited<ReturnType<typeof openOurs>>

beforeAll(async () => {
  if (!canRun) return
  theirs = await openTheirs()
  ours = await openOurs()
}, CALLS_MAX_MS)

afterAll(async () => {
  await theirs?.close()
  await ours?.close()
})

const say = (line: string) => void process.stdout.write(`${line}\n`)

test.skipIf(!canRun)(
  "the gateway has the same effect as each tool of Todoist's server",
  async () => {
    say("\n| tool of Todoist's server | the same here | effect |\n|---|---|---|")
    for (const [tool, { args, here, effect }] of Object.entries(TOOLS)) {
      const there = await attempt(() => theirs.call(tool, args(theirs.side)))
      const [operation, input] = here(ours.side)
      const answer = await attempt(() => ours.call(operation, input))
      const [one, other] = [effect(theirs.side, there), effect(ours.side, answer)]
      const isSame = JSON.stringify(one) === JSON.stringify(other)
      say(
        `| ${tool} | \`${operation}\` | ${isSame ? 'the same' : `differs: ${JSON.stringify(one)}, here ${JSON.stringify(other)}`} |`,
      )
      if (!isSame) say(`<!-- ${there.slice(0, 300)} --- ${answer.slice(0, 300)} -->`)
      expect.soft({ tool, effect: other }).toEqual({ tool, effect: one })
    }
  },
  CALLS_MAX_MS,
)

test.skipIf(!canRun)(
  'faults double and lose nothing here',
  async () => {
    say("\n| fault | Todoist's server | here |\n|---|---|---|")
    await showFaults()
  },
  CALLS_MAX_MS,
)

async function openTheirs() {
  const todoist = await startTodoist()
  const side = prepare(todoist)
  const client = new Client({ name: 'comparison', version: '1' })
  await client.connect(
    new StdioClientTransport({
      ...{ command: process.execPath, args: [SERVER], stderr: 'ignore' },
      env: {
        ...(process.env as Record<string, string>),
        ...{ TODOIST_API_KEY: side.ada.token, TODOIST_BASE_URL: todoist.url },
      },
    }),
  )
  return {
    side,
    async call(name: string, given: Json) {
      const { content, structuredContent } = await client.callTool({ name, arguments: given })
      return `${(content as { text?: string }[])[0]?.text ?? ''} ${JSON.stringify(structuredContent ?? '')}`
    },
    later: async () => undefined,
    async close() {
      await client.close()
      await todoist.close()
    },
  }
}

async function openOurs() {
  const open = await openTodoist()
  const side = prepare(open.todoist)
  await open.connect(side.ada.token)
  await open.call(open.byName('todoist.sync.resync'), {})
  return {
    side,
    async call(name: string, given: Json) {
      const operation = open.byName(name)
      const answer = await open.call(operation, given)
      // Deletions wait for ten minutes.
      if (name.endsWith('.delete')) {
        open.advance(MINUTES_11_MS)
        await open.work()
      }
      return `${operation.tell(answer)} ${JSON.stringify(answer)}`
    },
    async later() {
      open.advance(MINUTES_11_MS)
      await open.work()
    },
    close: () => open.close(),
  }
}

async function attempt(act: () => Promise<string>): Promise<string> {
  try {
    return await act()
  } catch (thrown) {
    return `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  }
}

/** What is left of three new tasks, of a reschedule and of a completion, after each fault. */
async function showFaults(): Promise<void> {
  const names = ['Batch 1', 'Batch 2', 'Batch 3']
  const tasks = names.map((content) => ({ content }))
  const strikes: [string, (side: Side, route: string) => void][] = [
    ['503 in the middle of a batch', ({ todoist }, route) => todoist.faults.unavailable(route)],
    ['answer lost after the effect', ({ todoist }, route) => todoist.faults.loseAnswer(route, true)],
    ['429 for 30 seconds', ({ todoist }, route) => todoist.faults.limit(route, 30)],
  ]
  for (const [fault, strike] of strikes) {
    const left: string[] = []
    for (const [one, tool, route] of [
      [theirs, 'add-tasks', 'POST /tasks'],
      [ours, 'todoist.tasks.create', 'POST /sync'],
    ] as const) {
      strike(one.side, route)
      await attempt(() => one.call(tool, { tasks }))
      await one.later()
      left.push(leftOf(one.side, names))
    }
    say(`| ${fault} | ${left.join(' | ')} |`)
  }
  await showDue('a timed task is moved to a day', 'Timed', async (one, id) =>
    one === theirs
      ? await one.call('reschedule-tasks', { tasks: [{ id, date: '2030-01-15' }] })
      : await one.call('todoist.tasks.reschedule', { taskIds: [id], due: '2030-01-15' }),
  )
  await showDue('a repeating task is completed', 'Repeating', async (one, id) =>
    one === theirs
      ? await one.call('complete-tasks', { ids: [id] })
      : await one.call('todoist.tasks.complete', { taskIds: [id] }),
  )
}

function leftOf({ ada }: Side, names: readonly string[]): string {
  const made = ada.tasks().filter(({ content }) => names.includes(content))
  const doubled = made.length - new Set(made.map(({ content }) => content)).size
  const lost = names.filter((name) => !made.some(({ content }) => content === name)).length
  for (const { id } of made) ada.remove(id)
  return `${doubled} doubled, ${lost} lost`
}

async function showDue(
  fault: string,
  content: string,
  act: (one: typeof theirs | typeof ours, id: string) => Promise<string>,
): Promise<void> {
  const left: string[] = []
  for (const one of [theirs, ours]) {
    const { id } = one.side.ada.find(content)
    await attempt(() => act(one, id))
    const { due, checked } = one.side.ada.task(id)
    left.push(
      `${due?.date ?? 'no date'}, ${due?.is_recurring ? 'repeats' : 'does not repeat'}, ${checked ? 'finished' : 'open'}`,
    )
  }
  say(`| ${fault} | ${left.join(' | ')} |`)
}
