/** What holds when several gateways share a server's database, and when that database cuts them off. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { toAppError } from '../../src/core/errors.ts'
import type { Database } from '../../src/domain/db/db.ts'
import { openServerDatabase } from '../../src/domain/db/server/server-database.ts'
import { openTestDatabase } from '../support/world/database.ts'
import {
  type Answer,
  createKeyed,
  createUntilDone,
  openPlace,
  SERVED_TIMEOUT_MS,
  startGateway,
  titlesAt,
} from './served.ts'

const ROUNDS = 25
const WRITERS = 6
const WRITES_EACH = 15

/** Answers after which all connections are cut, the first time and each time again. */
const CUT_EVERY = 20

describe.runIf(process.env.DATABASE_URL)('on a server', { timeout: SERVED_TIMEOUT_MS }, () => {
  test('one key raced through two gateways has one effect; the other call gets its answer or is told to wait', async () => {
    const place = await openPlace()
    const [one, two] = await Promise.all([startGateway(place), startGateway(place)])
    const keys = Array.from({ length: ROUNDS }, (_, round) => `race ${round}`)

    for (const key of keys) {
      const raced = await Promise.all([createKeyed(one.url, key), createKeyed(two.url, key)])
      const done = raced.filter(({ status }) => status === 200)
      expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1)
      expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1)
      const waiting = raced.filter(({ status }) => status !== 200)
      for (const answer of waiting)
        expect(answer).toMatchObject({ status: 409, body: { code: 'in_progress' } })
      expect(await createUntilDone(two.url, key)).toMatchObject({ replayed: true, body: done[0]?.body })
    }
    expect(await titlesAt(one.url)).toEqual(keys.toSorted())
  })

  test('connections cut during writes are told as unavailable, nothing happens twice, and the gateway continues', async () => {
    const place = await openPlace()
    const { url } = await startGateway(place)
    const refusals: Answer[] = []
    const keys: string[] = []
    const cuts: Promise<void>[] = []
    let answered = 0

    const write = async (writer: number): Promise<void> => {
      // And on until a cut has met a call.
      for (let number = 0; number < WRITES_EACH || refusals.length === 0; number += 1) {
        const key = `writer ${writer}, number ${number}`
        keys.push(key)
        await createUntilDone(url, key, (refusal) => refusals.push(refusal))
        answered += 1
        if (answered % CUT_EVERY === 0) cuts.push(cutConnections(place.databaseUrl ?? ''))
      }
    }
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
    await Promise.all(cuts)

    expect(await titlesAt(url)).toEqual(keys.toSorted())
    expect(refusals).not.toEqual([])
    for (const { status, body } of refusals) {
      expect([503, 409]).toContain(status)
      expect(['unavailable', 'in_progress']).toContain((body as { code: string }).code)
    }
  })
})

describe.runIf(process.env.DATABASE_URL)('a transaction whose connection is cut', () => {
  let database: Database & { readonly url: string | undefined }

  beforeAll(async () => {
    database = await openTestDatabase()
    await database.db.execute(sql`create table notes (text text not null)`)
  })
  afterAll(() => database.close())

  test('leaves nothing, and what it sends later does not happen outside of it', async () => {
    // One connection only: it is the one that others get when it is open again.
    const cut = openServerDatabase(database.url ?? '', { poolSize: 1 })
    onTestFinished(() => cut.close())

    const written = cut.transaction(async (db) => {
      const [backend] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await db.execute(sql`insert into notes values ('before')`)
      await endBackend(database, backend?.pid ?? 0)
      expect(await cut.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }])
      await db.execute(sql`insert into notes values ('after')`)
    })

    await expect(written).rejects.toMatchObject({ code: 'unavailable' })
    expect(await database.db.execute(sql`select text from notes`)).toEqual([])
    expect(await cut.transaction((db) => db.execute(sql`select 2 as two`))).toEqual([{ two: 2 }])
  })

  test('under a running statement fails as unavailable, and the connection serves again', async () => {
    const cut = openServerDatabase(database.url ?? '', { poolSize: 1 })
    onTestFinished(() => cut.close())

    const ended = cut.transaction((db) => db.execute(sql`select pg_terminate_backend(pg_backend_pid())`))

    expect(await ended.catch(toAppError)).toMatchObject({ code: 'unavailable' })
    // The driver tells whoever comes next of the same end once more.
    await cut.transaction((db) => db.execute(sql`select 1`)).catch(() => undefined)
    expect(await cut.transaction((db) => db.execute(sql`select 2 as two`))).toEqual([{ two: 2 }])
  })
})

/** Ends every session that a gateway has open on this database. */
async function cutConnections(url: string): Promise<void> {
  const other = openServerDatabase(url, { poolSize: 1 })
  await other.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)
  await other.close()
}

/** Ends one session and answers when it is gone. */
async function endBackend({ db }: Database, pid: number): Promise<void> {
  await db.execute(sql`select pg_terminate_backend(${pid})`)
  let left: readonly unknown[]
  do left = await db.execute(sql`select 1 from pg_stat_activity where pid = ${pid}`)
  while (left.length > 0)
}
