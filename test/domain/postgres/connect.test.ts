/** Connections to real servers as their addresses say: encrypted or not, over sockets, to the right one of several. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { createQueue } from '../../../src/clients/queue/queue.ts'
import { openQueueBackend } from '../../../src/clients/queue/queue-backend.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { readServerAddress } from '../../../src/domain/db/address/address.ts'
import { connectServer } from '../../../src/domain/db/server/connect-server.ts'
import { openServerDatabase } from '../../../src/domain/db/server/server-database.ts'
import { type OwnServer, programOf, startPostgres } from '../../support/system-servers.ts'
import { serverPlace } from '../../support/world/queue-place.ts'

const isPossible =
  inject('databaseTemplate').kind === 'server' &&
  ['initdb', 'postgres', 'openssl'].every((name) => programOf(name))

const RULES = [
  'local all all trust',
  'hostssl all secure 127.0.0.1/32 trust',
  'hostnossl all plain 127.0.0.1/32 trust',
  'host all locked 127.0.0.1/32 scram-sha-256',
  'host all postgres 127.0.0.1/32 trust',
]

const PASSWORD = `p@ss/w?rd#%:'" 🔑`

describe.skipIf(!isPossible)('a server', () => {
  let server: OwnServer
  beforeAll(async () => {
    server = await startPostgres(RULES, ['default_transaction_read_only=off'])
    const { database } = await connectServer(readServerAddress(url('postgres')))
    await database.db.execute(sql`create role secure login`)
    await database.db.execute(sql`create role plain login`)
    await database.db.execute(
      sql.raw(`create role locked login password '${PASSWORD.replaceAll("'", "''")}'`),
    )
    await database.close()
  })
  afterAll(() => server.stop())

  const url = (user: string, words = '', host = '127.0.0.1') =>
    `postgres://${user}@${host}:${server.port}/postgres${words}`
  const rootCert = () => encodeURIComponent(join(server.folder, 'server.crt'))

  /** Whether the connection that such an address gives is encrypted. */
  async function isEncrypted(text: string): Promise<boolean> {
    const { database, pooling } = await connectServer(readServerAddress(text), {
      poolSize: 1,
      stillMaxMs: 30_000,
    })
    onTestFinished(() => database.close())
    expect(pooling).toBe('none')
    const [row] = await database.db.execute<{ ssl: boolean; jit: string }>(
      sql`select ssl, current_setting('jit') as jit from pg_stat_ssl where pid = pg_backend_pid()`,
    )
    // Compiling a statement takes longer than all of ours.
    expect(row?.jit).toBe('off')
    return row?.ssl === true
  }

  test.each([
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
  ])('is spoken to under sslmode=%s, encrypted: %s', async (mode, encrypted) => {
    expect(await isEncrypted(url('postgres', `?sslmode=${mode}`))).toBe(encrypted)
  })

  test('that lets a user in with encryption only, or only without, is asked the other way too', async () => {
    expect(await isEncrypted(url('secure'))).toBe(true)
    expect(await isEncrypted(url('plain', '?sslmode=prefer'))).toBe(false)
  })

  test('shows a certificate that is verified as far as sslmode says', async () => {
    const rooted = `&sslrootcert=${rootCert()}`
    expect(await isEncrypted(url('postgres', `?sslmode=verify-full${rooted}`, 'localhost'))).toBe(true)
    expect(await isEncrypted(url('postgres', `?sslmode=verify-ca${rooted}`))).toBe(true)
    expect(await isEncrypted(url('postgres', `?channel_binding=require${rooted}`, 'localhost'))).toBe(true)
    for (const [words, host] of [
      [`?sslmode=verify-full${rooted}`, '127.0.0.1'],
      ['?sslmode=verify-full', 'localhost'],
      ['?sslmode=require&channel_binding=require', 'localhost'],
    ] as const) {
      await expect(isEncrypted(url('postgres', words, host))).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/certificate|altnames/),
        fix: expect.stringContaining('sslrootcert'),
      })
    }
    await expect(
      isEncrypted(url('postgres', '?sslmode=require&sslrootcert=/nowhere.crt')),
    ).rejects.toMatchObject({
      message: expect.stringContaining('/nowhere.crt'),
    })
  })

  test('is reached through its Unix socket', async () => {
    const folder = encodeURIComponent(server.folder)
    expect(await isEncrypted(`postgresql:///postgres?host=${folder}&port=${server.port}&user=postgres`)).toBe(
      false,
    )
    expect(await isEncrypted(`postgres://postgres@${folder}:${server.port}/postgres?sslmode=require`)).toBe(
      false,
    )
  })

  test('takes a password with any characters, from the address or from a file, and refuses a wrong one', async () => {
    const escaped = encodeURIComponent(PASSWORD)
    expect(await isEncrypted(url(`locked:${escaped}`))).toBe(false)
    const file = join(server.folder, 'passwords')
    const line = ['127.0.0.1', server.port, '*', 'locked', PASSWORD.replace(/[\\:]/g, '\\$&')].join(':')
    writeFileSync(file, `# of this test\nother:*:*:*:x\n${line}\n`)
    chmodSync(file, 0o600)
    expect(await isEncrypted(url('locked', `?passfile=${encodeURIComponent(file)}`))).toBe(false)
    for (const wrong of ['locked:wrong', 'locked']) {
      await expect(isEncrypted(url(wrong))).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('password authentication failed'),
        fix: expect.stringContaining('DATABASE_URL'),
      })
    }
  })

  test('of several hosts is the first that answers, and the first that is what was asked for', async () => {
    const hosts = `127.0.0.1:1,localhost:${server.port}`
    expect(await isEncrypted(`postgres://postgres@${hosts}/postgres?sslmode=require`)).toBe(true)
    expect(await isEncrypted(`postgres://postgres@${hosts}/postgres?target_session_attrs=read-write`)).toBe(
      false,
    )
    await expect(
      isEncrypted(`postgres://postgres@${hosts}/postgres?target_session_attrs=standby`),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('is not standby') })
    await expect(isEncrypted('postgres://postgres@127.0.0.1:1,127.0.0.1:2/postgres')).rejects.toMatchObject({
      message: expect.stringMatching(/ECONNREFUSED 127.0.0.1:1; .*ECONNREFUSED 127.0.0.1:2/),
    })
  })

  test.each([
    ['create database latin encoding LATIN1 locale "C" template template0', 'latin', 'encoding is LATIN1'],
    ['create database bytes encoding SQL_ASCII locale "C" template template0', 'bytes', 'is SQL_ASCII'],
    ['alter database still set default_transaction_read_only = on', 'still', 'accepts no writes'],
    ['alter database astray set search_path = nowhere', 'astray', 'search_path'],
  ])('that could not keep everything is refused before anything is: %s', async (statement, name, reason) => {
    const { database: admin } = await connectServer(readServerAddress(url('postgres')))
    onTestFinished(() => admin.close())
    if (statement.startsWith('alter')) await admin.db.execute(sql.raw(`create database ${name}`))
    await admin.db.execute(sql.raw(statement))
    const address = `postgres://postgres@127.0.0.1:${server.port}/${name}`
    await expect(connectServer(readServerAddress(address))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(reason),
      fix: expect.any(String),
    })
  })

  test.each([
    [
      'foreign_tables',
      ['create table tasks (id int)', 'create table runs (id int)'],
      /that Switchboard needs: runs, tasks/,
    ],
    [
      'foreign_log',
      ['create schema drizzle', 'create table drizzle.__drizzle_migrations (id int)'],
      /has no table/,
    ],
  ])(
    'that another program uses is refused before anything is made in it: %s',
    async (name, statements, reason) => {
      const { database: admin } = await connectServer(readServerAddress(url('postgres')))
      onTestFinished(() => admin.close())
      await admin.db.execute(sql.raw(`create database ${name}`))
      const address = `postgres://postgres@127.0.0.1:${server.port}/${name}`
      const other = openServerDatabase(address, { poolSize: 1 })
      onTestFinished(() => other.close())
      for (const statement of statements) await other.db.execute(sql.raw(statement))

      await expect(connectServer(readServerAddress(address))).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(reason),
        fix: expect.stringContaining('create database switchboard'),
      })
    },
  )

  test('says which word of the address it does not go along with', async () => {
    for (const [words, fix] of [
      ['?options=-c%20nothing%3D1', '`options`'],
      ['?target_session_attrs=standby', '`target_session_attrs`'],
    ] as const) {
      await expect(isEncrypted(url('postgres', words))).rejects.toMatchObject({
        code: 'unavailable',
        fix: expect.stringContaining(fix),
      })
    }
  })

  test.each([
    ['?sslmode=require', 'secure'],
    ['?sslmode=disable', 'plain'],
  ])('carries the queue over a connection like any other: %s', async (words, user) => {
    const admin = await connectServer(readServerAddress(url('postgres')))
    await admin.database.db.execute(sql.raw(`grant create on database postgres to ${user}`))
    await admin.database.db.execute(sql`drop schema if exists bullmq cascade`)
    await admin.database.close()
    const backend = await openQueueBackend(serverPlace(url(user, words)))
    const queue = await createQueue(backend, { onError: () => undefined })
    await queue.add('nothing', {})
    expect(await queue.counts()).toMatchObject({ waiting: 1 })
    await queue.close()
    await backend.close()
  })

  test.each([
    ['alter role plain connection limit 1', 'no connection left', 'SWITCHBOARD_DATABASE_CONNECTIONS'],
    ['alter role plain set default_transaction_read_only = on', 'no writes', 'target_session_attrs'],
    ['alter role plain set statement_timeout = 10', 'at its own time limit', 'statement_timeout'],
  ])('that refuses is told apart, with what to change: %s', async (statement, message, fix) => {
    const { database: admin } = await connectServer(readServerAddress(url('postgres')))
    onTestFinished(() => admin.close())
    await admin.db.execute(sql.raw(statement))
    onTestFinished(async () => {
      await admin.db.execute(sql`alter role plain connection limit -1`)
      await admin.db.execute(sql`alter role plain reset all`)
    })
    const database = openServerDatabase(url('plain', '?sslmode=disable'), { poolSize: 2 })
    onTestFinished(() => database.close())
    const work = () =>
      database.transaction((db) =>
        db.execute(sql`create temporary table words as select pg_sleep(0.1)::text`),
      )
    const outcomes = await Promise.allSettled([work(), work()])
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [toAppError(outcome.reason)] : [],
    )
    expect(reasons[0]).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(message),
      fix: expect.stringContaining(fix),
    })
  })

  test('whose disk is full says so', async () => {
    const database = openServerDatabase(url('postgres'), { poolSize: 1 })
    onTestFinished(() => database.close())
    const full = `do $$ begin raise exception using errcode = '53100', message = 'could not extend file'; end $$`
    const refused = await database.db.execute(sql.raw(full)).catch(toAppError)
    expect(refused).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('disk'),
      retryAfterMs: expect.any(Number),
    })
  })
})
