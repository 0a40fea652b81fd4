/** Locks of a process that stands still: whoever carries on its work gets them, at whatever point it was frozen. */
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { toAppError } from '../../src/core/errors.ts'
import { openServerDatabase, type ServerDatabase } from '../../src/domain/db/server/server-database.ts'

const SERVER_URL = process.env.DATABASE_URL ?? ''

const STILL_MAX_MS = 200

/** Of this test alone. */
const LOCK = 0x5711_0001

function open(stillMaxMs?: number): ServerDatabase {
  const database = openServerDatabase(SERVER_URL, {
    poolSize: 2,
    ...(stillMaxMs !== undefined && { stillMaxMs }),
  })
  onTestFinished(() => database.close())
  return database
}

/** Has sent a part of a statement, and holds the lock, as a process that was frozen then. */
async function freezeWithinStatement(): Promise<{ ended: Promise<void> }> {
  const client = new pg.Client({ connectionString: SERVER_URL, application_name: 'switchboard' })
  const ended = new Promise<void>((resolve) => client.once('end', resolve))
  client.on('error', () => undefined)
  onTestFinished(() => void client.end())
  await client.connect()
  await client.query(`begin; select pg_advisory_xact_lock(${LOCK})`)
  client.query({
    submit: (connection: pg.Connection) =>
      connection.parse({ name: '', text: 'select $1::int', types: [] }, false),
    handleError: () => undefined,
  })
  return { ended }
}

test.skipIf(!SERVER_URL)('a session that stands still within a statement is ended', async () => {
  const { ended } = await freezeWithinStatement()
  open(STILL_MAX_MS)
  await ended
  const after = open()
  await after.transaction((db) => db.execute(sql`select pg_advisory_xact_lock(${LOCK})`))
})

test.skipIf(!SERVER_URL)('a lock that is held for too long is waited for no longer than that', async () => {
  const holder = open()
  const waiting = open(STILL_MAX_MS)
  const lock = sql`select pg_advisory_xact_lock(${LOCK})`
  await holder.transaction(async (db) => {
    await db.execute(lock)
    const thrown = await waiting.transaction((other) => other.execute(lock)).catch(toAppError)
    expect(thrown).toMatchObject({ code: 'unavailable', message: expect.stringContaining('gave way') })
  })
})
