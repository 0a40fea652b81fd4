import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { QUEUE_NAME } from '../../src/clients/queue/queue-name.ts'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { createSecrets } from '../../src/domain/secrets/secrets.ts'
import { compose } from '../../src/start/compose.ts'
import { createLog } from '../../src/start/log.ts'
import { serve } from '../../src/start/main.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { operations } from '../../src/tools/registry.ts'
import { isLong } from '../support/form.ts'
import { startProcess, startProduct, urlOf } from '../support/processes.ts'
import { openTestDatabase } from '../support/world/database.ts'
import { administer, databaseUrl } from '../support/world/server.ts'

const log = createLog({ level: 'silent' })

/** What a process of this test is started with: a home and, where the run has a server, a database of its own. */
let environment: Record<string, string>

beforeEach(async () => {
  const home = mkdtempSync(join(tmpdir(), 'switchboard-main-'))
  // Last of all that ends with the test: its processes write there until they are gone.
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  environment = { SWITCHBOARD_HOME: home, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', REDIS_URL: '' }
  if (process.env.REDIS_URL) environment.REDIS_URL = process.env.REDIS_URL
  environment.DATABASE_URL = ''
  if (process.env.DATABASE_URL) {
    const database = await openTestDatabase()
    environment.DATABASE_URL = database.url ?? ''
    onTestFinished(() => database.close())
  }
})

/** Takes the product's own queue out of the run's Redis, where all other test files have queues of other names. */
async function emptyRedis(): Promise<void> {
  if (!process.env.REDIS_URL) return
  const redis = new Redis(process.env.REDIS_URL)
  const keys = await redis.keys(`bull:${QUEUE_NAME}:*`)
  if (keys.length > 0) await redis.del(...keys)
  await redis.quit()
}

beforeAll(emptyRedis)
afterAll(emptyRedis)

const config = (given: Record<string, string> = {}) => readConfig({ ...environment, ...given })
const isReady = (told: unknown) =>
  typeof told === 'object' && told !== null && 'status' in told && told.status === 'ready'
const isEmbedded = () => environment.DATABASE_URL === ''

async function createTask(url: string, title: string): Promise<number> {
  const response = await fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tasks: [{ title }] }),
  })
  await response.text()
  return response.status
}

/** The titles that are stored, read without a gateway. */
async function storedTitles(): Promise<string[]> {
  const { gateway, close } = await compose(config(), 'command', { log })
  const list = operations.find(({ name }) => name === 'tasks.list')
  if (!list) throw new Error('there is no tasks.list')
  const titles: string[] = []
  let cursor: unknown
  do {
    const input = { limit: 100, ...(typeof cursor === 'string' && { cursor }) }
    const { output } = await gateway.invoke(list, input, { actor: LOCAL_PERSON, door: 'process' })
    const page = output as { items: { title: string }[]; nextCursor: string | null }
    titles.push(...page.items.map(({ title }) => title))
    cursor = page.nextCursor
  } while (cursor)
  await close()
  return titles.toSorted()
}

const startServing = (role = 'all') => startProduct(['serve', '--role', role], environment)

