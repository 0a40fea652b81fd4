/** Commands that the documentation and our own advice tell people to type are ones that there are, and so are files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Gateway } from '../src/core/area/gateway.ts'
import { AppError } from '../src/core/errors.ts'
import { exampleId } from '../src/core/operation/ids.ts'
import { PLACE_LIMITS } from '../src/server/http/places.ts'
import { SESSION_LIMITS } from '../src/server/mcp/sessions/sessions.ts'
import { operations } from '../src/tools/registry.ts'
import { createTyping } from './cli/typing.ts'

/** A command on a line of its own in a block of shell lines, or in code marks within a sentence. */
const IN_PAGES =
  /(?:^|`)(?:bin\/|docker compose run --rm gateway )?switchboard ((?:"[^"]*"|'[^']*'|[^`\n"'])+)/gm

/** A command in a text of ours: in code marks, or after a colon and to the end of the text. */
const IN_TEXTS = /(?:`|: )switchboard ([^`'"\n|]+)[`'"]/g

/** `team_...` stands for an id. */
const SOME_ID = /\b([a-z]+)_\.\.\./g
const idOf = (_: string, kind: string) => exampleId(kind)

/** What stands for something else and is no word to type, or the end of a sentence. */
const IS_NO_COMMAND = /[<$[]|\.\.\.|\.$/

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(ending))
}

function commandsIn(paths: readonly string[], pattern: RegExp): [string, string][] {
  return paths.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(pattern)]
      .map((match) =>
        (match[1] ?? '')
          .replace(/\s+#.*$/, '')
          .replace(SOME_ID, idOf)
          .trim(),
      )
      .filter((command) => !IS_NO_COMMAND.test(command))
      .map((command): [string, string] => [path, command]),
  )
}

/** Words as a shell cuts them: quoted ones whole. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

const silent = () => undefined
const REACHED = new AppError('unavailable', 'the command was understood')
const REACHED_EXIT_CODE = 9

/** A gateway that only says that a call came through. */
const gateway: Gateway = {
  operations,
  invoke: () => Promise.reject(REACHED),
  log: { debug: silent, info: silent, warn: silent, error: silent },
  version: '0.0.0',
  watch: () => silent,
  watchFor: () => silent,
}

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesOf('docs', '.md')]
const commands = [...commandsIn(pages, IN_PAGES), ...commandsIn(filesOf('src', '.ts'), IN_TEXTS)]

const FILE = /`((?:test|scripts|src|bin|docs)\/[\w./-]*)`/g
const SCRIPT = /`?npm run ([\w:]+)/g

function namesIn(pattern: RegExp): [string, string][] {
  return pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(pattern)].map((match): [string, string] => [
      page,
      match[1] ?? '',
    ]),
  )
}

test.each(namesIn(FILE))('%s names %s, which there is', (_, path) => {
  expect(existsSync(path)).toBe(true)
})

test.each(namesIn(SCRIPT))('%s names npm run %s, which there is', (_, name) => {
  expect(JSON.parse(readFileSync('package.json', 'utf8')).scripts).toHaveProperty([name])
})

test('every promise of the first page is kept by a test', () => {
  const [, table = ''] = /^## Promises$(.*?)^## /ms.exec(readFileSync('README.md', 'utf8')) ?? []
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise'))
  expect(rows.length).toBeGreaterThan(10)
  for (const row of rows) expect(row).toMatch(/\| (`test\/|`npm run test)/)
})

test('there are commands to check', () => {
  expect(commands.length).toBeGreaterThan(operations.length)
})

test.each(commands)('%s: switchboard %s', async (_, command) => {
  const type = createTyping(gateway)
  const typed = words(command)
  const { exitCode, err } = await type(typed)
  if (exitCode === 0 || exitCode === REACHED_EXIT_CODE) return
  // A sentence may name a command without what it takes.
  const isOnlyNamed = typed.every((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'))
  const help = isOnlyNamed ? await type([...typed, '--help']) : { exitCode, out: err }
  expect(help).toMatchObject({ exitCode: 0, out: expect.stringContaining('Usage:') })
})

test.each(
  Object.entries({
    underWay: PLACE_LIMITS.underWay,
    streams: PLACE_LIMITS.streams,
    sessions: SESSION_LIMITS,
  }),
)('the limits of %s that people read are those that hold', (_name, { perKey, perPerson, perProcess }) => {
  expect(readFileSync('docs/deployment.md', 'utf8')).toContain(
    ` | ${perKey} | ${perPerson} | ${perProcess} |\n`,
  )
})
