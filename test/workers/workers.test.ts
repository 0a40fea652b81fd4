import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createQueue, type Queue } from '../../src/clients/queue/queue.ts'
import {
  openQueueBackend,
  type QueueBackend,
  type QueuePlace,
} from '../../src/clients/queue/queue-backend.ts'
import { defineExpiry } from '../../src/core/area/expiry.ts'
import { AppError } from '../../src/core/errors.ts'
import { createShownThings } from '../../src/domain/access/answers/shown-things.ts'
import { idempotencyKeys, rateLimits } from '../../src/domain/access/tables.ts'
import type { Database } from '../../src/domain/db/db.ts'
import type { EmbeddedDatabase } from '../../src/domain/db/embedded/embedded-database.ts'
import { migrateEmbedded } from '../../src/domain/db/embedded/migrate-embedded.ts'
import { runKeys } from '../../src/domain/runs/tables.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { accessExpiries } from '../../src/tools/access/expiries.ts'
import { runExpiries } from '../../src/tools/runs/upkeep.ts'
import { createHousekeeping, HOUSEKEEPING } from '../../src/workers/jobs/housekeeping.ts'
import { createWorkers, type Running, type Work, type Workers } from '../../src/workers/workers.ts'
import { isLong } from '../support/form.ts'
import { openTestDatabase } from '../support/world/database.ts'
import { NOTHING } from '../support/world/no-models.ts'
import { redisPlace, serverPlace } from '../support/world/queue-place.ts'
import { openNewEngine } from '../support/world/shared-engine.ts'

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

const { settings } = readConfig({})
const runtimeOn = ({ db }: Pick<Database, 'db'>, now: Date) => ({
  resources: { db, shown: createShownThings([]), settings, defaultTimeZone: 'UTC', ...NOTHING },
  now: () => now,
  log,
})

/** The embedded engine always; and the server or Redis where this run has one. */
const places: { name: string; open: () => Promise<{ place: QueuePlace; close: () => Promise<void> }> }[] = [
  {
    name: 'the embedded engine',
    async open() {
      const database = await openNewEngine()
      return { place: { kind: 'embedded', engine: database.client }, close: () => database.close() }
    },
  },
]
if (process.env.DATABASE_URL) {
  places.push({
    name: 'a PostgreSQL server',
    async open() {
      const database = await openTestDatabase()
      return {
        place: serverPlace(database.url ?? ''),
        close: () => database.close(),
      }
    },
  })
}
const redisUrl = process.env.REDIS_URL
if (redisUrl) {
  places.push({
    name: 'Redis',
    open: async () => ({ place: redisPlace(redisUrl), close: async () => undefined }),
  })
}

