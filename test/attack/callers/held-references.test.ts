/** The number of another person's thing is answered, in every place that takes an id, like a number that nothing has. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/operation/ids.ts'
import { refOf } from '../../../src/core/operation/kind.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { areas, operations } from '../../../src/tools/registry.ts'
import { type AnaAndBob, openAnaAndBob } from '../support/ana-and-bob.ts'
import { type IdField, type Input, idFields, withValue } from '../support/id-fields.ts'

let world: AnaAndBob
/** Things of Bob's own, for the places that are not looked at. */
let bobs: Readonly<Record<string, string>>
beforeAll(async () => {
  world = await openAnaAndBob()
  const make = async (operation: string, input: object, field: string) =>
    ((await world.call('bob', operation, input)) as Record<string, { id: string }>)[field]?.id ?? ''
  const created = await world.call('bob', 'tasks.create', { tasks: [{ title: 'Read' }] })
  const [made] = created.results as { task: { id: string } }[]
  const start = { agent: 'assistant', goal: 'Read.' }
  bobs = {
    task: made?.task.id ?? '',
    project: await make('projects.create', { name: 'Books' }, 'project'),
    run: await make('runs.start', start, 'run'),
    schedule: await make('schedules.create', { ...start, when: 'every monday at 9' }, 'schedule'),
  }
})
afterAll(() => world?.close())

const KINDS = areas.flatMap(({ ids }) => ids.filter((id) => typeof id !== 'string' && 'letters' in id))
const kindNamed = (name: string) => KINDS.find((kind) => kind.name === name)

const placesOf = operations.flatMap((operation) =>
  idFields(operation).flatMap((field) => {
    const kind = kindNamed(field.kind)
    return kind ? [[`${operation.name} ${field.path.join('.')}`, operation, field, kind] as const] : []
  }),
)

/** A number that nothing has. */
const ABSENT = 999_999

async function numberOf(kind: string): Promise<number> {
  const [row] = await world.front.gateway.db.execute<{ number: number }>(
    sql.raw(`select number from ${kind}s where id = '${world.things[kind]}'`),
  )
  if (row === undefined) throw new Error(`Ana has no ${kind}`)
  return row.number
}

/** What is told of one call, without what was typed. */
async function outcomeOf(who: 'ana' | 'bob', operation: Operation, field: IdField, typed: string) {
  const base = idFields(operation).reduce((input, { path, kind }) => {
    const own = bobs[kind]
    return own === undefined || path.length > 1 ? input : withValue(input, path, own)
  }, operation.example as Input)
  const input = withValue(base, field.path, typed)
  const response = await world.send(who, operation, input)
  const text = (await response.text()).replace(/"requestId":"\w+"/, '')
  return {
    status: response.status,
    text: text.replaceAll(new RegExp(`\\b${typed}\\b`, 'g'), 'TYPED'),
    whole: text,
  }
}

describe('the number of another person', () => {
  it.each(placesOf)('is answered like one of nothing: %s', async (_name, operation, field, kind) => {
    const number = await numberOf(kind.name)
    const absentId = await outcomeOf('bob', operation, field, newId(kind.name))
    for (const spell of [(n: number) => refOf(kind, n), (n: number) => String(n)]) {
      const theirs = await outcomeOf('bob', operation, field, spell(number))
      const nothing = await outcomeOf('bob', operation, field, spell(ABSENT))
      expect({ ...theirs, whole: '' }).toEqual({ ...nothing, whole: '' })
      expect({ ...theirs, whole: '' }).toEqual({ ...absentId, whole: '' })
      expect(theirs.whole).not.toContain(world.things[kind.name])
    }
  })
})

it('and the same numbers are their owner’s things: Ana is answered otherwise', async () => {
  for (const kind of KINDS) {
    const get = operations.find(({ name }) => name === `${kind.name}s.get`)
    const [field] = get === undefined ? [] : idFields(get)
    if (get === undefined || field === undefined) throw new Error(`${kind.name} cannot be read`)
    const got = await outcomeOf('ana', get, field, refOf(kind, await numberOf(kind.name)).toLowerCase())
    expect(got.status).toBe(200)
    expect(got.whole).toContain(`"id":"${world.things[kind.name]}"`)
  }
})
