/** The command line as it is installed: real processes on one home folder. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { sql } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import { openEmbeddedStore } from '../../src/domain/db/embedded/open-embedded.ts'
import { isLong } from '../support/form.ts'
import { UNOPTIMIZED } from '../support/world/unoptimized.ts'

const BIN = resolve('bin/switchboard')

/**
 * Several processes start and stop in one test, each of which takes ten seconds of processor time where others keep the
 * machine busy. A ceiling: nothing waits for it.
 */
const TEST_TIMEOUT_MS = 240_000

interface Ended {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

let home: string
let running: ChildProcess[]

/** Nothing of this machine's own setup reaches a process. */
function environment(more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', SWITCHBOARD_HOME: home, PORT: '0', LOG_LEVEL: 'silent', ...more }
}

function run(argv: readonly string[], more?: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [UNOPTIMIZED, BIN, ...argv],
      { env: environment(more) },
      (_, out, err) => resolve({ exitCode: child.exitCode ?? -1, out, err }),
    )
    child.stdin?.end()
  })
}

/** Starts a gateway; gives its process and its address. */
async function serve(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [UNOPTIMIZED, BIN, 'serve'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /is up at (\S+)/.exec(line) ?? []
    if (url !== undefined) return { child, url }
  }
  throw new Error('the gateway ended before it was up')
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

async function titles(): Promise<string[]> {
  const { out } = await run(['tasks', 'list', '--json'])
  const { items }: { items: { title: string }[] } = JSON.parse(out)
  return items.map(({ title }) => title).sort()
}

/** As they lie in the store, when no process has it open. */
async function storedTitles(): Promise<unknown[]> {
  const store = await openEmbeddedStore(home)
  try {
    const rows = await store.db.execute<{ title: string }>(sql`select title from tasks order by title`)
    return rows.map(({ title }) => title)
  } finally {
    await store.close()
  }
}

async function openClient(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const args = [UNOPTIMIZED, BIN, 'mcp']
  const command = process.execPath
  await client.connect(new StdioClientTransport({ command, args, env: environment(), stderr: 'inherit' }))
  return client
}

// Whatever process comes first would build; the tests are not about that.
beforeAll(() => run(['--version'], { SWITCHBOARD_HOME: tmpdir() }), TEST_TIMEOUT_MS)

beforeEach(async () => {
  running = []
  home = await mkdtemp(join(tmpdir(), 'switchboard-cli-'))
})

afterEach(async () => {
  await Promise.all(running.map((child) => stop(child, 'SIGKILL')))
  await rm(home, { recursive: true, force: true })
})

describe('the command line', { timeout: TEST_TIMEOUT_MS }, () => {
  it.runIf(isLong)('sees the same tasks with a gateway, after it was killed, and without one', async () => {
    const { child, url } = await serve()
    const [made, key, second, wrong] = await Promise.all([
      run(['tasks', 'create', 'through the gateway']),
      run(['keys', 'create', 'mine', '--scopes', 'admin']),
      run(['serve']),
      run(['serve'], { PORT: 'http' }),
    ])
    expect(made).toMatchObject({ exitCode: 0, err: '' })
    // It proves to the gateway that it is the owner's: whoever only reaches the port makes no key.
    expect(key).toMatchObject({ exitCode: 0, out: expect.stringContaining('sb_') })
    expect((await fetch(`${url}/v1/keys?everyone=true`)).status).toBe(403)
    // A start that cannot be says in a line what to do instead.
    expect(second).toMatchObject({
      exitCode: ERROR_KINDS.conflict.exitCode,
      out: '',
      err: expect.stringContaining(url),
    })
    expect(wrong).toMatchObject({
      exitCode: ERROR_KINDS.invalid_input.exitCode,
      err: expect.stringContaining('PORT'),
    })
    const { items } = JSON.parse(await (await fetch(`${url}/v1/tasks`)).text())
    expect(items).toMatchObject([{ title: 'through the gateway' }])
    await stop(child, 'SIGKILL')
    // Two at once: the one waits for the store until the other is done with it.
    const both = await Promise.all([run(['tasks', 'create', 'one']), run(['tasks', 'create', 'two'])])
    expect(both).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }])
    expect(await storedTitles()).toEqual(['one', 'through the gateway', 'two'])
  })
})

describe('an answer that cannot be written', () => {
  it.runIf(existsSync('/dev/full'))('is told, also by the exit code', async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [UNOPTIMIZED, BIN, 'help'], {
      env: environment(),
      stdio: ['ignore', full, 'pipe'],
    })
    const said = child.stderr?.toArray()
    await once(child, 'close')
    closeSync(full)
    expect(child.exitCode).toBe(9)
    expect(String(await said)).toContain('could not be written (ENOSPC)')
  })
})

describe('MCP on the standard streams', { timeout: TEST_TIMEOUT_MS }, () => {
  it.runIf(isLong)(
    'serves where no gateway runs, lets others in meanwhile, and outlives the process it leaned on',
    async () => {
      const create = (title: string) => ({ name: 'tasks_create', arguments: { tasks: [{ title }] } })
      const first = await openClient()
      expect((await first.callTool(create('from the first'))).isError).not.toBe(true)
      const { prompts } = await first.listPrompts()
      expect(prompts.map(({ name }) => name)).toContain('plan_my_day')
      const { contents } = await first.readResource({ uri: 'plan://today' })
      expect(contents).toMatchObject([{ text: expect.stringContaining('"doneToday":0') }])
      const second = await openClient()
      const secret = await second.callTool({
        name: 'call_operation',
        arguments: { name: 'access.create_key', input: { label: 'x', scopes: ['admin'] } },
      })
      expect(secret.isError).toBe(true)
      expect(await titles()).toEqual(['from the first'])
      await first.close()
      expect((await second.callTool(create('from the second'))).isError).not.toBe(true)
      await second.close()
      expect(await storedTitles()).toEqual(['from the first', 'from the second'])
    },
  )
})
