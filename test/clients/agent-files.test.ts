/** The folder of agents: what is read from it, what is refused, and that every change is seen. */
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  AGENT_FILE_MAX_BYTES,
  AGENT_FILES_MAX,
  type AgentFiles,
  createAgentFiles,
} from '../../src/clients/agent-files.ts'
import type { Log } from '../../src/core/operation/context.ts'

let home: string
let folder: string
let warnings: object[]
let files: AgentFiles

const quiet = () => undefined

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'switchboard-agents-'))
  folder = join(home, 'agents')
  mkdirSync(folder)
  warnings = []
  const log: Log = { debug: quiet, info: quiet, error: quiet, warn: (fields) => warnings.push(fields) }
  files = createAgentFiles(folder, log)
})

afterEach(() => rmSync(home, { recursive: true }))

function put(name: string, text: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** The problem of the one file there is. */
async function problem(): Promise<string> {
  const [file] = await files.list()
  if (!file || !('problem' in file)) throw new Error(`no problem: ${JSON.stringify(file)}`)
  return file.problem
}

describe('a file', () => {
  test('gives its name, its front matter as written, and its text', async () => {
    put(
      'editor.md',
      '---\nrole: Editor\nlimits:\n  steps: 5\nwhatever: [1, two]\n---\n\n# Edit\n\n---\n\nWell.\n',
    )
    expect(await files.list()).toEqual([
      {
        slug: 'editor',
        path: 'agents/editor.md',
        frontMatter: { role: 'Editor', limits: { steps: 5 }, whatever: [1, 'two'] },
        instructions: '# Edit\n\n---\n\nWell.',
      },
    ])
    expect(warnings).toEqual([])
  })

  test.each([
    ['Windows line ends and a byte order mark', '\uFEFF---\r\nrole: Editor\r\n---\r\nEdit.\r\n'],
    ['nothing after it', '---\nrole: Editor\n---\nEdit.'],
    ['spaces after the marks', '---  \nrole: Editor\n---\t\nEdit.'],
  ])('is read with %s', async (_what, text) => {
    put('editor.md', text)
    expect(await files.list()).toMatchObject([{ frontMatter: { role: 'Editor' }, instructions: 'Edit.' }])
  })

  test.each([
    ['without front matter', 'Edit.\n---\nMore.', 'Edit.\n---\nMore.'],
    ['with empty front matter', '---\n---\nEdit.', 'Edit.'],
    ['that is empty', '', ''],
  ])('%s has no fields', async (_what, text, instructions) => {
    put('editor.md', text)
    expect(await files.list()).toMatchObject([{ frontMatter: {}, instructions }])
  })

  test.each([
    ['front matter without an end', '---\nrole: Editor\nEdit.', /without an end/],
    [
      'YAML that is none, with the line in the file',
      '---\nrole: Editor\nlimits: [1\n---\nEdit.',
      /line 3, column 11/,
    ],
    ['a field given twice', '---\nrole: A\nrole: B\n---\nEdit.', /unique.*line 3/i],
    ['a tag of its own', '---\nrole: !secret A\n---\nEdit.', /tag/i],
    ['an alias that leads nowhere', '---\nrole: *gone\n---\nEdit.', /gone/],
    ['aliases that grow without bounds', `---\n${bomb()}\n---\nEdit.`, /alias/i],
    ['bytes that are no text', new Uint8Array([0x2d, 0xff, 0xfe]), /UTF-8/],
    ['more than is read', `---\nrole: A\n---\n${'x'.repeat(AGENT_FILE_MAX_BYTES)}`, /too large: 2\d+ bytes/],
  ])('with %s says so', async (_what, text, message) => {
    put('editor.md', text)
    expect(await problem()).toMatch(message)
    expect(await problem()).not.toContain('\n')
  })

  test('is told to the log once for each version that cannot be used', async () => {
    const path = put('editor.md', '---\nrole: Editor')
    await files.list()
    await files.list()
    expect(warnings).toEqual([
      { path: 'agents/editor.md', problem: expect.stringContaining('without an end') },
    ])
    writeFileSync(path, '---\nrole: "Editor')
    await files.list()
    expect(warnings).toHaveLength(2)
  })
})

describe('the folder', () => {
  test('that is not there holds none, and those that are made later are seen', async () => {
    rmSync(folder, { recursive: true })
    expect(await files.list()).toEqual([])
    expect(warnings).toEqual([])
    mkdirSync(folder)
    put('late.md', 'Late.')
    expect(await files.list()).toMatchObject([{ slug: 'late' }])
  })

  test('that is no folder is told to the log', async () => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    expect(await files.list()).toEqual([])
    expect(warnings).toHaveLength(1)
  })

  test('is read in the order of names, without what is no agent', async () => {
    for (const name of ['b.md', 'a.md', 'README.md', '_draft.md', '.hidden.md', 'c.txt', 'd.md~'])
      put(name, 'x')
    expect((await files.list()).map(({ slug }) => slug)).toEqual(['a', 'b'])
  })

  test('is seen as it is now: files changed, added, removed', async () => {
    const path = put('a.md', 'One.')
    put('b.md', 'Two.')
    await files.list()
    const { mtimeMs } = statSync(path)
    writeFileSync(path, 'Une.')
    utimesSync(path, new Date(), new Date(mtimeMs + 5_000))
    rmSync(join(folder, 'b.md'))
    put('c.md', 'Three.')
    expect(await files.list()).toMatchObject([{ instructions: 'Une.' }, { slug: 'c' }])
  })

  test('gives a file that did not change as it was read before', async () => {
    put('a.md', 'One.')
    const [first] = await files.list()
    const [again] = await files.list()
    expect(again).toBe(first)
  })

  test('of more files than are read names the others', async () => {
    for (let index = 0; index <= AGENT_FILES_MAX; index++) put(`a${1000 + index}.md`, 'x')
    const found = await files.list()
    expect(found).toHaveLength(AGENT_FILES_MAX + 1)
    expect(found.filter((file) => 'problem' in file)).toMatchObject([
      { slug: `a${1000 + AGENT_FILES_MAX}`, problem: expect.stringContaining('one too many') },
    ])
  })
})

