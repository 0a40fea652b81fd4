import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { takeStoreLock } from '../../src/domain/db/embedded/store-lock.ts'
import { isLong } from '../support/form.ts'
import { startProcess } from '../support/processes.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchboard-lock-'))
  path = join(folder, 'data.lock')
  // Last of all that ends with the test: its processes write there until they are gone.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const holdLock = () => startProcess('test/support/world/hold-lock.ts', [path])

/** The lock as a holder in another state would have left it. */
function leaveLock(change: object): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(ownLock()), ...change }))
}

function ownLock(): string {
  const probe = join(folder, 'probe.lock')
  const script = `import('${new URL('../../src/domain/db/embedded/store-lock.ts', import.meta.url)}').then(m => m.takeStoreLock(process.argv[1]))`
  spawnSync(process.execPath, ['--import', 'tsx', '-e', script, probe])
  return readFileSync(probe, 'utf8')
}

test('a second process is refused, and told which one holds the lock and the way out', async () => {
  const first = holdLock()
  await first.line(/^held/)

  await expect(takeStoreLock(path)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`process ${first.pid}`),
    fix: expect.stringContaining(`kill ${first.pid}`),
  })
})

test('the lock of a process that was killed is taken over at once', async () => {
  const first = holdLock()
  await first.line(/^held/)
  await first.kill('SIGKILL')
  expect(existsSync(path)).toBe(true)

  const lock = await takeStoreLock(path)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
  lock.release()
})

test('a released lock leaves nothing behind, and the next process has it', async () => {
  const first = holdLock()
  await first.line(/^held/)
  first.endInput()
  expect(await first.exited).toBe(0)
  expect(readdirSync(folder)).toEqual([])

  const lock = await takeStoreLock(path)
  lock.release()
})

test.runIf(isLong)('of many that find a dead lock at once, exactly one takes it', async () => {
  leaveLock({ pid: 2 ** 22 - 1, startedAt: '1' })
  const processes = Array.from({ length: 4 }, holdLock)
  const lines = await Promise.all(processes.map((process) => process.line(/^(held|conflict)/)))

  expect(lines.filter((line) => line === 'held')).toHaveLength(1)
  expect(lines.filter((line) => line.startsWith('conflict'))).toHaveLength(3)
})

test.runIf(isLong)(
  'a process that got the number of a dead holder does not keep the lock for it',
  async () => {
    leaveLock({ pid: process.ppid, startedAt: '1' })

    const lock = await takeStoreLock(path)
    lock.release()
  },
)

test.runIf(isLong)(
  'a holder in another container counts as alive while it gives signs of life, and no longer',
  async () => {
    leaveLock({ pid: 1, place: 'elsewhere pid:[1]' })
    await expect(takeStoreLock(path)).rejects.toMatchObject({ code: 'conflict' })

    const aMinuteAgo = new Date(Date.now() - 60_000)
    utimesSync(path, aMinuteAgo, aMinuteAgo)
    const lock = await takeStoreLock(path)
    lock.release()
  },
)

test.runIf(isLong)('a takeover that was cut short by a crash does not block the next one', async () => {
  leaveLock({ pid: 2 ** 22 - 1 })
  writeFileSync(`${path}.takeover`, '')
  const aMinuteAgo = new Date(Date.now() - 60_000)
  utimesSync(`${path}.takeover`, aMinuteAgo, aMinuteAgo)

  const lock = await takeStoreLock(path)
  lock.release()
})
