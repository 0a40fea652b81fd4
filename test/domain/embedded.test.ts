import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type EmbeddedDatabase,
  openEmbeddedDatabase,
} from '../../src/domain/db/embedded/embedded-database.ts'
import {
  dataFolderOf,
  NEW_STORE,
  openEmbeddedStore,
  readNewStore,
} from '../../src/domain/db/embedded/open-embedded.ts'
import { isLong } from '../support/form.ts'
import { startProcess } from '../support/processes.ts'

let root: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'switchboard-embedded-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('the packed new store belongs to the engine that is installed', () => {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'))
  expect(NEW_STORE).toContain(`-${version}.`)
  expect(existsSync(NEW_STORE)).toBe(true)
})

test('a new store has its tables from the package, and no secret that every gateway would share', async () => {
  const packed = await readNewStore()
  const database = await openEmbeddedDatabase(packed && { snapshot: new Blob([packed]) })
  const counted = await database.db.execute<{ count: number }>(
    sql`select count(*)::int as count from secrets union all select count(*)::int from api_keys`,
  )
  expect(counted.map(({ count }) => count)).toEqual([0, 0])
  await database.close()
})

describe('the embedded store', () => {
  test.runIf(isLong)(
    'keeps what was written over a clean close, for its owner only, and its lock is given up',
    async () => {
      const home = join(root, 'kept', 'deep')
      const first = await openEmbeddedStore(home)
      await first.db.execute(sql`create table kept as select 'here' as word`)
      expect(statSync(dataFolderOf(home)).mode & 0o777).toBe(0o700)
      await expect(openEmbeddedStore(home)).rejects.toMatchObject({ code: 'conflict' })
      await first.close()
      expect(existsSync(`${dataFolderOf(home)}.lock`)).toBe(false)

      const second = await openEmbeddedStore(home)
      expect(await second.db.execute(sql`select word from kept`)).toMatchObject([{ word: 'here' }])
      await second.close()
    },
  )

  test('keeps what was answered when the process is killed', async () => {
    const home = join(root, 'killed')
    const writer = startProcess('test/support/world/write-rows.ts', [home])
    const last = Number((await writer.line(/^30$/)).trim())
    await writer.kill('SIGKILL')

    const store = await openEmbeddedStore(home)
    const [row] = await store.db.execute<{ count: number }>(sql`select count(*) as count from numbers`)
    expect(row?.count).toBeGreaterThanOrEqual(last)
    await store.close()
  })

  test.runIf(isLong)('is made again when its making was cut short', async () => {
    const home = join(root, 'half')
    mkdirSync(`${dataFolderOf(home)}.new/base`, { recursive: true })
    writeFileSync(`${dataFolderOf(home)}.new/PG_VERSION`, '18\n')

    const store = await openEmbeddedStore(home)
    await store.ping()
    await store.close()
  })

  test.runIf(isLong)('is made in a folder that is there and empty', async () => {
    const home = join(root, 'empty')
    mkdirSync(dataFolderOf(home), { recursive: true })

    const store = await openEmbeddedStore(home)
    await store.ping()
    await store.close()
  })

  test.each([
    ['a file', () => fileIn(root), 'is not a folder'],
    ['under a file', () => join(fileIn(root), 'home'), 'is under something that is not a folder'],
    ['under a device', () => '/dev/null/home', 'is under something that is not a folder'],
    ['behind links that lead in a circle', () => join(linksIn(root), 'home'), 'lead in a circle'],
    ['too long a name', () => join(root, 'n'.repeat(300)), 'too long'],
    ['too long a path', () => join(root, 'folder/'.repeat(1000)), 'too long'],
    ['where the system takes no folder', () => '/proc/home', 'is in a place where no folder can be made'],
  ])('says at once that its folder is %s', async (_, homeOf, reason) => {
    await expect(openEmbeddedStore(homeOf())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(reason),
      fix: expect.stringContaining('SWITCHBOARD_HOME'),
    })
  })

  test('says so when a file is in the place of its data', async () => {
    const home = join(root, 'filed')
    mkdirSync(home)
    writeFileSync(dataFolderOf(home), '')
    await expect(openEmbeddedStore(home)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('is not a folder'),
      fix: expect.stringContaining('SWITCHBOARD_HOME'),
    })
    expect(existsSync(`${dataFolderOf(home)}.lock`)).toBe(false)
  })

  test('says so when the folder is not a store, and releases the lock', async () => {
    const home = join(root, 'broken')
    mkdirSync(dataFolderOf(home), { recursive: true })
    writeFileSync(join(dataFolderOf(home), 'PG_VERSION'), '9\n')

    await expect(openEmbeddedStore(home)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('could not be opened'),
    })
    expect(existsSync(`${dataFolderOf(home)}.lock`)).toBe(false)
  })
})

