/** Extreme numbers and dates in any field, header or cursor are read or refused: they never break anything of ours. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { encodeCursor } from '../../../src/core/schema/page.ts'
import { alternatives, isJsonObject, type JsonObject } from '../../../src/core/text/json.ts'
import { createApp } from '../../../src/server/app.ts'
import { operations } from '../../../src/tools/registry.ts'
import { openWorld, type World } from '../../parity/world.ts'
import { cases, some } from '../../support/form.ts'
import { type Path, putField } from '../../support/world/put-field.ts'

/** The most telling first. */
const NUMBERS = [2 ** 31, -(2 ** 31) - 1, 1e308, 2 ** 31 - 1, 2 ** 53 - 1, 2 ** 53, -1, 0.5, 1e-320]
const TEXTS = [
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '0000-01-01',
  '0001-01-01T00:00:00+23:59',
  '2026-02-30T00:00:00Z',
  `2026-01-01T00:00:00.${'0'.repeat(70)}1Z`,
  '9999-12-31',
  '+275760-09-13',
  '2026-02-30',
]
const someNumbers = NUMBERS.slice(0, cases(3, NUMBERS.length))
const someTexts = TEXTS.slice(0, cases(4, TEXTS.length))

/** Fields whose words are read as a day or a moment. */
const SAYS_WHEN = /(^|\.)(due|date|at|since|until|from|to|when|time)$|(At|Date|From|To)$/

let world: World
let app: ReturnType<typeof createApp>
beforeAll(async () => {
  world = await openWorld()
  app = createApp({
    gateway: world.gateway,
    authenticate: async () => LOCAL_PERSON,
    rateLimit: async () => ({}),
    mcp: { fetch: async () => Response.json({}) },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
})
afterAll(() => world?.gateway.close())

interface Case {
  readonly path: Path
  readonly value: string | number
}

/** Every field of a schema that takes a number or a day, with what is tried there. */
function casesOf(schema: JsonObject, path: Path = []): Case[] {
  return alternatives(schema).flatMap(({ properties, items, type }) => {
    if (isJsonObject(properties)) {
      return Object.entries(properties).flatMap(([name, field]) =>
        isJsonObject(field) ? casesOf(field, [...path, name]) : [],
      )
    }
    if (isJsonObject(items)) return casesOf(items, [...path, 0])
    if (type === 'integer' || type === 'number') return someNumbers.map((value) => ({ path, value }))
    const saysWhen = type === 'string' && SAYS_WHEN.test(path.join('..'))
    return saysWhen ? someTexts.map((value) => ({ path, value })) : []
  })
}

async function request({ method, path }: Operation, input: unknown): Promise<Response> {
  const fields = isJsonObject(input) ? input : {}
  const route = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(fields[name])))
  if (method !== 'GET') {
    return await app.request(route, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    })
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields).filter(([each]) => !path.includes(`:${each}`))) {
    for (const word of [value].flat()) query.append(name, String(word))
  }
  return await app.request(`${route}?${query}`)
}

/** What went wrong on our side since the last look. */
let seen = 0
function faults() {
  const lines = world.gateway.logged.slice(seen).filter(({ level }) => level === 'error')
  seen = world.gateway.logged.length
  return lines
}

function named(name: string): Operation {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`there is no ${name}`)
  return operation
}

/** The size of a page is one schema for all lists. */
const isShared = ({ path }: Case) => cases(1, 0) === 1 && path.join('..') === 'limit'

const tried = operations
  .map((operation) => ({
    operation,
    values: casesOf(operation.inputSchema).filter((each) => !isShared(each)),
  }))
  .filter(({ values }) => values.length > 0)

describe('an extreme value is read or refused', () => {
  test.each(some(tried).map(({ operation, values }) => [operation.name, operation, values] as const))(
    'in any field of %s',
    async (_, operation, values) => {
      await world.makeFor(operation)
      for (const { path, value } of values) {
        const { status } = await request(operation, putField(operation.example, path, value))
        const isFault = status === 500 || faults().length > 0
        expect({ path, value, status, isFault }).toMatchObject({ isFault: false })
      }
    },
  )

  test.each(NUMBERS.map(String))('as the position after which a stream continues: %s', async (position) => {
    const { path } = named('runs.events')
    const response = await app.request(path.replace(':runId', exampleId('run')), {
      headers: { accept: 'text/event-stream', 'last-event-id': position },
    })
    await response.body?.cancel()
    expect(response.status).toBe(position === String(2 ** 31 - 1) ? 404 : 400)
  })

  test.each([
    ['access.list_audit', {}, TEXTS.map((at) => ['newest', at, 'audit_'])],
    ['runs.steps', {}, NUMBERS.map((number) => ['number', number])],
    ['tasks.list', { sort: 'priority' }, NUMBERS.map((number) => ['priority', number, '', ''])],
    ['tasks.list', { sort: 'due' }, TEXTS.map((day) => ['due', day, ''])],
    ['projects.list', { sort: 'due' }, TEXTS.map((day) => ['due', day, ''])],
    ['projects.list', { sort: 'momentum' }, NUMBERS.map((number) => ['momentum', String(number), ''])],
  ] as const)('as the place in a cursor of %s, %o', async (name, input, places) => {
    const operation = named(name)
    await world.makeFor(operation)
    for (const [sort = '', ...after] of places) {
      const cursor = encodeCursor({ sort: String(sort), after })
      const { status } = await request(operation, { ...operation.example, ...input, cursor })
      expect({ after, status, faults: faults() }).toEqual({
        after,
        status: expect.toBeOneOf([200, 400]),
        faults: [],
      })
    }
  })
})