describe('a gateway', () => {
  test.runIf(isLong)(
    'that is told to stop answers every call it has begun, takes no more, and ends with 0',
    async () => {
      const served = startServing()
      const url = await urlOf(served)
      expect(await createTask(url, 'first')).toBe(200)
      const attempts = Array.from({ length: 60 }, (_, index) => createTask(url, `task ${index}`))
      await Promise.race(attempts)
      const exitCode = await served.kill('SIGTERM')
      const outcomes = await Promise.allSettled(attempts)

      const statuses = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
      expect(await storedTitles()).toHaveLength(1 + statuses.filter((status) => status === 200).length)
      expect(exitCode).toBe(0)
      await expect(fetch(url)).rejects.toThrow()
    },
  )

  test.runIf(isLong)('leads others on this machine to it and to its store while it runs', async () => {
    const note = join(environment.SWITCHBOARD_HOME ?? '', 'gateway.json')
    const serving = await serve(config(), { role: 'all', log })
    expect(JSON.parse(readFileSync(note, 'utf8'))).toEqual(serving.machine)
    const store = { kind: isEmbedded() ? 'embedded' : 'server' }
    expect(serving.machine).toMatchObject({ url: serving.url, pid: process.pid, store })
    // It holds a secret.
    expect(statSync(note).mode & 0o077).toBe(0)
    if (isEmbedded()) {
      const second = startServing()
      expect(await second.line(/already/)).toContain(`process ${process.pid}`)
      expect(await second.exited).toBe(ERROR_KINDS.conflict.exitCode)
    }
    await serving.stop()
    expect(existsSync(note)).toBe(false)
  })

  test.runIf(isLong)('that finds a command at work on its store waits for it, and says so', async () => {
    const embedded = { ...environment, DATABASE_URL: '', REDIS_URL: '' }
    const lock = join(environment.SWITCHBOARD_HOME ?? '', 'data.lock')
    const command = startProcess('test/support/world/hold-lock.ts', [lock])
    await command.line(/held/)
    const gateway = startProduct(['serve'], embedded)
    await gateway.line(/has the store open; waiting for it/)
    command.endInput()
    expect(await urlOf(gateway)).toContain('http')
  })

  test('is ready when its store and its queue are, and says so', async () => {
    const serving = await serve(config(), { role: 'all', log })
    // A machine that is busy may leave it unready for a while.
    let told: unknown
    do told = await (await fetch(`${serving.url}/readyz`)).json()
    while (!isReady(told))
    expect(told).toEqual({ status: 'ready', checks: { store: 'ok', queue: 'ok' } })
    await serving.stop()
  })

  test.runIf(isLong)(
    'does not start without the key under which secrets in its store are sealed',
    async () => {
      const SWITCHBOARD_SECRET = 'a secret of thirty-two characters or more'
      const { database, keyRing, close } = await compose(config({ SWITCHBOARD_SECRET }), 'command', { log })
      await createSecrets(keyRing).secrets.put(database.db, {
        name: 'a/1/s',
        text: 'sealed',
        now: new Date(),
      })
      await close()
      const another = config({ SWITCHBOARD_SECRET: `${SWITCHBOARD_SECRET}!` })
      await expect(serve(another, { role: 'all', log })).rejects.toMatchObject({
        code: 'not_configured',
        message: expect.stringContaining('another SWITCHBOARD_SECRET'),
      })
      const both = config({ SWITCHBOARD_SECRET: `${SWITCHBOARD_SECRET}!, ${SWITCHBOARD_SECRET}` })
      const serving = await serve(both, { role: 'all', log })
      await serving.stop()
    },
  )

  test.runIf(isLong)('whose port is taken says so and lets go of everything', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    await expect(serve(config({ PORT: port }), { role: 'all', log })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(port),
    })
    other.close()

    const serving = await serve(config({ PORT: port }), { role: 'all', log })
    await serving.stop()
  })

  test.runIf(isLong)('of which everybody would need a key does not start before there is one', async () => {
    await expect(serve(config({ SWITCHBOARD_AUTH: 'required' }), { role: 'all', log })).rejects.toMatchObject(
      {
        code: 'unauthenticated',
        fix: expect.stringContaining('keys create'),
      },
    )
  })

  test('whose database is away says so', async () => {
    const away = config({ DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' })
    await expect(serve(away, { role: 'all', log })).rejects.toMatchObject({
      code: 'unavailable',
      fix: expect.stringContaining('DATABASE_URL'),
    })
  })

  test.each(['gateway', 'worker'] as const)(
    'alone, as a %s, needs a store that it can share',
    async (role) => {
      await expect(serve(config({ DATABASE_URL: '' }), { role, log })).rejects.toMatchObject({
        code: 'invalid_input',
        fix: expect.stringContaining('DATABASE_URL'),
      })
    },
  )
})

describe.skipIf(!process.env.DATABASE_URL)('several processes on one server', () => {
  test('start at once on an empty database, and all come up', async () => {
    const server = process.env.DATABASE_URL ?? ''
    const name = `switchboard_race_${randomBytes(6).toString('hex')}`
    await administer(server, `create database ${name}`)
    onTestFinished(() => administer(server, `drop database ${name} with (force)`))
    environment.DATABASE_URL = databaseUrl(server, name)
    const processes = ['gateway', 'gateway', 'worker', 'worker'].map(startServing)
    await Promise.all(processes.map((each) => each.line(/ is up at | works off the queue/)))
    const codes = await Promise.all(processes.map((each) => each.kill('SIGTERM')))
    expect(codes).toEqual([0, 0, 0, 0])
  })
})
