/** Texts of any letters, at the bounds of every text field of every operation, are kept as they were sent or refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { failureOfWhole } from '../../../src/core/schema/batch.ts'
import { alternatives, isJsonObject, type JsonObject } from '../../../src/core/text/json.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { openWorld, type World } from '../../parity/world.ts'
import { cases, some } from '../../support/form.ts'
import { type Path, putField } from '../../support/world/put-field.ts'

/** Characters that take several code units, so that a cut by units falls within them. */
const CHARACTERS = ['👨‍👩‍👧‍👦', '🎉', 'e\u0301', '🇩🇪', 'ก็', '👍🏽', '한', '\u{1D165}', 'ﷺ', '⛹🏿‍♀️']
const isLong = cases(0, 1) === 1
const characters = CHARACTERS.slice(0, cases(1, CHARACTERS.length))
const UNSTORABLE = ['a\0b\ud83d', 'a\ud83d', '\udc00b', '\0'].slice(0, cases(1, 4))

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.gateway.close())

interface TextField {
  readonly path: Path
  readonly maxChars: number
}

/** Every bounded text of a schema that takes any letters. */
function textFields(schema: JsonObject, path: Path = []): TextField[] {
  return alternatives(schema).flatMap((one) => {
    const { properties, items, type, maxLength, pattern } = one
    if (isJsonObject(properties)) {
      return Object.entries(properties).flatMap(([name, field]) =>
        isJsonObject(field) ? textFields(field, [...path, name]) : [],
      )
    }
    if (isJsonObject(items)) return textFields(items, [...path, 0])
    const isFree = type === 'string' && !('enum' in one) && !('const' in one) && !('format' in one)
    const takesAll = typeof pattern !== 'string' || CHARACTERS.every((text) => new RegExp(pattern).test(text))
    return isFree && takesAll && typeof maxLength === 'number' ? [{ path, maxChars: maxLength }] : []
  })
}

/** A text of so many code points, as schemas count them, that ends in `character`; and one that has nothing else. */
function textsOf(chars: number, character: string): string[] {
  const { length } = [...character]
  return [
    'x'.repeat(chars - length) + character,
    'x'.repeat(chars % length) + character.repeat(chars / length),
  ]
}

/** Fields that are read rather than kept, and what was given by a call that is said not to have been done. */
const READ = /(^|\.)(due|date|time|timeZone|at|repeat|when|cursor|text|context|result|secret)$/

/** Operations that only try what they are given, hand it to a service, or look something up by it. */
const KEEP_NOTHING: ReadonlySet<string> = new Set([
  'hooks.try',
  'rituals.mark',
  'rituals.score',
  'todoist.tasks.quick_add',
  'todoist.sync.resync',
  'todoist.sync.settle',
  'todoist.projects.link',
  'todoist.projects.import',
])

/** The code of what went wrong, or whether anything was changed. */
async function call(operation: Operation, input: unknown): Promise<string> {
  try {
    const { output } = await world.gateway.invoke(operation, input, world.gateway.as())
    const refused = failureOfWhole({ outside: 'nothing' }, output)
    if (refused !== undefined) return refused.code
    return operation.effect === 'read' || JSON.stringify(output).includes('"changed":false') ? 'same' : 'done'
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code
    throw thrown
  }
}

async function keptTexts(): Promise<string> {
  const { audit_entries: _audit, ...rows } = await world.rows()
  return JSON.stringify(rows)
}

const tried = some(operations)
  .map((operation) => ({ operation, fields: textFields(operation.inputSchema) }))
  .filter(({ fields }) => fields.length > 0)

interface Try {
  readonly path: Path
  readonly text: string
  readonly isOver: boolean
}

function triesOf({ path, maxChars }: TextField): Try[] {
  return characters
    .filter((character) => [...character].length < maxChars)
    .flatMap((character) => {
      const [over = ''] = textsOf(maxChars + 1, character)
      const within = [...(isLong ? textsOf(maxChars - 1, character) : []), ...textsOf(maxChars, character)]
      return [...within.map((text) => ({ path, text, isOver: false })), { path, text: over, isOver: true }]
    })
}

describe('texts at the bounds of their field', () => {
  test.each(tried.map(({ operation, fields }) => [operation.name, operation, fields] as const))(
    'of %s are kept whole or refused',
    async (name, operation, fields) => {
      await world.makeFor(operation)
      for (const { path, text, isOver } of fields.flatMap(triesOf)) {
        const at = { path: path.join('.'), ends: text.slice(-20) }
        const code = await call(operation, putField(operation.example, path, text))
        if (isOver) expect({ ...at, code }).toEqual({ ...at, code: 'invalid_input' })
        else expect({ ...at, code }).not.toMatchObject({ code: 'internal' })
        if (code !== 'done' || KEEP_NOTHING.has(name) || READ.test(at.path)) continue
        expect({ ...at, isKept: (await keptTexts()).includes(text) }).toEqual({ ...at, isKept: true })
      }
    },
  )

  test.each(tried.map(({ operation, fields }) => [operation.name, operation, fields] as const))(
    'of %s that cannot be stored are refused, and nothing of ours breaks',
    async (_, operation, fields) => {
      for (const { path } of fields) {
        for (const text of UNSTORABLE) {
          const refused = world.gateway.invoke(
            operation,
            putField(operation.example, path, text),
            world.gateway.as(),
          )
          await expect(refused).rejects.toMatchObject({ code: 'invalid_input', issues: expect.anything() })
        }
      }
    },
  )
})

test.each(['a\0b', 'a\ud800', 'a\ud801'])(
  'an idempotency key that cannot be kept is refused: %j',
  async (key) => {
    const refused = world.gateway.invoke(
      createTasks,
      { tasks: [{ title: 'Buy milk' }] },
      { ...world.gateway.as(), idempotencyKey: key },
    )
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('idempotency key'),
    })
  },
)
