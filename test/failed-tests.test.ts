/** The names of what failed, as the last lines of a run of tests. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { isLong } from './support/form.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const CONFIG = `import { failedTests } from ${JSON.stringify(join(ROOT, 'scripts/failed-tests.ts'))}
export default { test: { globals: true, include: ['*.test.ts'], reporters: ['default', failedTests()] } }`

const FILES: Readonly<Record<string, string>> = {
  'vitest.config.ts': CONFIG,
  'good.test.ts': `test('holds', () => {})`,
  'bad.test.ts': `describe('a list', () => { test('is sorted', () => { throw new Error('first line\\nsecond line\\nthird line') }) })`,
  'hook.test.ts': `describe('a store', () => { beforeAll(() => { throw new Error('no store') }); test('is open', () => {}) })`,
  'unloaded.test.ts': `import './missing.ts'`,
  'many.test.ts': `for (let each = 0; each < 40; each += 1) test('number ' + each, () => { throw new Error('no ' + each) })`,
}

/** Runs the suite of these files. */
function runSuite(names: readonly string[]): { lines: string[]; report: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-failed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['vitest.config.ts', ...names]) writeFileSync(join(folder, name), FILES[name] ?? '')
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', FAILED_TESTS_FILE: join(folder, 'report') },
  })
  return {
    lines: stdout.trimEnd().split('\n'),
    report: readFileSync(join(folder, 'report'), 'utf8').trimEnd().split('\n'),
  }
}

test.runIf(isLong)(
  'a run names at its end each test, group and file that failed, with the beginning of the message',
  () => {
    const { lines, report } = runSuite(['good.test.ts', 'bad.test.ts', 'hook.test.ts', 'unloaded.test.ts'])
    const failed = lines.slice(lines.lastIndexOf('Failed:') + 1)
    expect(failed.join('\n')).toContain('  bad.test.ts > a list > is sorted\n      first line | second line')
    expect(failed.join('\n')).toContain('  hook.test.ts > a store\n      no store')
    expect(failed.join('\n')).toMatch(/ {2}unloaded\.test\.ts\n {6}.*missing\.ts/)
    expect(failed).toHaveLength(6)
    expect(report).toEqual(['1 1', ...failed])
  },
)

test.runIf(isLong)(
  'a run names no more failures than fit into the last 60 lines, and says how many it left out',
  () => {
    const { lines, report } = runSuite(['many.test.ts'])
    expect(lines.at(-1)).toBe('  and 15 more')
    expect(lines.length - lines.lastIndexOf('Failed:')).toBeLessThan(60)
    expect(report[0]).toBe('0 40')
  },
)

test.runIf(isLong)('a run without failures names nothing', () => {
  const { lines, report } = runSuite(['good.test.ts'])
  expect(lines).not.toContain('Failed:')
  expect(report).toEqual(['1 0'])
})