describe.each(places)('the queue on $name', ({ open }) => {
  let backend: QueueBackend
  let place: QueuePlace
  let close: () => Promise<void>

  beforeAll(async () => {
    const opened = await open()
    place = opened.place
    backend = await openQueueBackend(place)
    close = opened.close
  })
  afterAll(async () => {
    await backend.close()
    await close()
  })

  /** A queue of the test's own, and workers on it. */
  async function start(
    work: Record<string, Work>,
    workerCount = 1,
  ): Promise<{ queue: Queue; workers: Workers[] }> {
    const queueName = `test-${randomUUID()}`
    const queue = await createQueue(backend, { name: queueName, onError: () => undefined })
    const workers = await Promise.all(
      Array.from({ length: workerCount }, () =>
        createWorkers({ backend, work, concurrency: 2, log, queueName }),
      ),
    )
    onTestFinished(async () => {
      for (const each of workers) await each.close()
      await queue.close()
      if (place.kind === 'redis') await forget(redisUrl ?? '', queueName)
    })
    return { queue, workers }
  }

  test('hands a job with its ids to a worker', async () => {
    const ran = defer<unknown>()
    const { queue } = await start({ greet: async ({ data, attempt }) => ran.resolve({ data, attempt }) })
    await queue.add('greet', { runId: 'run_1' })

    expect(await ran.promise).toEqual({ data: { runId: 'run_1' }, attempt: 1 })
  })

  test('takes a job once however often it is added under one id', async () => {
    const seen: string[] = []
    const last = defer<void>()
    const { queue } = await start({
      note: async ({ id }) => {
        seen.push(id)
        if (id === 'last') last.resolve()
      },
    })
    await Promise.all([1, 2, 3].map(() => queue.add('note', {}, { id: 'same' })))
    await queue.add('note', {}, { id: 'last', delayMs: 50 })
    await last.promise

    expect(seen).toEqual(['same', 'last'])
  })

  test.runIf(isLong)(
    'tries again after what may pass, and gives up at once on what will be refused again',
    async () => {
      const attempts: string[] = []
      const done = defer<void>()
      const { queue, workers } = await start({
        flaky: async ({ attempt }) => {
          attempts.push(`flaky ${attempt}`)
          if (attempt === 1) throw new AppError('unavailable', 'Not now.')
          done.resolve()
        },
        hopeless: async ({ attempt }) => {
          attempts.push(`hopeless ${attempt}`)
          throw new AppError('not_found', 'Nothing there.')
        },
      })
      await queue.add('hopeless', {})
      await queue.add('flaky', {})
      await done.promise
      // What became of a job is written after it has run.
      for (const each of workers) await each.close()

      expect(attempts.toSorted()).toEqual(['flaky 1', 'flaky 2', 'hopeless 1'])
      expect(await queue.counts()).toMatchObject({ waiting: 0, delayed: 0, failed: 1 })
    },
  )

  test('fires a schedule once for all workers', async () => {
    const firings: number[] = []
    const third = defer<void>()
    const { queue } = await start(
      {
        tick: async () => {
          firings.push(Date.now())
          if (firings.length === 3) third.resolve()
        },
      },
      3,
    )
    const everyMs = 400
    const startedAt = Date.now()
    await Promise.all([1, 2, 3].map(() => queue.upsertSchedule('tick', { everyMs }, { name: 'tick' })))
    await third.promise

    expect(firings.length).toBeLessThanOrEqual(Math.floor((Date.now() - startedAt) / everyMs) + 2)
    await queue.removeSchedule('tick')
    expect((await queue.counts()).delayed).toBe(0)
  })

  test.runIf(isLong)('fires each schedule on and on, though many create it at once', async () => {
    const schedules = Array.from({ length: 30 }, (_, index) => `tick${index}`)
    const firings = new Map(schedules.map((name) => [name, defer<void>()]))
    const counts = new Map<string, number>()
    const tick = async ({ data }: Running) => {
      const name = data.name ?? ''
      counts.set(name, (counts.get(name) ?? 0) + 1)
      if (counts.get(name) === 3) firings.get(name)?.resolve()
    }
    const { queue } = await start({ tick }, 3)
    log.warn.mockClear()
    for (const name of schedules) {
      const job = { name: 'tick', data: { name } }
      await Promise.all(schedules.slice(0, 6).map(() => queue.upsertSchedule(name, { everyMs: 60 }, job)))
      await firings.get(name)?.promise
      await queue.removeSchedule(name)
    }
    expect(log.warn).not.toHaveBeenCalled()
  })

  test.runIf(isLong)('tries a repeated job again with the due time of its first attempt', async () => {
    const tried = defer<void>()
    const dues = new Map<string, (number | undefined)[]>()
    const { queue } = await start({
      tick: async ({ id, dueAt }) => {
        const all = [...(dues.get(id) ?? []), dueAt?.getTime()]
        dues.set(id, all)
        if (all.length > 1) tried.resolve()
        throw new Error('the store is away')
      },
    })
    await queue.upsertSchedule('again', { everyMs: 60_000 }, { name: 'tick' })
    await tried.promise
    const [[first, second] = []] = dues.values()
    expect(first).toEqual(expect.any(Number))
    expect(second).toBe(first)
    await queue.removeSchedule('again')
  })

  test('takes the same schedule from many processes at once, while it fires', async () => {
    const { queue } = await start({ tick: async () => undefined }, 3)
    const upserts = Array.from({ length: 60 }, () =>
      queue.upsertSchedule('busy', { everyMs: 50 }, { name: 'tick' }),
    )
    expect(await Promise.all(upserts)).toHaveLength(60)
    await queue.removeSchedule('busy')
  })

  test('lets a running job finish before it closes, and takes no other then', async () => {
    const running = defer<void>()
    const release = defer<void>()
    const finished: string[] = []
    const { queue, workers } = await start({
      slow: async ({ id }) => {
        running.resolve()
        await release.promise
        finished.push(id)
      },
    })
    await queue.add('slow', {}, { id: 'first' })
    await running.promise
    const closed = Promise.all(workers.map((each) => each.close()))
    release.resolve()
    await closed
    // Not before: a fetch that is under way when it begins to close may still bring a job, which is then done as well.
    await queue.add('slow', {}, { id: 'second' })

    expect(finished).toEqual(['first'])
    expect(await queue.counts()).toMatchObject({ waiting: 1, active: 0 })
  })
})

