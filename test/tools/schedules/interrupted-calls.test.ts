/** Calls of schedules whose worker dies between the call and the move of the schedule, or that several workers make. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import type { Call, Invoke } from '../../../src/core/call/call.ts'
import { createInvoke } from '../../../src/core/call/invoke.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { defineOperation } from '../../../src/core/operation/operation.ts'
import { fireDue } from '../../../src/domain/schedules/fire.ts'
import { findSchedule } from '../../../src/domain/schedules/store.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { updateSchedule } from '../../../src/tools/schedules/update-schedule.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

/** What the other service was asked for, by its keys. */
const rung = new Map<string, number>()
/** Called while the other service is at work. */
let meanwhile: () => Promise<void>

/** Operations that ring a bell elsewhere; the bell rings once for each key. */
const ringing = (name: 'tasks.ring' | 'tasks.ring_once', outside: 'idempotent' | 'once') =>
  defineOperation({
    name,
    summary: 'Ring a bell.',
    route: `POST /v1/tasks/${outside}`,
    input: z.object({ times: z.int().default(1) }),
    output: z.object({ rung: z.int() }),
    scope: 'tasks:write',
    effect: 'write',
    repeat: 'keyed',
    outside,
    example: {},
    async reach({ times }, ctx) {
      rung.set(ctx.idempotencyKey, times)
      await meanwhile()
      return times
    },
    run: async (_input, _ctx, times) => ({ rung: times }),
    tell: ({ rung: times }) => `Rang ${times} times.`,
  })

let gateway: TestGateway
beforeAll(async () => {
  const bells = [ringing('tasks.ring', 'idempotent'), ringing('tasks.ring_once', 'once')]
  gateway = await openTestGateway({ operations: [...operations, ...bells] })
})
afterAll(() => gateway.close())
beforeEach(() => {
  rung.clear()
  meanwhile = async () => undefined
  gateway.clock.set(TEST_NOW)
})

const HOUR_MS = 60 * 60 * 1000
const LATER = '2026-03-04T11:00:00.000Z'
const adding = (title: string) => ({ operation: 'tasks.create', input: { tasks: [{ title }] } })

async function createDue(call: object): Promise<string> {
  const input = { when: 'hourly', timeZone: 'UTC', ...call }
  const { output } = await gateway.invoke(createSchedule, input, gateway.as())
  gateway.clock.advance(HOUR_MS)
  return output.schedule.id
}
const get = async (scheduleId: string) =>
  (await gateway.invoke(getSchedule, { scheduleId }, gateway.as())).output.schedule
const update = (scheduleId: string, changes: object, actor: Partial<Actor> = {}) =>
  gateway.invoke(updateSchedule, { scheduleId, ...changes }, gateway.as(actor))
const countTitled = async (text: string) =>
  (await gateway.invoke(listTasks, { text }, gateway.as())).output.items.length

/** A worker that dies as soon as the call is made. */
function dyingAfterCall(): Invoke {
  const invoke = createInvoke(gateway.runtime)
  const dies = async () => {
    throw new Error('killed')
  }
  return async (operation, input, call) => {
    const { within } = call
    const dying: Call = within === undefined ? call : { ...call, within: { ...within, after: dies } }
    const outcome = await invoke(operation, input, dying)
    return operation.effect === 'read' ? await dies() : outcome
  }
}
const fire = (id: string, invoke: Invoke = gateway.invoke) =>
  fireDue({ runtime: gateway.runtime, invoke }, id)

it('undoes a write of a worker that dies before the schedule is moved on, and makes it once', async () => {
  const id = await createDue(adding('Undone'))
  await expect(fire(id, dyingAfterCall())).rejects.toThrow()
  expect(await countTitled('Undone')).toBe(0)
  expect(await fire(id)).toBe('fired')
  expect(await fire(id)).toBe('early')
  expect(await countTitled('Undone')).toBe(1)
})

it('repeats a read', async () => {
  const id = await createDue({ operation: 'tasks.list', input: { text: 'nothing' } })
  await expect(fire(id, dyingAfterCall())).rejects.toThrow('killed')
  expect(await fire(id)).toBe('fired')
  expect(await get(id)).toMatchObject({ nextAt: LATER, lastOutcome: 'No tasks here.' })
})

it('gets the stored answer to a call that reached outside, which is not made a second time', async () => {
  const id = await createDue({ operation: 'tasks.ring', input: { times: 3 } })
  await expect(fire(id, dyingAfterCall())).rejects.toThrow()
  expect([...rung.values()]).toEqual([3])
  rung.clear()
  expect(await fire(id)).toBe('fired')
  expect([...rung.values()]).toEqual([])
  expect(await get(id)).toMatchObject({ nextAt: LATER, lastOutcome: 'Rang 3 times.', lastProblem: null })
})

it('repeats interrupted work outside under the same key, where the other side allows it', async () => {
  const id = await createDue({ operation: 'tasks.ring', input: {} })
  meanwhile = async () => {
    throw new AppError('unavailable', 'The bell does not answer.')
  }
  await expect(fire(id)).rejects.toMatchObject({ code: 'unavailable' })
  meanwhile = async () => undefined
  expect(await fire(id)).toBe('fired')
  expect(rung.size).toBe(1)
})

it('does not repeat work that may have been done, says so, and continues', async () => {
  const id = await createDue({ operation: 'tasks.ring_once', input: {} })
  meanwhile = async () => {
    throw new Error('cut off')
  }
  expect(await fire(id)).toBe('failed')
  expect(await get(id)).toMatchObject({
    nextAt: LATER,
    lastProblem: expect.stringContaining('may have taken effect'),
  })
})

it('is not made by a second worker while the first reaches outside', async () => {
  const id = await createDue({ operation: 'tasks.ring', input: {} })
  let second: unknown
  meanwhile = async () => {
    meanwhile = async () => undefined
    second = await fire(id)
  }
  expect(await fire(id)).toBe('fired')
  expect(second).toBe('early')
  expect(rung.size).toBe(1)
})

it('is not made again for a moment whose call has begun, though somebody else changes the schedule', async () => {
  const id = await createDue({ operation: 'tasks.ring', input: {} })
  await expect(fire(id, dyingAfterCall())).rejects.toThrow()
  await update(id, { input: { times: 2 } }, { id: 'another' })
  expect(await fire(id)).toBe('early')
  expect(await get(id)).toMatchObject({ nextAt: LATER })
  gateway.clock.set(LATER)
  expect(await fire(id)).toBe('fired')
  expect([...rung.values()]).toEqual([1, 2])
})

it('keeps what a person changes while the call is under way', async () => {
  const id = await createDue({ operation: 'tasks.ring', input: {} })
  meanwhile = async () => {
    await update(id, { when: 'daily at 9' })
  }
  expect(await fire(id)).toBe('fired')
  expect((await findSchedule(gateway.db, id))?.nextAt).toEqual(new Date('2026-03-05T09:00:00Z'))
  expect((await get(id)).lastOutcome).toBe('Rang 1 times.')
})

it('goes to one of many workers', async () => {
  const id = await createDue(adding('Many'))
  const fired = await Promise.all(Array.from({ length: 8 }, () => fire(id)))
  expect(fired.sort()).toEqual([...Array(7).fill('early'), 'fired'])
  expect(await countTitled('Many')).toBe(1)
})
