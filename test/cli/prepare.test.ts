/** A checkout is made ready once, and again only when something in it changed. */
import { execFile } from 'node:child_process'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isLong } from '../support/form.ts'

const PREPARE = resolve('scripts/prepare.mjs')
/** The id of a user to whom nothing belongs. */
const NOBODY = 65_534

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } },
})

/** Where a build begins. */
const SOURCE = 'src/start/start.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'switchboard-prepare-'))
  await mkdir(join(root, 'src', 'start'), { recursive: true })
  await mkdir(join(root, 'node_modules'))
  await writeFile(join(root, 'package.json'), '{"type": "module"}')
  await writeFile(join(root, 'package-lock.json'), LOCK)
  await writeFile(join(root, 'node_modules', '.package-lock.json'), LOCK)
  await writeFile(join(root, SOURCE), 'export const answer: number = 1\n')
})

afterEach(() => rm(root, { recursive: true, force: true }))

/** Runs it as a start does, in a process of its own; gives what it said. */
async function prepare(form = 'bundle'): Promise<string> {
  const given = [root, form].map((each) => JSON.stringify(each)).join(', ')
  const script = `import(${JSON.stringify(PREPARE)}).then((module) => module.prepare(${given}))`
  const { stderr } = await promisify(execFile)(process.execPath, ['-e', script])
  return stderr
}

const built = () => readFile(join(root, 'dist', 'start.js'), 'utf8')

const modules = () => readdir(join(root, 'dist-modules'))

describe('preparing a checkout', () => {
  it('builds what was not built, then does nothing, also when only times changed', async () => {
    expect(await prepare()).toContain('Building')
    expect(await built()).toContain('answer = 1')
    expect(await prepare()).toBe('')
    await utimes(join(root, SOURCE), new Date(), new Date())
    expect(await prepare()).toBe('')
  })

  it.runIf(isLong)(
    'builds again when a source changed, came or went, and leaves nothing of before',
    async () => {
      await prepare()
      await writeFile(join(root, SOURCE), 'export const answer: number = 2\n')
      expect(await prepare()).toContain('Building')
      expect(await built()).toContain('answer = 2')
      await writeFile(join(root, 'src', 'other.ts'), 'export const other = 1\n')
      await prepare('modules')
      expect(await modules()).toContain('other.js')
      await rm(join(root, 'src', 'other.ts'))
      await prepare('modules')
      expect(await modules()).not.toContain('other.js')
      expect(await readdir(join(root, 'node_modules', '.cache'))).toEqual([])
    },
  )

  it.runIf(isLong)('says whose folder it is where this user may not write to it', async () => {
    const isRoot = process.getuid?.() === 0
    for (const file of ['prepare.mjs', 'bundle.mjs'])
      await copyFile(resolve('scripts', file), join(root, file))
    await chmod(join(root, 'node_modules'), isRoot ? 0o755 : 0o555)
    await chmod(root, 0o755)
    const script = `import('./prepare.mjs').then((module) => module.prepare(process.cwd())).catch(({ message }) => console.log(message))`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      cwd: root,
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    })
    await chmod(join(root, 'node_modules'), 0o755)
    expect(stdout).toMatch(
      /may not write there \(E\w+\). Run .*bin\/switchboard --version once as the user who owns/,
    )
  })

  it.runIf(isLong)(
    'builds once when several start at the same time, and all of them find it whole',
    async () => {
      const said = await Promise.all([prepare(), prepare(), prepare()])
      expect(said.filter((text) => text.includes('Building took'))).toHaveLength(1)
      expect(await built()).toContain('answer = 1')
    },
  )

  it.runIf(isLong)('keeps the last good build when the sources cannot be compiled', async () => {
    await prepare()
    const { ino } = await stat(join(root, 'dist'))
    await writeFile(join(root, SOURCE), 'export const answer = = 2\n')
    await expect(prepare()).rejects.toMatchObject({ stderr: expect.stringContaining('Building failed') })
    expect((await stat(join(root, 'dist'))).ino).toBe(ino)
  })

  it.runIf(isLong)(
    'installs when a package that the lock names is missing or of another version',
    async () => {
      for (const installed of [{}, { 'node_modules/a': { version: '2.0.0', integrity: 'y' } }]) {
        await writeFile(
          join(root, 'node_modules', '.package-lock.json'),
          JSON.stringify({ packages: installed }),
        )
        expect(await prepare()).toContain('Installing packages took')
      }
    },
  )
})
