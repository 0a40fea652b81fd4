/**
 * For each tool of Todoist's own MCP server, the same effect through the gateway, each on a stand-in of Todoist of its own;
 * then what faults leave behind. It runs in the long form, where `npx tsx scripts/todoist-mcp.ts` has installed that server,
 * which also writes the page that is compared here.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../../../support/form.ts'
import { isTheirServerInstalled } from '../../../support/todoist/their-server.ts'
import { type Left, leaveAll } from './faults.ts'
import { type Called, openOurs, openTheirs } from './sides.ts'
import { TOOLS } from './tools.ts'

const PAGE = '../../../../docs/todoist-compared.md'
const CALLS_MAX_MS = 600_000

const canRun = isLong && isTheirServerInstalled

let theirs: Awaited<ReturnType<typeof openTheirs>>
let ours: Called
const compared: string[] = []
const left: Left[] = []

beforeAll(async () => {
  if (!canRun) return
  theirs = await openTheirs()
  ours = await openOurs()
}, CALLS_MAX_MS)

afterAll(async () => {
  await theirs?.close()
  await ours?.close()
})

test.skipIf(!canRun)(
  "the gateway has the same effect as each tool of Todoist's server",
  async () => {
    expect(Object.keys(TOOLS).sort()).toEqual([...theirs.tools].sort())
    for (const [tool, { args, here, effect, flaw }] of Object.entries(TOOLS)) {
      const there = effect(theirs.side, await theirs.call(tool, args(theirs.side)))
      const [operation, input] = here(ours.side)
      const answer = await ours.call(operation, input)
      compared.push(`| ${tool} | \`${operation}\` | ${flaw ?? 'the same'} |`)
      const expected = flaw === undefined ? there : true
      expect
        .soft({ tool, effect: effect(ours.side, answer), answer })
        .toMatchObject({ tool, effect: expected })
    }
  },
  CALLS_MAX_MS,
)

test.skipIf(!canRun)(
  'faults double and lose nothing here',
  async () => {
    left.push(...(await leaveAll(theirs, ours)))
    const counted = left.filter(({ theirs: each }) => each.endsWith('lost'))
    expect(counted.map(({ fault, call, ours: each }) => ({ fault, call, each }))).toEqual(
      counted.map(({ fault, call }) => ({ fault, call, each: '0 doubled, 0 lost' })),
    )
  },
  CALLS_MAX_MS,
)

test.skipIf(!canRun)('the page says what was compared', async () => {
  const rows = left.map(
    ({ fault, call, ...each }) => `| ${fault} | ${call} | ${each.theirs} | ${each.ours} |`,
  )
  await expect(`# Beside Todoist's own MCP server

Both servers were called on a stand-in of Todoist of their own: \`@doist/todoist-mcp\` 11.0.0, and the gateway. This page is
written by \`npx tsx scripts/todoist-mcp.ts\`, which installs that server, and a test fails when the page is not current.

## What faults leave behind

Of a batch, the second request of Todoist's server meets the fault. Here a batch is one request: one of its commands meets the
503, and the request as a whole the other faults.

| fault | call | Todoist's server | here |
|---|---|---|---|
${rows.join('\n')}

What waits here goes out by itself. What was lost at Todoist's server is for the caller to send again.

## Each of its tools

What is compared is the effect at Todoist, or what a read answers.

| tool of Todoist's server | here | effect |
|---|---|---|
${compared.join('\n')}
`).toMatchFileSnapshot(PAGE)
})