function fileIn(folder: string): string {
  const file = join(mkdtempSync(join(folder, 'bad-')), 'file')
  writeFileSync(file, '')
  return file
}

function linksIn(folder: string): string {
  const inside = mkdtempSync(join(folder, 'bad-'))
  symlinkSync('there', join(inside, 'here'))
  symlinkSync('here', join(inside, 'there'))
  return join(inside, 'here')
}

describe('an embedded store that is open', () => {
  let store: EmbeddedDatabase
  beforeAll(async () => {
    store = await openEmbeddedStore(join(root, 'open'))
  })
  afterAll(() => store?.close())

  test('prepares a statement once, whatever becomes of its calls', async () => {
    const { db } = store
    const prepared = async () => {
      const [row] = await db.execute<{ count: number }>(
        sql`select count(*)::int as count from pg_prepared_statements where statement like 'insert into given%'`,
      )
      return row?.count
    }
    const insert = (on: typeof db, id: number, at: Date | null) =>
      on.execute(
        sql`insert into given values (${id}, ${at}, ${JSON.stringify({ id })}::jsonb) returning id, at, data`,
      )
    await db.execute(sql`create table given (id int primary key, at timestamptz, data jsonb)`)
    const at = new Date('2026-03-04T09:00:00Z')
    const rows = [...(await insert(db, 1, null)), ...(await insert(db, 2, at))]
    expect(rows).toMatchObject([
      { id: 1, at: null, data: { id: 1 } },
      { id: 2, data: { id: 2 } },
    ])
    await expect(insert(db, 2, at)).rejects.toMatchObject({ cause: { code: '23505' } })
    await expect(store.transaction((within) => insert(within, 1, null))).rejects.toThrow()
    await expect(
      store.transaction(async (within) => {
        await insert(within, 3, null)
        throw new Error('taken back')
      }),
    ).rejects.toThrow('taken back')
    expect(await store.transaction((within) => insert(within, 3, null))).toMatchObject([{ id: 3 }])
    expect(await prepared()).toBe(1)
  })

  test('answers by its tables as they are now, at the latest at the second call after they changed', async () => {
    const read = () => store.db.execute(sql`select * from changing where id = ${1}`)
    await store.db.execute(sql`create table changing as select 1 as id`)
    expect(await read()).toEqual([{ id: 1 }])
    await store.db.execute(sql`alter table changing add column word text default 'new'`)
    await read().catch(() => undefined)
    expect(await read()).toEqual([{ id: 1, word: 'new' }])
  })

  test('forgets what was prepared long ago', async () => {
    for (let number = 0; number < 300; number += 1) {
      await store.db.execute(
        sql`select ${sql.raw(String(number))} as number where ${number} = ${number}::int`,
      )
    }
    const [row] = await store.db.execute<{ count: number }>(
      sql`select count(*)::int as count from pg_prepared_statements`,
    )
    expect(row?.count).toBe(200)
  })

  test('lets timers and requests have their turn while statement follows statement', async () => {
    let isTurn = false
    setTimeout(() => {
      isTurn = true
    })
    for (let count = 0; count < 5_000 && !isTurn; count += 1) await store.db.execute(sql`select 1`)
    expect(isTurn).toBe(true)
  })
})
