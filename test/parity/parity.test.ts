/** One list of operations behind every door: the same answer, the same effect, the same error. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseInput } from '../../src/core/call/input.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import type { NextCall } from '../../src/core/operation/next-call.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { operations } from '../../src/tools/registry.ts'
import { isLong, some } from '../support/form.ts'
import { type Answer, type Doors, openDoors, type WayIn } from './doors.ts'
import { callerOf, openWorld, type World } from './world.ts'

let world: World
let doors: Doors

beforeAll(async () => {
  world = await openWorld()
  doors = await openDoors(world.gateway)
})

afterAll(async () => {
  await doors?.close()
  await world?.gateway.close()
})

/**
 * Models never reach what is for people only; what one may not call looks like what is not there. The command line is for
 * people, so that it has no commands for runs.
 */
function isHidden({ name }: WayIn, { audience }: Operation): boolean {
  return (name.startsWith('MCP') && audience === 'people') || (isTyped({ name }) && audience === 'runs')
}

/** Whether its path names what has to be there. */
function namesThings({ pathFields, input }: Operation): boolean {
  return pathFields.some((field) => !(input.shape[field] instanceof z.ZodEnum))
}

function isTyped({ name }: Pick<WayIn, 'name'>): boolean {
  return name.startsWith('command line')
}

/** Doors of one kind share what answers: the short form asks one of each kind. */
const OWNERS = 'command line, on the store'
const SECOND_OF_KIND: ReadonlySet<string> = new Set(['MCP, by call_operation', OWNERS])

function asked(): readonly WayIn[] {
  return doors.others.filter(({ name }) => isLong || !SECOND_OF_KIND.has(name))
}

/** What a door refuses, it refuses in the same place for all operations: in the short form, doors take turns. */
function refusing(
  operation: Operation,
  able = (door: WayIn) => !isHidden(door, operation),
): readonly WayIn[] {
  const all = asked().filter(able)
  return isLong ? all : all.filter((_, index) => index === operations.indexOf(operation) % all.length)
}

describe.each(some(operations).map((operation) => [operation.name, operation] as const))(
  '%s',
  (_, operation) => {
    beforeEach(() => doors.actAs(callerOf(operation)))

    test('its example gives the same answer, and leaves the same behind, through every door', async () => {
      await world.makeFor(operation)
      const expected = await callAndLook(doors.process, operation)
      expect(failuresIn(expected.answer)).toEqual([])
      const others =
        operation.effect === 'read'
          ? asked().filter((each) => !isHidden(each, operation))
          : refusing(operation)
      for (const door of others) {
        // A read that changed anything would be found by the next door, in the same world.
        if (operation.effect !== 'read') await world.makeFor(operation)
        const found = await callAndLook(door, operation)
        expect({ door: door.name, ...found }).toEqual({ door: door.name, ...expected })
      }
    })

    if (operation.next) {
      test('what it proposes next are calls that can be made', async () => {
        await world.makeFor(operation)
        const { output } = await world.gateway.invoke(operation, operation.example, {
          actor: callerOf(operation),
          door: 'process',
        })
        for (const { operation: name, input, ask } of operation.next?.(output, operation.example) ?? []) {
          const proposed = operations.find((each) => each.name === name)
          if (proposed === undefined) throw new Error(`There is no operation ${name}.`)
          expect(() => parseInput(proposed, { ...input, ...given(proposed, ask) })).not.toThrow()
        }
      })
    }

    test('in a world without what it names, it fails or answers alike through every door', async () => {
      await world.empty()
      const expected = settled(await doors.process.call(operation, operation.example))
      if (namesThings(operation) && !('templateId' in operation.example)) {
        expect(codeOf(expected)).toBe('not_found')
      }
      for (const door of refusing(operation)) {
        await world.empty()
        const answer = settled(await door.call(operation, operation.example))
        expect({ door: door.name, answer }).toEqual({ door: door.name, answer: expected })
      }
    })

    test('an input with a field that does not exist is invalid through every door', async () => {
      const input = { ...operation.example, doesNotExist: 'x' }
      const expected = await doors.process.call(operation, input)
      expect(codeOf(expected)).toBe('invalid_input')
      for (const door of refusing(operation)) {
        expect({ door: door.name, answer: await door.call(operation, input) }).toEqual({
          door: door.name,
          answer: expected,
        })
      }
    })

    test('without its scope it is refused through every door, and by MCP as if it were not there', async () => {
      doors.actAs({ ...LOCAL_PERSON, kind: 'service', id: 'nobody', scopes: [] })
      // The store itself is opened by its owner, who has every scope.
      const isAble = (door: WayIn) =>
        door.name !== OWNERS && (operation.audience !== 'runs' || !isTyped(door))
      for (const door of [doors.process, ...refusing(operation, isAble)]) {
        const code = codeOf(await door.call(operation, operation.example))
        expect({ door: door.name, code }).toEqual({
          door: door.name,
          code: door.name.startsWith('MCP') ? 'not_found' : 'forbidden',
        })
      }
    })

    if (operation.effect === 'destroy') {
      test('unconfirmed it does nothing through any door', async () => {
        const input = { ...operation.example, confirm: false }
        await world.makeFor(operation)
        const before = withoutAudit(await world.rows())
        for (const door of [doors.process, ...refusing(operation)]) {
          const code = codeOf(await door.call(operation, input))
          expect({ door: door.name, code }).toEqual({ door: door.name, code: 'confirmation_required' })
        }
        expect(withoutAudit(await world.rows())).toEqual(before)
      })
    }

    if (operation.audience === 'people') {
      test('models never reach it', async () => {
        for (const door of doors.others.filter((each) => isHidden(each, operation))) {
          expect(codeOf(await door.call(operation, operation.example))).toBe('not_found')
        }
      })
    }
  },
)