describe('what leads out of the folder is not read', () => {
  beforeEach(() => writeFileSync(join(home, 'secret'), 'top secret'))

  test('through a link to a file', async () => {
    symlinkSync(join(home, 'secret'), join(folder, 'spy.md'))
    expect(await problem()).toMatch(/leads out/)
    expect(JSON.stringify(await files.list())).not.toContain('top secret')
  })

  test('through a link that takes the place of a file that was read', async () => {
    const path = put('spy.md', 'Fine.')
    await files.list()
    rmSync(path)
    symlinkSync(join(home, 'secret'), path)
    expect(await problem()).toMatch(/leads out/)
  })

  test('nor through a folder that begins with the same name', async () => {
    mkdirSync(`${folder}-more`)
    writeFileSync(join(`${folder}-more`, 'x.md'), 'top secret')
    symlinkSync(join(`${folder}-more`, 'x.md'), join(folder, 'spy.md'))
    expect(await problem()).toMatch(/leads out/)
  })

  test('while a link within it is', async () => {
    put('a.md', 'One.')
    symlinkSync('a.md', join(folder, 'b.md'))
    expect(await files.list()).toMatchObject([
      { slug: 'a', instructions: 'One.' },
      { slug: 'b', instructions: 'One.' },
    ])
  })

  test('and a folder that is named like a file is not one', async () => {
    mkdirSync(join(folder, 'sub.md'))
    expect(await problem()).toBe('is not a file')
  })

  test('and a link to nothing is not there', async () => {
    symlinkSync(join(folder, 'gone'), join(folder, 'a.md'))
    expect(await files.list()).toEqual([])
  })
})

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++) {
    const inner = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')
    lines.push(`a${level}: &a${level} [${inner}]`)
  }
  return lines.join('\n')
}
