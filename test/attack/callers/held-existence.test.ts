/** What another person has looks, through every door and in every place that takes an id, as if it were not there. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/operation/ids.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { operations } from '../../../src/tools/registry.ts'
import { cases, some } from '../../support/form.ts'
import { FOLLOWS, post } from '../../support/mcp-raw.ts'
import { type AnaAndBob, openAnaAndBob } from '../support/ana-and-bob.ts'
import { type IdField, type Input, idFields, withValue } from '../support/id-fields.ts'

let world: AnaAndBob
let before: unknown
beforeAll(async () => {
  world = await openAnaAndBob()
  before = await anasRows()
})
afterAll(() => world?.close())

/** What is told of one call, without what differs from call to call. */
interface Outcome {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

/** Headers that say when, which request, and how many are left. */
const PASSING = /^(date|x-request-id|ratelimit|ratelimit-.*|x-ratelimit-.*)$/

async function outcomeOf(response: Response): Promise<Outcome> {
  const headers = [...response.headers].filter(([name]) => !PASSING.test(name))
  const ids = /\b([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g
  return {
    status: response.status,
    headers: headers.map(([name, value]) => `${name}: ${value}`),
    body: (await response.text()).replace(ids, '$1').replaceAll('anas-agent', 'some-agent'),
  }
}

/** A name or an id of the same length that nothing has. */
const absent = (kind: string) => (kind === 'agent' ? 'some-agent' : newId(kind))

/** The example with Ana's things in all places, and one of them another's. */
function inputWith(operation: Operation, field: IdField, id: string): Input {
  const anas = idFields(operation).reduce((input, { path, kind }) => {
    const known = world.things[kind]
    return known === undefined || path.length > 1 ? input : withValue(input, path, known)
  }, operation.example as Input)
  return withValue(anas, field.path, id)
}

const placesOf = operations.flatMap((operation) =>
  idFields(operation).map(
    (field) => [`${operation.name} ${field.path.join('.')}`, operation, field] as const,
  ),
)

describe('an id of another person', () => {
  it.each(some(placesOf))('is answered like one of nothing: %s', async (name, operation, field) => {
    const known = world.things[field.kind]
    expect(known, `Ana has a ${field.kind}`).toBeTruthy()
    const asked = [known ?? '', absent(field.kind)].map((id) => inputWith(operation, field, id))
    const [overHttp, ofNothing] = await Promise.all(
      asked.map(async (input) => outcomeOf(await world.send('bob', operation, input))),
    )
    expect(overHttp).toEqual(ofNothing)
    // What MCP adds is the same for every operation: a few show it.
    if (placesOf.findIndex(([place]) => place === name) % cases(8, 1) !== 0) return
    const [overMcp, ofNothingEither] = await Promise.all(
      asked.map(async (input) => {
        const call = { name: 'call_operation', arguments: { name: operation.name, input } }
        return outcomeOf(await mcp('tools/call', call))
      }),
    )
    expect(overMcp).toEqual(ofNothingEither)
  })

  it('is answered like one of nothing where it is streamed', async () => {
    const streamed = operations.filter(({ stream }) => stream !== undefined)
    expect(streamed.length).toBeGreaterThan(0)
    for (const operation of streamed) {
      const [field] = idFields(operation)
      if (field === undefined) continue
      const [theirs, nothing] = await Promise.all(
        [world.things[field.kind] ?? '', absent(field.kind)].map(async (id) => {
          const input = inputWith(operation, field, id)
          return outcomeOf(await world.send('bob', operation, input, { accept: 'text/event-stream' }))
        }),
      )
      expect(theirs).toEqual(nothing)
    }
  })

  it.each(['task', 'project', 'run'] as const)('is answered like one of nothing as %s://', async (kind) => {
    const [theirs, nothing] = await Promise.all(
      [world.things[kind] ?? '', newId(kind)].map(async (id) =>
        outcomeOf(await mcp('resources/read', { uri: `${kind}://${id}` })),
      ),
    )
    expect(theirs).toEqual(nothing)
    expect(theirs?.body).toContain('There is no resource')
  })

  it.each(['tasks/get', 'tasks/cancel', 'tasks/update'])(
    'is answered like one of nothing by %s',
    async (method) => {
      const more = method === 'tasks/update' ? { inputResponses: {} } : {}
      const [theirs, nothing] = await Promise.all(
        [world.things.run ?? '', newId('run')].map(async (taskId) =>
          outcomeOf(await mcp(method, { taskId, ...more })),
        ),
      )
      expect(theirs).toEqual(nothing)
      expect(theirs?.body).toContain('There is no')
    },
  )
})

it('and nothing of it is changed by all that', async () => {
  expect(await anasRows()).toEqual(before)
})

function mcp(method: string, params: object): Promise<Response> {
  const headers = { authorization: `Bearer ${world.keys.bob}` }
  // The header names what is called or looked at, as the protocol wants it.
  const name = 'uri' in params ? { 'mcp-name': String(params.uri) } : {}
  return post(`${world.front.url}/mcp`, method, params, {
    capabilities: FOLLOWS,
    headers: { ...headers, ...name },
  })
}

/** Every row of Ana's, in every table that has a person. */
async function anasRows(): Promise<unknown> {
  const { db } = world.front.gateway
  const tables = await db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'person_id' and table_name not like 'audit%'
    order by 1`)
  expect(tables.length).toBeGreaterThan(5)
  const rows = tables.map(
    ({ name }) => `select '${name}' as name, to_jsonb(t) as row from ${name} t where person_id = 'ana'`,
  )
  const found = await db.execute<{ name: string; row: object }>(sql.raw(rows.join(' union all ')))
  // When a key was last used is noted now and then.
  return found.map(({ name, row }) => JSON.stringify([name, { ...row, last_used_at: null }])).sort()
}
