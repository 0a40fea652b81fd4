/** What holds where the database is reached through a real PgBouncer that is set up as it comes. */
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { sql } from 'drizzle-orm'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createExamine } from '../../src/cli/doctor/examine.ts'
import { createQueue } from '../../src/clients/queue/queue.ts'
import { openQueueBackend } from '../../src/clients/queue/queue-backend.ts'
import { connectServer } from '../../src/domain/db/server/connect-server.ts'
import { openDatabase } from '../../src/start/compose-database.ts'
import { probes } from '../../src/start/compose-probes.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { createWorkers, type Running } from '../../src/workers/workers.ts'
import { cases } from '../support/form.ts'
import { programOf, startPgBouncer } from '../support/system-servers.ts'
import { createTestLog, type LogLine } from '../support/world/database.ts'
import { administer, databaseUrl } from '../support/world/server.ts'
import { createKeyed, embeddedIn, SERVED_TIMEOUT_MS, startGateway, titlesAt } from './served.ts'

const template = inject('databaseTemplate')

/** Where there is no server or no PgBouncer, `.ci/run` tries this. */
const isPossible = template.kind === 'server' && programOf('pgbouncer') !== undefined

type Mode = 'transaction' | 'session'

/** An empty database behind a pooler of its own; `direct` leads around it. */
async function openPooled(mode: Mode): Promise<{ pooled: string; direct: string }> {
  const server = template.kind === 'server' ? template.url : ''
  const name = `${template.kind === 'server' ? template.name : ''}_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  onTestFinished(() => administer(server, `drop database ${name} with (force)`))
  const bouncer = await startPgBouncer(Number(new URL(server).port || 5432), mode)
  onTestFinished(() => bouncer.stop())
  const pooled = new URL(databaseUrl(server, name))
  pooled.host = `127.0.0.1:${bouncer.port}`
  return { pooled: pooled.href, direct: databaseUrl(server, name) }
}

async function open(variables: Record<string, string>) {
  const logged: LogLine[] = []
  const database = await openDatabase(readConfig(variables), createTestLog(logged))
  onTestFinished(() => database.close())
  if (database.kind !== 'server') throw new Error('this is not a server')
  return { database, logged }
}

/** Puts a job on the queue of `database`, and waits until a worker has done it. */
async function doJob({ queue: server }: Awaited<ReturnType<typeof open>>['database']): Promise<void> {
  const backend = await openQueueBackend({ kind: 'server', server, maxConnections: 2 })
  const done = new EventEmitter()
  const work = { note: async ({ data }: Running) => void done.emit(data.id ?? '') }
  const workers = await createWorkers({ backend, work, concurrency: 1, log: createTestLog([]) })
  const queue = await createQueue(backend, { onError: () => undefined })
  try {
    const heard = once(done, 'here')
    await queue.add('note', { id: 'here' })
    await heard
  } finally {
    await workers.close()
    await queue.close()
    await backend.close()
  }
}

async function poolerFinding(variables: Record<string, string>) {
  const examine = createExamine({
    ...probes,
    version: '1.0.0',
    readConfig: () => readConfig(variables),
  })
  return (await examine()).find(({ name }) => name === 'Pooler')
}

describe.skipIf(!isPossible)('through a pooler that shares sessions between transactions', () => {
  test('several processes come up at once, work as they do without, and say what they lack', async () => {
    const { pooled } = await openPooled('transaction')
    const variables = { DATABASE_URL: pooled, PORT: '0' }
    const opened = await Promise.all([open(variables), open(variables), open(variables)])
    for (const { database, logged } of opened) {
      expect(database.hearsOthers).toBe(false)
      expect(logged).toMatchObject([
        { level: 'warn', message: expect.stringContaining('SWITCHBOARD_DIRECT_DATABASE_URL') },
      ])
    }
    const [{ database }] = opened

    // The same statement with other values, over more connections than one: what was prepared on one is not on the next.
    const answers = Array.from({ length: 100 }, async (_, number) => {
      const query = sql`select ${number}::int as number, pg_sleep(0.001)::text`
      const run =
        number % 2 === 0 ? database.db.execute(query) : database.transaction((db) => db.execute(query))
      return (await run)[0]
    })
    expect(await Promise.all(answers)).toMatchObject(Array.from({ length: 100 }, (_, number) => ({ number })))

    await doJob(database)
    expect(await poolerFinding(variables)).toMatchObject({
      state: 'warn',
      fix: expect.stringContaining('SWITCHBOARD_DIRECT_DATABASE_URL'),
    })
  })

  test('a transaction that stands still is undone all the same, and leaves its limits to nobody', async () => {
    const { pooled } = await openPooled('transaction')
    const { database, pooling } = await connectServer(readDatabase(pooled), { poolSize: 2, stillMaxMs: 200 })
    onTestFinished(() => database.close())
    expect(pooling).toBe('transaction')
    await database.db.execute(sql`create table words (word text)`)
    const still = database.transaction(async (db) => {
      await db.execute(sql`insert into words values ('undone')`)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      await db.execute(sql`insert into words values ('undone too')`)
    })
    await expect(still).rejects.toMatchObject({ code: 'unavailable' })
    expect(await database.db.execute(sql`select word from words`)).toEqual([])
    const [row] = await database.db.execute<{ limit: string }>(
      sql`select current_setting('lock_timeout') as limit`,
    )
    expect(row?.limit).toBe('0')
  })

  test('an address around it brings back what is heard between processes, and the doctor knows', async () => {
    const { pooled, direct } = await openPooled('transaction')
    const variables = { DATABASE_URL: pooled, SWITCHBOARD_DIRECT_DATABASE_URL: direct, PORT: '0' }
    const [one, other] = [await open(variables), await open(variables)]
    expect([one.database.hearsOthers, one.logged]).toEqual([true, []])
    const told = new EventEmitter()
    const stop = await one.database.listen('words', (word) => told.emit('word', word))
    const heard = once(told, 'word')
    await other.database.notify('words', 'here')
    expect(await heard).toEqual(['here'])
    await stop()
    await doJob(one.database)
    expect(await poolerFinding(variables)).toMatchObject({ state: 'ok' })
  })

  test.runIf(cases(0, 1) === 1)(
    'a gateway serves, stops when told, and finds all of it again',
    {
      timeout: SERVED_TIMEOUT_MS,
    },
    async () => {
      const { pooled } = await openPooled('transaction')
      const { environment } = embeddedIn('/nonexistent')
      const place = { environment: { ...environment, DATABASE_URL: pooled }, databaseUrl: pooled }
      const { url, process: gateway } = await startGateway(place)
      for (const title of ['one', 'two', 'two'])
        expect(await createKeyed(url, title)).toMatchObject({ status: 200 })
      expect(await gateway.kill('SIGTERM')).toBe(0)
      expect(await titlesAt((await startGateway(place)).url)).toEqual(['one', 'two'])
    },
  )
})

describe.skipIf(!isPossible)('through a pooler that keeps a session to its connection', () => {
  test('nothing is lacking', async () => {
    const { pooled } = await openPooled('session')
    const { database, logged } = await open({ DATABASE_URL: pooled, PORT: '0' })
    expect([database.hearsOthers, logged]).toEqual([true, []])
    await doJob(database)
    expect(await poolerFinding({ DATABASE_URL: pooled, PORT: '0' })).toMatchObject({ state: 'ok' })
  })
})

function readDatabase(url: string) {
  const { database } = readConfig({ DATABASE_URL: url })
  if (database === undefined) throw new Error('it was not read')
  return database
}
