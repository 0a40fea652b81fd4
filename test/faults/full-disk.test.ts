/** What holds when the disk under an embedded store is full, read-only or gone: nothing is lost, the process lives, and goes on by itself. */
import { spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import fs, { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createQueue } from '../../src/clients/queue/queue.ts'
import { openQueueBackend } from '../../src/clients/queue/queue-backend.ts'
import type { EmbeddedDatabase } from '../../src/domain/db/embedded/embedded-database.ts'
import { openEmbeddedStore } from '../../src/domain/db/embedded/open-embedded.ts'
import { createWorkers, type Running } from '../../src/workers/workers.ts'
import { cases, isLong } from '../support/form.ts'
import { createTestLog, type LogLine } from '../support/world/database.ts'
import {
  createKeyed,
  createUntilDone,
  embeddedIn,
  SERVED_TIMEOUT_MS,
  startGateway,
  titlesAt,
} from './served.ts'

const MEGABYTE = 2 ** 20

async function openStore() {
  const home = mkdtempSync(join(tmpdir(), 'switchboard-full-disk-'))
  const logged: LogLine[] = []
  const store = await openEmbeddedStore(home, createTestLog(logged))
  onTestFinished(async () => {
    await store.close()
    rmSync(home, { recursive: true, force: true })
  })
  await store.db.execute(sql`create table words (word text)`)
  return { home, store, logged }
}

const write = (store: EmbeddedDatabase, word: string) =>
  store.transaction((db) => db.execute(sql`insert into words values (${word})`))

const wordsIn = async (store: EmbeddedDatabase) =>
  (await store.db.execute<{ word: string }>(sql`select word from words order by word`)).map(
    ({ word }) => word,
  )

/** Replaces one of Node's own functions, for the engine and for us, until the test ends or the answer is called. */
function replace<Name extends 'openSync' | 'statfsSync' | 'accessSync'>(
  name: Name,
  by: (original: (typeof fs)[Name]) => unknown,
) {
  const original = fs[name]
  const put = (value: unknown) => {
    Object.assign(fs, { [name]: value })
    syncBuiltinESMExports()
  }
  put(by(original))
  const restore = () => put(original)
  onTestFinished(restore)
  return restore
}

/** No room for another segment of the write-ahead log. */
const fillDisk = () =>
  replace('openSync', (open) => (...given: Parameters<typeof open>) => {
    if (String(given[0]).includes('xlogtemp')) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    return open(...given)
  })

/** Says that so many bytes and files are free. */
const tellFree = (bytes: number, ffree = 100_000) =>
  replace('statfsSync', () => () => ({ bavail: bytes / 4096, bsize: 4096, files: 100_000, ffree }))

/** As on a disk that was mounted again to be read only. */
const forbidWrites = () =>
  replace('accessSync', () => () => {
    throw Object.assign(new Error('read-only file system'), { code: 'EROFS' })
  })

/** Calls until it is done, for as long as the test lasts. */
async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (refused) {
      expect(refused).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) })
      await new Promise(setImmediate)
    }
  }
}

const NO_ROOM = {
  code: 'unavailable',
  message: expect.stringContaining('disk'),
  fix: expect.stringContaining('SWITCHBOARD_HOME'),
}

