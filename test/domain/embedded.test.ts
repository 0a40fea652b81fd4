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
import { dataFolderOf, NEW_STORE, openEmbeddedStore } from '../../src/domain/db/embedded/open-embedded.ts'
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

describe('the embedded store', () => {
  test('keeps what was written over a clean close, for its owner only, and its lock is given up', async () => {
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
  })

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

  test('is made again when its making was cut short', async () => {
    const home = join(root, 'half')
    mkdirSync(`${dataFolderOf(home)}.new/base`, { recursive: true })
    writeFileSync(`${dataFolderOf(home)}.new/PG_VERSION`, '18\n')

    const store = await openEmbeddedStore(home)
    await store.ping()
    await store.close()
  })

  test('is made in a folder that is there and empty', async () => {
    const home = join(root, 'empty')
    mkdirSync(dataFolderOf(home), { recursive: true })

    const store = await openEmbeddedStore(home)
    await store.ping()
    await store.close()
  })

  test.each([
    ['a file', () => fileIn(root), 'is not a folder'],
    ['under a file', () => join(fileIn(root), 'home'), 'lies under something that is not a folder'],
    ['under a device', () => '/dev/null/home', 'lies under something that is not a folder'],
    ['behind links that lead in a circle', () => join(linksIn(root), 'home'), 'lead in a circle'],
    ['too long a name', () => join(root, 'n'.repeat(300)), 'too long'],
    ['too long a path', () => join(root, 'folder/'.repeat(1000)), 'too long'],
    ['where the system takes no folder', () => '/proc/home', 'lies where no folder can be made'],
  ])('says at once that its folder is %s', async (_, homeOf, reason) => {
    await expect(openEmbeddedStore(homeOf())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(reason),
      fix: expect.stringContaining('SWITCHBOARD_HOME'),
    })
  })

  test('says so when a file lies where its data should', async () => {
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

  test('says so when what lies there is not a store, and lets go of the lock', async () => {
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
