/** No pattern of ours takes longer than its text is long: neither one by one, nor behind the fields that people fill in. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { operations } from '../../../src/tools/registry.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'
import { cases } from '../../support/form.ts'
import { type AnaAndBob, openAnaAndBob } from '../support/ana-and-bob.ts'
import { type Input, idFields, withValue } from '../support/id-fields.ts'

/** Characters that are tried on each pattern: what grows with the cube of them takes minutes. */
const TRIED_CHARS = cases(1_000, 4_000)
/** Texts that are tried on each. */
const TRIED_TEXTS = cases(60, 1_000)
/** Milliseconds for all that is tried on one pattern, also on a busy machine. */
const PATTERN_MAX_MS = 5_000

interface Pattern {
  readonly where: string
  readonly source: string
  readonly flags: string
}

/** A pattern as it is written, and now and then a path that looks like one, which does no harm. */
const WRITTEN =
  /(?<=[=(,:!&|?[{};>]\s*|\breturn\s+|^\s*)\/(?![/*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/gm

function patternsIn(path: string): Pattern[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(WRITTEN)].map(({ index, 1: source = '', 2: flags = '' }) => ({
    where: `${path}:${text.slice(0, index).split('\n').length}`,
    source,
    flags: flags.replace(/[gy]/g, ''),
  }))
}

const ANY_CHARS = [
  ' ',
  '\n',
  '\t',
  '0',
  'a',
  'Z',
  '-',
  '..',
  '/',
  '"',
  '\\',
  '@',
  '#',
  ':',
  '_',
  '=',
  ',',
  '(',
  '<',
  'é',
  '\u200b',
]

/** Texts made of what a pattern itself names, over and over, each with an end that does not fit. */
function textsFor(source: string): string[] {
  const words = source.match(/[\p{L}\p{N}]{2,}/gu) ?? []
  const chars = source.replace(/\\[a-zA-Z]/g, '').match(/[^\\^$*+?{}|]/gu) ?? []
  const pairs = chars.map((char, index) => `${char}${chars[index + 1] ?? ' '}`)
  const [opening = ''] = source.match(/^\^?[\p{L}\p{N}<-]*/u) ?? []
  const units = new Set([
    ...chars,
    ...ANY_CHARS,
    ...pairs,
    ...words,
    ...words.map((word) => `${word} `),
    'a ',
    '1 ',
    '1:',
  ])
  return [...units].slice(0, TRIED_TEXTS / 2).flatMap((unit) => {
    const repeated = unit.repeat(Math.ceil(TRIED_CHARS / unit.length))
    return [`${repeated}\u0001`, `${opening.replace('^', '')}${repeated}\u0001`]
  })
}

const tried: { pattern?: RegExp; texts: string[] } = { texts: [] }
const context = createContext(tried)

function isPattern({ source, flags }: Pattern): boolean {
  try {
    return new RegExp(source, flags).source !== ''
  } catch {
    return false
  }
}

function isSlow({ source, flags }: Pick<Pattern, 'source' | 'flags'>, maxMs: number): boolean {
  tried.pattern = new RegExp(source, flags)
  tried.texts = textsFor(source)
  try {
    // What is timed out is interrupted also in the midst of a match.
    runInContext('for (const text of texts) pattern.test(text)', context, { timeout: maxMs })
    return false
  } catch {
    return true
  }
}

it('no pattern in the sources grows beyond bounds on a text made against it', () => {
  expect(isSlow({ source: '^(a+)+$', flags: '' }, 100)).toBe(true)
  const paths = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const patterns = paths.flatMap((name) => patternsIn(join('src', name)))
  expect(patterns.length).toBeGreaterThan(300)
  const slow = patterns.filter((pattern) => isPattern(pattern) && isSlow(pattern, PATTERN_MAX_MS))
  expect(slow.map(({ where }) => where)).toEqual([])
})

describe('a field filled with a text against patterns', () => {
  let world: AnaAndBob
  beforeAll(async () => {
    world = await openAnaAndBob()
  })
  afterAll(() => world?.close())

  const fields = operations.flatMap((operation) =>
    textFields(operation.inputSchema as Schema).map(
      (field) => [`${operation.name} ${field.path.join('..')}`, operation, field] as const,
    ),
  )

  it('is tried in every operation that takes text', () => {
    expect(fields.length).toBeGreaterThan(100)
  })

  // Of those whose words are read all are tried, of the others some; in the long form all.
  const tried = fields.filter(([name], index) => READ.test(name) || index % cases(6, 1) === 0)

  it.each(tried)('is answered within bounds: %s', async (name, operation, { path, maxChars }) => {
    const turn = fields.findIndex(([other]) => other === name)
    const texts = AGAINST.filter(
      (_, index) => index % cases(AGAINST.length, 1) === turn % cases(AGAINST.length, 1),
    )
    for (const unit of texts) {
      const text = unit.repeat(Math.ceil(maxChars / unit.length)).slice(0, maxChars - 1)
      const cpuMs = await cpuMsOf(() => attempt(operation, withValue(base(operation), path, `${text}\u007f`)))
      expect(cpuMs).toBeLessThan(FIELD_MAX_CPU_MS)
    }
  })

  function base(operation: Operation): Input {
    return idFields(operation).reduce((input, field) => {
      const id = world.things[field.kind]
      return id === undefined || field.path.length > 1 ? input : withValue(input, field.path, id)
    }, operation.example as Input)
  }

  async function attempt(operation: Operation, input: Input): Promise<void> {
    try {
      await world.call('ana', operation.name, input)
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'internal') throw thrown
    }
  }
})

/** Milliseconds of processor time for one call: an ordinary one takes ten, on a busy machine a few times that. */
const FIELD_MAX_CPU_MS = 3_000

/** Fields whose words are read. */
const READ = /(text|due|dueFrom|repeat|when|cron|minutes|title)$/

/** Characters for a field without a bound of its own. */
const UNBOUNDED_CHARS = 20_000

/** What the readers of dates, repeats, minutes, labels and secrets look for, over and over. */
const AGAINST = [
  ...[' ', 'a', '1', '-', '1:', '9am ', 'every ', 'every 2nd ', 'friday and ', 'tomorrow '],
  ...[
    '#a ',
    '@a ',
    'P1 ',
    '10 min ',
    '1h 1',
    'at 9 at ',
    '2026-01-',
    'FREQ=',
    ';BYDAY=MO',
    '* * ',
    '1,',
    '*/1 ',
  ],
  ...[
    'sk-',
    'Bearer ',
    'password=',
    '-----BEGIN ',
    'https://a:b@',
    'eyJ',
    '\n',
    '\\',
    '%_',
    '<data>',
    '\u200b',
  ],
]

interface Schema {
  readonly type?: unknown
  readonly maxLength?: number
  readonly enum?: unknown
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

interface TextField {
  readonly path: readonly (string | 0)[]
  readonly maxChars: number
}

function textFields(schema: Schema, path: TextField['path'] = []): TextField[] {
  const isText =
    [schema.type].flat().includes('string') && schema.enum === undefined && schema.const === undefined
  return [
    ...(isText ? [{ path, maxChars: schema.maxLength ?? UNBOUNDED_CHARS }] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => textFields(field, [...path, name])),
    ...(schema.items ? textFields(schema.items, [...path, 0]) : []),
    ...(schema.anyOf ?? []).flatMap((part) => textFields(part, path)),
  ]
}
