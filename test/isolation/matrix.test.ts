/**
 * The isolation matrix: every operation, called by each kind of person around a team that owns everything in the world.
 * Those outside of it learn nothing and change nothing, those who may read cannot write, and its editors can.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toAppError } from '../../src/core/errors.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { operations } from '../../src/tools/registry.ts'
import { openWorld, type World } from '../parity/world.ts'
import { cases, some } from '../support/form.ts'
import { LINES, type Line } from './lines.ts'
import { codeIn, EVERYTHING, giveToTeam, OTHER_TEAM, TEAM, teamRows, tracesIn } from './team-world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.gateway.close())

function person(id: string, more: Partial<Actor> = {}): Actor {
  return { kind: 'person', id, personId: id, scopes: EVERYTHING, ...more }
}

/** A service of another team, whose rights are the team's own. */
const OUTSIDERS: readonly Actor[] = [
  person('oz'),
  person('gil'),
  person('oz', { kind: 'agent', id: 'run_of_oz', within: OTHER_TEAM }),
  person('ben', { kind: 'agent', id: 'run_of_ben', within: 'ben' }),
  { kind: 'service', id: 'key_of_other', personId: OTHER_TEAM, scopes: EVERYTHING },
]
const READERS: readonly Actor[] = [
  person('vic'),
  person('vic', { kind: 'agent', id: 'run_of_vic', within: TEAM }),
]
const EDITORS: readonly Actor[] = [
  person('ben'),
  person('ben', { kind: 'agent', id: 'run_of_ben', within: TEAM }),
  { kind: 'service', id: 'key_of_team', personId: TEAM, scopes: EVERYTHING },
]
const ADMINS: readonly Actor[] = [person('ana')]

/** Lists that show nothing of this world by name. */
const EMPTY_HERE: ReadonlySet<string> = new Set(['reports.runs', 'todoist.accounts.list'])

/** What is for people only is refused to agents before anything else, which their own tests show. */
function among(operation: Operation, actors: readonly Actor[]): readonly Actor[] {
  return operation.audience === 'people' ? actors.filter(({ kind }) => kind !== 'agent') : actors
}

interface Settled {
  readonly code: string
  readonly said: string
}

async function call(operation: Operation, actor: Actor): Promise<Settled> {
  try {
    const { output } = await world.gateway.invoke(operation, operation.example, { actor, door: 'process' })
    return { code: codeIn(output), said: JSON.stringify(output) }
  } catch (thrown) {
    const { code, message, fix } = toAppError(thrown)
    return { code, said: `${message} ${fix}` }
  }
}

async function makeFor(operation: Operation): Promise<void> {
  await world.makeFor(operation)
  await giveToTeam(world.gateway.db)
}

test('has a line for every operation, and none for others', () => {
  expect(Object.keys(LINES).sort()).toEqual(operations.map(({ name }) => name).sort())
})

describe.each(some(operations).filter(({ name }) => name in LINES))('$name', (operation) => {
  const line = LINES[operation.name] as Line

  test('shows nothing of the team to those outside of it, and changes nothing there', async () => {
    await makeFor(operation)
    const before = await teamRows(world.gateway.db)
    for (const actor of among(operation, OUTSIDERS)) {
      const { code, said } = await call(operation, actor)
      expect
        .soft({ actor: actor.id, traces: tracesIn(said, before, operation.example) })
        .toEqual({ actor: actor.id, traces: [] })
      if (line === 'thing' || line === 'admins')
        expect.soft({ actor: actor.id, code }).toEqual({ actor: actor.id, code: 'not_found' })
    }
    expect(await teamRows(world.gateway.db)).toEqual(before)
  })

  if (line === 'thing' || line === 'admins') {
    const isRead = operation.effect === 'read'

    test(
      isRead ? 'is shown to those who may only read' : 'is refused to those who may only read',
      async () => {
        await makeFor(operation)
        const before = await teamRows(world.gateway.db)
        for (const actor of among(operation, READERS)) {
          const { code } = await call(operation, actor)
          expect({ actor: actor.id, code }).toEqual({ actor: actor.id, code: isRead ? 'ok' : 'forbidden' })
        }
        expect(await teamRows(world.gateway.db)).toEqual(before)
      },
    )

    const able = among(operation, line === 'admins' ? ADMINS : [...EDITORS, ...ADMINS])
    for (const actor of able.slice(0, cases(1, able.length))) {
      test(`may be done by ${actor.id}`, async () => {
        await makeFor(operation)
        expect((await call(operation, actor)).code).toBe('ok')
      })
    }
  }

  if (line === 'list') {
    test('shows the things of the team to all who see it', async () => {
      await makeFor(operation)
      const seen = await Promise.all(
        among(operation, [...READERS, ...EDITORS, ...ADMINS]).map((actor) => call(operation, actor)),
      )
      const rows = await teamRows(world.gateway.db)
      const traces = seen.map(({ said }) => tracesIn(said, rows, operation.example))
      expect(seen.map(({ code }) => code)).toEqual(seen.map(() => 'ok'))
      expect(traces).toEqual(traces.map(() => traces[0]))
      if (!EMPTY_HERE.has(operation.name)) expect(traces[0]).not.toEqual([])
    })
  }

  if (line === 'operator' || line === 'run') {
    test('is refused to everybody else', async () => {
      await makeFor(operation)
      const everybody = [...OUTSIDERS, ...READERS, ...EDITORS, ...ADMINS]
      // A run is an agent: only the worker that holds it calls as one.
      for (const actor of everybody.filter(({ kind }) => line === 'operator' || kind !== 'agent')) {
        expect((await call(operation, actor)).code).toBe('forbidden')
      }
    })
  }
})
