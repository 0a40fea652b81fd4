/** Whatever lies in the folder of agents, the list of agents is answered, the good ones work, and nothing outside is read. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAgentFiles } from '../../../src/clients/agent-files.ts'
import { getAgent } from '../../../src/tools/agents/get-agent.ts'
import { listAgents } from '../../../src/tools/agents/list-agents.ts'
import { operations } from '../../../src/tools/registry.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'
import { isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

const SECRET = 'top-secret-of-the-machine'
const home = mkdtempSync(join(tmpdir(), 'switchboard-hostile-'))
const folder = join(home, 'agents')

/** Front matter, and instructions below it. */
const file = (frontMatter: string, instructions = 'Do as you are told.') =>
  `---\n${frontMatter}\n---\n${instructions}\n`

function bomb(): string {
  const nine = (item: string) => `[${Array.from({ length: 9 }, () => item).join(', ')}]`
  const levels = Array.from(
    { length: 9 },
    (_, level) => `a${level}: &a${level} ${nine(level === 0 ? 'x' : `*a${level - 1}`)}`,
  )
  return levels.join('\n')
}

/** What is written, by the name of the file; a function puts something other than a file there. */
const HOSTILE: Readonly<Record<string, string | Uint8Array | ((path: string) => void)>> = {
  'link-out.md': (path) => symlinkSync(join(home, 'secret'), path),
  'link-to-environment.md': (path) => symlinkSync('/proc/self/environ', path),
  'link-to-device.md': (path) => symlinkSync('/dev/zero', path),
  'link-to-itself.md': (path) => symlinkSync(path, path),
  'link-to-folder.md': (path) => symlinkSync(home, path),
  'link-up.md': (path) => symlinkSync('../secret', path),
  'folder.md': (path) => mkdirSync(path),
  'pipe.md': (path) => void execFileSync('mkfifo', [path]),
  'huge.md': (path) => {
    writeFileSync(path, '')
    truncateSync(path, 2 ** 40)
  },
  'binary.md': new Uint8Array([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe, 0x00, 0x80]),
  'nul.md': file('role: "A\0B"', 'Do\0it.'),
  'yaml-bomb.md': file(`role: A\n${bomb()}`),
  'yaml-deep-list.md': file(`role: A\ndescription: ${'['.repeat(100_000)}`),
  'yaml-deep-closed.md': file(`role: A\ndescription: ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  'yaml-deep-map.md': file(Array.from({ length: 500 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')),
  'yaml-deep-flow.md': file(`role: A\ndescription: ${'{a: '.repeat(30_000)}`),
  'yaml-wide.md': file(`role: A\n${Array.from({ length: 3_000 }, (_, index) => `k${index}: 1`).join('\n')}`),
  'yaml-wider.md': file(
    `role: A\n${Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')}`,
  ),
  'yaml-merge.md': file('role: A\nbase: &b {tools: ["*"]}\n<<: *b'),
  'yaml-function.md': file('role: !!js/function "function () { return 1 }"'),
  'yaml-tag.md': file('role: !<tag:yaml.org,2002:python/object/apply:os.system> [id]'),
  'prototype.md': file('role: A\n__proto__:\n  polluted: yes\nconstructor:\n  prototype:\n    polluted: yes'),
  'infinite.md': file('role: A\nlimits:\n  steps: .inf\n  usd: .nan'),
  'many-tools.md': file(`role: A\ntools: [${'"tasks.create", '.repeat(5_000)}]`),
  'escape-in-fields.md': file('role: "../../etc/passwd"\nmodel: "../../secret"\nexecutor: "../../bin/sh"'),
  'slow-schema.md': file(
    'role: A\noutputSchema: {type: object, properties: {a: {type: string, pattern: "^(a+)+$"}}}',
  ),
  'deep-schema.md': file(
    `role: A\noutputSchema: ${'{type: object, properties: {a: '.repeat(3_000)}{}${'}}'.repeat(3_000)}`,
  ),
  'admin.md': file('role: A\ntools: [admin, "access:write", access.create_key]'),
  'long-line.md': file(`role: ${'x'.repeat(200_000)}`),
  'no-end.md': `---\n${'role: A\n'.repeat(1_000)}`,
  'two\nlines.md': file('role: A'),
  'es\u001b[31mcape.md': file('role: A'),
  '..md': file('role: A'),
  '-rf.md': file('role: A'),
  '%2e%2e%2fsecret.md': file('role: A'),
  [`${'n'.repeat(252)}.md`]: file('role: A'),
  'Ü.md': file('role: A'),
}

let gateway: TestGateway
beforeAll(async () => {
  mkdirSync(folder)
  writeFileSync(join(home, 'secret'), SECRET)
  for (const [name, what] of Object.entries(HOSTILE)) {
    const path = join(folder, name)
    if (typeof what === 'function') what(path)
    else writeFileSync(path, what)
  }
  writeFileSync(join(folder, 'good.md'), file('role: Gardener', 'Weed.'))
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const agentFiles = createAgentFiles(folder, log)
  gateway = await openTestGateway({ operations, agentFiles, models: SOME_MODEL })
})
afterAll(async () => {
  await gateway?.close()
  rmSync(home, { recursive: true })
})

const list = async () => (await gateway.invoke(listAgents, {}, gateway.as())).output

/** Milliseconds of processor time for all of them: each is at most a quarter of a megabyte. */
const LIST_MAX_CPU_MS = 8_000

describe('a folder full of hostile files', () => {
  it.runIf(isLong)('is listed within bounds, with all that is good in it', async () => {
    const cpuMs = await cpuMsOf(async () => {
      const { items } = await list()
      expect(items.find(({ slug }) => slug === 'good')).toMatchObject({ role: 'Gardener', problem: null })
    })
    expect(cpuMs).toBeLessThan(LIST_MAX_CPU_MS)
  })

  it('shows nothing from outside, nothing that acts on a terminal, and changes nothing in the process', async () => {
    const output = await list()
    const told = listAgents.tell(output)
    for (const text of [JSON.stringify(output), told]) {
      expect(text).not.toContain(SECRET)
      expect(text).not.toContain(process.env.PATH ?? SECRET)
      expect(text).not.toContain(home)
    }
    expect(JSON.stringify(output.items.map(({ slug }) => slug))).not.toMatch(/\\u00|\\n/)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('says of every one that cannot be used why, in one line', async () => {
    const { items } = await list()
    const good = ['good', 'escape-in-fields', 'slow-schema']
    const problems = items.filter(({ source, slug }) => source === 'file' && !good.includes(slug))
    expect(problems.length).toBeGreaterThan(25)
    for (const { slug, problem } of problems) {
      expect(problem, slug).toEqual(expect.any(String))
      expect(problem).not.toContain('\n')
      expect(problem?.length).toBeLessThan(5_000)
    }
  })

  it('starts none of those, and says why', async () => {
    const { items } = await list()
    const broken = items.filter(
      ({ problem, slug }) => problem !== null && /^[a-z][a-z0-9-]+$/.test(slug) && slug.length < 60,
    )
    for (const { slug } of broken) {
      // Each is called when it is awaited: a call refused before anybody listens is an unhandled rejection.
      for (const call of [
        () => gateway.invoke(startRun, { agent: slug, goal: 'Go' }, gateway.as()),
        () => gateway.invoke(getAgent, { slug }, gateway.as()),
      ]) {
        await expect(call(), slug).rejects.toMatchObject({
          code: expect.stringMatching(/^(not_found|conflict|invalid_input)$/),
        })
      }
    }
    const { output } = await gateway.invoke(startRun, { agent: 'good', goal: 'Weed' }, gateway.as())
    expect(output.run).toMatchObject({ agent: 'good', state: 'queued' })
  })
})
