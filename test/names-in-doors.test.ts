/** Doors know the list of operations and none by its name: what they need of one, its values say. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { ROOT } from '../scripts/generated.ts'
import { operations } from '../src/tools/registry.ts'
import { isLong } from './support/form.ts'

const DOORS = ['src/server', 'src/cli', 'src/workers', 'src/chat', 'src/slack', 'src/web']

/** Every way to name an operation, none within a longer name. */
const NAMES = operations.flatMap(({ name, toolName, command, path }) => [name, toolName, command, path])
const NAMED = new RegExp(`(?<![\\w./-])(${NAMES.map(escaped).join('|')})(?![\\w/-])`, 'g')

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** The operations that texts in a source name; comments are free to. */
function namesIn(text: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      names.push(...(node.text.match(NAMED) ?? []))
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true))
  return names
}

test.runIf(isLong)('a door names no operation in any of its files', () => {
  const listed = execFileSync('git', ['ls-files', '--', ...DOORS], { cwd: ROOT, encoding: 'utf8' })
  const files = listed.split('\n').filter((file) => file.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(100)
  const found = files.flatMap((file) =>
    namesIn(readFileSync(join(ROOT, file), 'utf8')).map((name) => `${file}: ${name}`),
  )
  expect(found).toEqual([])
})

test.each([
  ["call('runs.start', input)", ['runs.start']],
  ["'Start it, then call runs_wait.'", ['runs_wait']],
  ["'switchboard runs start'", ['runs start']],
  ["fetch('/v1/tasks')", ['/v1/tasks']],
  ["// runs.start\n'runs.started' + 'my.runs.start' + 'tasks/list'", []],
])('in %s it would be found', (text, names) => {
  expect(namesIn(text)).toEqual(names)
})
