/**
 * The isolation matrix through the doors of a gateway on its socket, as people and services with keys: one operation of
 * each effect in the short form, every operation in the long one. Each door shows and refuses what the matrix says.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Operation } from '../../src/core/operation/operation.ts'
import { operations } from '../../src/tools/registry.ts'
import { openWorld, type World } from '../parity/world.ts'
import { isLong } from '../support/form.ts'
import { openFrontOf, type TestFront } from '../support/front.ts'
import { addCallers, CALLERS, type Caller, DEACTIVATED, expectedOf, isInside } from './key-callers.ts'
import { DOORS, type DoorName, type KeyedDoors, openKeyedDoors } from './keyed-doors.ts'
import { LINES } from './lines.ts'
import { giveToTeam, teamRows, tracesIn } from './team-world.ts'

let world: World
let front: TestFront
const keyed = new Map<Caller, KeyedDoors>()

beforeAll(async () => {
  world = await openWorld()
  front = await openFrontOf(world.gateway, { SWITCHBOARD_RATE_LIMIT: '1000000' })
  for (const each of [...CALLERS, DEACTIVATED]) keyed.set(each, openKeyedDoors(front, each.key))
})
afterAll(async () => {
  for (const doors of keyed.values()) await doors.close()
  await front?.close()
})

const EFFECTS: readonly Operation['effect'][] = ['read', 'write', 'destroy']

/** An operation on a thing of the team that every door offers. */
function firstOf(effect: Operation['effect']): Operation {
  const found = operations.find(
    (each) => each.effect === effect && each.audience === 'everyone' && LINES[each.name] === 'thing',
  )
  if (found === undefined) throw new Error(`no operation can ${effect} a thing of a team`)
  return found
}

const ofEachEffect = EFFECTS.map(firstOf)

describe.each(isLong ? operations : ofEachEffect)('$name', (operation) => {
  // The command line is for people: it has no commands for runs.
  const doors = DOORS.filter((door) => door !== 'command line' || operation.audience !== 'runs')

  test.each(doors)('through the door %s tells and does what each caller may know and do', async (door) => {
    await makeWorld(operation)
    for (const caller of CALLERS) {
      const before = await teamRows(world.gateway.db)
      const { code, said } = await call(caller, door, operation)
      const expected = expectedOf(operation, door, caller)
      const mayKnow = isInside(operation, caller)
      const found = {
        code: expected && code,
        traces: mayKnow ? [] : tracesIn(said, before, operation.example),
      }
      expect.soft(found, caller.name).toEqual({ code: expected, traces: [] })
      if (mayKnow && code === 'ok' && operation.effect !== 'read') await makeWorld(operation)
      else expect.soft(await teamRows(world.gateway.db), caller.name).toEqual(before)
    }
  })
})

test.each(DOORS)('through the door %s nobody who was deactivated calls anything', async (door) => {
  for (const operation of ofEachEffect) {
    await makeWorld(operation)
    const before = await teamRows(world.gateway.db)
    const { code, said } = await call(DEACTIVATED, door, operation)
    const traces = tracesIn(said, before, operation.example)
    expect({ code, traces }).toEqual({ code: 'unauthenticated', traces: [] })
    expect(await teamRows(world.gateway.db)).toEqual(before)
  }
})

async function makeWorld(operation: Operation): Promise<void> {
  await world.makeFor(operation)
  await giveToTeam(world.gateway.db)
  await addCallers(world.gateway.db)
}

async function call(caller: Caller, door: DoorName, operation: Operation) {
  const doors = keyed.get(caller)
  if (doors === undefined) throw new Error(`${caller.name} has no doors`)
  return await doors.call(door, operation)
}