test('a queue without its Redis says so at once, rather than wait for it', async () => {
  await expect(openQueueBackend(redisPlace('redis://127.0.0.1:1'))).rejects.toMatchObject({
    code: 'unavailable',
    fix: expect.stringContaining('REDIS_URL'),
  })
})

describe('housekeeping', () => {
  let database: EmbeddedDatabase | Awaited<ReturnType<typeof openTestDatabase>>
  afterEach(() => database.close())

  test('deletes what is past its time and nothing else', async () => {
    database = await openTestDatabase()
    const now = new Date('2026-03-04T09:00:00.000Z')
    const answer = { actorId: 'ann', operation: 'tasks.create', inputHash: 'x', output: {} }
    const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000)
    await database.db.insert(idempotencyKeys).values([
      { ...answer, key: 'old', createdAt: daysAgo(7) },
      { ...answer, key: 'young', createdAt: daysAgo(6.9) },
    ])
    await database.db.insert(rateLimits).values([
      { key: 'over', points: 1, expire: now },
      { key: 'counting', points: 1, expire: new Date(now.getTime() + 1) },
    ])
    const ofEndedRun = { runId: 'run_1', id: 'key_1', hash: 'h', fence: 1, createdAt: now }
    await database.db.insert(runKeys).values(ofEndedRun)
    const work = createHousekeeping({
      kind: database.kind,
      runtime: runtimeOn(database, now),
      expires: [...accessExpiries, ...runExpiries],
    })
    await work({ id: HOUSEKEEPING, data: {}, attempt: 1, signal: new AbortController().signal })

    expect(await database.db.select({ key: idempotencyKeys.key }).from(idempotencyKeys)).toEqual([
      { key: 'young' },
    ])
    expect(await database.db.select({ key: rateLimits.key }).from(rateLimits)).toEqual([{ key: 'counting' }])
    expect(log.info).toHaveBeenCalledWith({ answers: 1, rateLimits: 1, runKeys: 1 }, 'housekeeping done')
  })

  test('continues with the next expiry where one fails', async () => {
    database = await openTestDatabase()
    const asked: string[] = []
    const broken = defineExpiry({ name: 'broken', deletePast: () => Promise.reject(new Error('no table')) })
    const thrower = defineExpiry({
      name: 'thrower',
      deletePast() {
        throw new Error('no table either')
      },
    })
    const last = defineExpiry({
      name: 'last',
      async deletePast() {
        asked.push('last')
        return 7
      },
    })
    const runtime = runtimeOn(database, new Date())
    const work = createHousekeeping({ kind: 'server', runtime, expires: [broken, thrower, last] })
    await work({ id: HOUSEKEEPING, data: {}, attempt: 1, signal: new AbortController().signal })
    expect(asked).toEqual(['last'])
    expect(log.info).toHaveBeenCalledWith({ last: 7 }, 'housekeeping done')
    for (const expiry of ['broken', 'thrower']) {
      const fields = { err: expect.any(Error), expiry }
      expect(log.warn).toHaveBeenCalledWith(fields, 'an expiry failed')
    }
  })

  test.runIf(isLong)('vacuums the embedded store, whose tables nothing else would', async () => {
    const embedded = await openNewEngine()
    database = embedded
    await migrateEmbedded(embedded)
    const work = createHousekeeping({
      kind: 'embedded',
      runtime: runtimeOn(embedded, new Date()),
      expires: accessExpiries,
    })
    await work({ id: HOUSEKEEPING, data: {}, attempt: 1, signal: new AbortController().signal })

    const { rows } = await embedded.client.query<{ count: number }>(
      "select count(*) as count from pg_stat_user_tables where relname = 'tasks' and last_vacuum is not null",
    )
    expect(rows[0]?.count).toBe(1)
  })
})

/** Takes a queue's keys out of Redis. */
async function forget(url: string, queueName: string): Promise<void> {
  const redis = new Redis(url)
  await redis.del(await redis.keys(`bull:${queueName}:*`))
  await redis.quit()
}

interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
}

function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve: (value) => resolve(value) }
}