test.runIf(isLong)(
  'a store whose disk fills up under a write refuses it, and continues with all it answered once there is room',
  async () => {
    const { store, logged } = await openStore()
    const { queue, noted } = await openQueue(store)
    await write(store, 'before')
    const first = noted('before')
    await queue.add('note', { id: 'before' })
    await first
    const emptyDisk = fillDisk()
    await store.db.execute(sql`select pg_switch_wal()`)

    await expect(write(store, 'refused')).rejects.toMatchObject(NO_ROOM)
    await expect(write(store, 'refused too')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' })

    emptyDisk()
    await untilDone(() => write(store, 'after'))
    expect(await wordsIn(store)).toEqual(['after', 'before'])
    await store.ping()
    expect(logged).toMatchObject([
      { level: 'error', message: expect.stringContaining('stopped') },
      { level: 'error', message: expect.stringContaining('does not open') },
      { level: 'info', message: expect.stringContaining('open again') },
    ])
    // Its workers wait for word of a new job, which the session before the fault was told to bring.
    const second = noted('after')
    await queue.add('note', { id: 'after' })
    await second
  },
)

/** A queue on the store with a worker, and the way to wait until that has done a job. */
async function openQueue(store: EmbeddedDatabase) {
  const backend = await openQueueBackend({ kind: 'embedded', engine: store.client })
  const done = new EventEmitter()
  const work = { note: async ({ data }: Running) => void done.emit(data.id ?? '') }
  const workers = await createWorkers({ backend, work, concurrency: 1, log: createTestLog([]) })
  const queue = await createQueue(backend, { onError: () => undefined })
  onTestFinished(async () => {
    await workers.close()
    await queue.close()
  })
  return { queue, noted: (id: string) => once(done, id) }
}

test('a store whose disk is almost full reads, refuses to write before anything breaks, and writes again on its own', async () => {
  const { home, store, logged } = await openStore()
  const written: string[] = []
  tellFree(20 * MEGABYTE)
  const refusal = await writeUntilRefused(store, written)
  expect(refusal).toMatchObject(NO_ROOM)

  await expect(write(store, 'refused')).rejects.toMatchObject(NO_ROOM)
  await expect(store.db.execute(sql`delete from words`)).rejects.toMatchObject({ cause: NO_ROOM })
  await expect(store.ping()).rejects.toMatchObject(NO_ROOM)
  expect(await wordsIn(store)).toEqual(written)

  tellFree(60 * MEGABYTE)
  await untilDone(() => write(store, 'z'))
  expect(await wordsIn(store)).toEqual([...written, 'z'])
  await store.ping()
  expect(logged).toMatchObject([
    {
      level: 'error',
      message: expect.stringContaining('almost full'),
      fields: { folder: join(home, 'data') },
    },
    { level: 'info', message: expect.stringContaining('writes again') },
  ])
})

const STATES = [
  { state: 'takes no writes', set: forbidWrites, says: 'cannot be written to' },
  { state: 'has no more files to give', set: () => tellFree(500 * MEGABYTE, 3), says: 'disk' },
]

test.each(STATES.slice(0, cases(1, STATES.length)))(
  'a store whose disk $state reads, says why it does not write, and writes again on its own',
  async ({ set, says }) => {
    const { store, logged } = await openStore()
    const written: string[] = []
    const restore = set()
    const refusal = { code: 'unavailable', message: expect.stringContaining(says) }
    expect(await writeUntilRefused(store, written)).toMatchObject(refusal)
    await expect(store.ping()).rejects.toMatchObject(refusal)
    expect(await wordsIn(store)).toEqual(written)

    restore()
    await untilDone(() => write(store, 'z'))
    await store.ping()
    expect(logged.map(({ level }) => level)).toEqual(['error', 'info'])
  },
)

test.runIf(isLong)(
  'a store whose folder was removed refuses every call, and leaves the store alone that took its place',
  async () => {
    const { home, store, logged } = await openStore()
    rmSync(home, { recursive: true })
    const next = await openEmbeddedStore(home)

    expect(await writeUntilRefused(store, [])).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('removed'),
      fix: expect.stringContaining('start the gateway again'),
    })
    await expect(wordsIn(store)).rejects.toMatchObject({ cause: { code: 'unavailable' } })
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' })
    expect(logged).toMatchObject([{ level: 'error', message: expect.stringContaining('removed') }])

    await store.close()
    await expect(openEmbeddedStore(home)).rejects.toMatchObject({ code: 'conflict' })
    await next.transaction((db) => db.execute(sql`create table others (word text)`))
    await next.close()
  },
)

/** How much is free is looked at a few times a second; what was done before counts. */
async function writeUntilRefused(store: EmbeddedDatabase, written: string[]): Promise<unknown> {
  for (;;) {
    const word = `word ${String(written.length).padStart(6, '0')}`
    try {
      await write(store, word)
    } catch (refused) {
      return refused
    }
    written.push(word)
  }
}

/** Room for a new store and the least that has to be free before it writes. */
const SMALL_DISK = '120m'

/** A disk of its own takes root and the right to mount; the rest of this file does without. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-small-disk-'))
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK}`, 'tmpfs', folder]).status === 0
  onTestFinished(() => {
    if (mounted) spawnSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return mounted ? folder : undefined
}

/** Takes all that is free. */
function fillUp(file: string): void {
  const piece = Buffer.alloc(MEGABYTE)
  try {
    for (;;) appendFileSync(file, piece)
  } catch {
    // It is full.
  }
}

test.runIf(cases(0, 1) === 1)(
  'a gateway on a disk that others fill continues reading, says what it lacks, and stops when told',
  {
    timeout: SERVED_TIMEOUT_MS,
  },
  async ({ skip }) => {
    const home = mountSmallDisk()
    if (home === undefined) return skip('no file system may be mounted here')
    const place = embeddedIn(home)
    const { url, process: gateway } = await startGateway(place)
    expect(await createKeyed(url, 'before')).toMatchObject({ status: 200 })
    fillUp(join(home, 'of others'))

    for (let number = 0, status = 200; status === 200; number += 1) {
      status = (await createKeyed(url, `number ${number}`)).status
    }
    expect(await titlesAt(url)).toContain('before')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const readiness = await fetch(`${url}/readyz`)
    expect(readiness.status).toBe(503)
    expect(await readiness.json()).toMatchObject({
      checks: { store: 'failed', queue: 'ok' },
      reasons: { store: expect.stringContaining('disk') },
    })

    rmSync(join(home, 'of others'))
    await createUntilDone(url, 'after')
    fillUp(join(home, 'of others'))
    expect(await gateway.kill('SIGTERM')).toBe(0)
    rmSync(join(home, 'of others'))
    const again = await startGateway(place)
    expect(await titlesAt(again.url)).toEqual(expect.arrayContaining(['before', 'after']))
  },
)