test('what only runs call is refused to everybody else through every door', async () => {
  await world.empty()
  doors.actAs(LOCAL_PERSON)
  const called = [doors.process, ...doors.others].filter((door) => !isTyped(door))
  for (const operation of operations.filter(({ audience }) => audience === 'runs')) {
    const codes = []
    for (const door of called) codes.push(codeOf(await door.call(operation, operation.example)))
    expect(codes).toEqual(['forbidden', 'forbidden', 'not_found', 'not_found'])
  }
})

async function callAndLook(door: WayIn, operation: Operation) {
  const answer = settled(await door.call(operation, operation.example))
  return { answer, rows: settled(await world.rows()) }
}

/** What differs by its nature, and by these rules only. */
const DIFFERENT = new Map<string, (value: unknown) => boolean>([
  // Who asked through which door.
  ['door', isDoor],
  ['decided_door', isDoor],
  ['source', isDoor],
  // Made by the door, or by the caller, for each call.
  ['requestId', isText],
  ['request_id', isText],
  ['durationMs', (value) => typeof value === 'number'],
  ['duration_ms', (value) => typeof value === 'number'],
  ['here_version', (value) => /^(?:\d*|-)$/.test(String(value))],
  ['there_version', (value) => /^(?:\d*|-)$/.test(String(value))],
  // Told by the database's own clock.
  ['lease_until', isText],
  // Random, so that nobody guesses them.
  ['secret', isText],
  ['token', isText],
  ['link', isText],
  ['hint', isText],
  ['hash', isText],
])

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isDoor(value: unknown): boolean {
  return ['process', 'http', 'mcp', 'cli'].some((door) => door === value)
}

function settled<Value>(value: Value): Value {
  const text = JSON.stringify(value, (name, field: unknown) =>
    DIFFERENT.get(name)?.(field) ? `<${name}>` : field,
  )
  return JSON.parse(text) as Value
}

function codeOf(answer: Answer): string | undefined {
  return 'error' in answer ? answer.error.code : undefined
}

/** The whole failure, or those of a batch's items. */
function failuresIn(answer: Answer): unknown[] {
  if ('error' in answer) return [answer.error]
  const { output } = answer
  const results: unknown =
    typeof output === 'object' && output !== null && 'results' in output ? output.results : []
  return Array.isArray(results) ? results.filter((result) => result.ok === false) : []
}

function withoutAudit({ audit_entries: _entries, ...rest }: Record<string, unknown[]>) {
  return rest
}

/** What a person gives who is asked: the words for a field of text, otherwise what the example gives. */
function given({ input, example }: Operation, ask: NextCall['ask'] = {}) {
  return Object.fromEntries(
    Object.entries(ask).map(([field, words]) => [
      field,
      input.shape[field]?.safeParse(words).success ? words : example[field as keyof typeof example],
    ]),
  )
}
