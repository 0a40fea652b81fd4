/** Names what failed at the very end of a run of tests: of a record that keeps only its last lines, the names are left. */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import type { SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'
import type { Reporter } from 'vitest/reporters'
import { cutText } from '../src/core/text/cut.ts'

/** Failures that are named; two lines each, so that all of them fit into the last 60 lines of a record. */
const NAMED_MAX = 25
/** Lines of a failure's message that are shown, as one. */
const MESSAGE_LINES = 2
/** Characters of a line. */
const LINE_CHARS = 240

type Entity = TestCase | TestSuite | TestModule

/** Where set, the counts and the names are also written to this file: `passed failed`, then the lines. */
const REPORT_FILE = process.env.FAILED_TESTS_FILE

export function failedTests(): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      const tests = modules.flatMap((module) => [...module.children.allTests()])
      const count = (state: string) => tests.filter((test) => test.result().state === state).length
      const lines = failureLines(modules, unhandled)
      if (lines.length > 0) process.stdout.write(`\nFailed:\n${lines.join('\n')}\n`)
      if (REPORT_FILE) {
        writeFileSync(REPORT_FILE, `${[`${count('passed')} ${count('failed')}`, ...lines].join('\n')}\n`)
      }
    },
  }
}

function failureLines(
  modules: readonly TestModule[],
  unhandled: readonly Pick<SerializedError, 'message'>[],
): string[] {
  const failures = [
    ...modules.flatMap((module) => [module, ...module.children.allSuites(), ...module.children.allTests()]),
  ].flatMap((entity) => {
    const errors = errorsOf(entity)
    return errors.length === 0 ? [] : [[nameOf(entity), messageOf(errors[0])]]
  })
  const all = [...failures, ...unhandled.map((error) => ['outside any test', messageOf(error)])]
  const lines = all
    .slice(0, NAMED_MAX)
    .flatMap(([name = '', message = '']) => [line(`  ${name}`), line(`      ${message}`)])
  return all.length > NAMED_MAX ? [...lines, `  and ${all.length - NAMED_MAX} more`] : lines
}

/** What failed in a test, in the hooks of a group, or in loading a file. */
function errorsOf(entity: Entity): readonly { readonly message: string }[] {
  if (entity.type !== 'test') return entity.errors()
  const result = entity.result()
  return result.state === 'failed' ? (result.errors ?? [{ message: '' }]) : []
}

function nameOf(entity: Entity): string {
  if (entity.type === 'module') return relative(process.cwd(), entity.moduleId)
  return `${relative(process.cwd(), entity.module.moduleId)} > ${entity.fullName}`
}

function messageOf(error: { readonly message: string } | undefined): string {
  const lines = stripVTControlCharacters(error?.message ?? '').split('\n')
  const told = lines.map((each) => each.trim()).filter((each) => each !== '')
  return told.slice(0, MESSAGE_LINES).join(' | ')
}

function line(text: string): string {
  return cutText(text, LINE_CHARS, '…')
}
