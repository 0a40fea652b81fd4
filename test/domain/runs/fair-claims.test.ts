/** Free slots go to those who have the least: many runs of one person delay nobody else's. */
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../../src/core/operation/ids.ts'
import { insertRows } from '../../../src/domain/db/insert-rows.ts'
import { freeBlocked, markBlocked } from '../../../src/domain/runs/hold/blocked-runs.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import { createClaims } from '../../../src/workers/runs/claims.ts'
import { cases, isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, holdOf, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'

let gateway: TestGateway
let desk: RunDesk
beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL })
  desk = createRunDesk(gateway)
})
afterAll(() => gateway.close())
beforeEach(() => gateway.db.delete(runs))

const LEASE_MS = 600_000
const worker = (name = 'one') => createClaims(gateway.runtime, { worker: name, leaseMs: LEASE_MS })

interface Backlog {
  readonly ownerId: string
  readonly personId?: string
  readonly runs: number
  readonly priority?: RunRow['priority']
}

/** Copies of one run, in the order of their ages. */
async function queue(...backlogs: readonly Backlog[]): Promise<void> {
  const { number: _number, ...pattern } = await desk.start()
  const copies = backlogs.flatMap(({ ownerId, personId = ownerId, runs: count, priority = 'normal' }) =>
    Array.from({ length: count }, () => ({
      ...{ ...pattern, id: newId('run'), ownerId, personId, spaceId: ownerId, priority },
    })),
  )
  await insertRows(gateway.db, runs, copies)
  await gateway.db.delete(runs).where(eq(runs.id, pattern.id))
}

async function end(run: RunRow): Promise<void> {
  await desk.finish(holdOf(run))
}

describe('one urgent run of somebody', () => {
  test.runIf(isLong)(
    'is among the next two that one slot takes, before 800 urgent ones of another',
    async () => {
      await queue({ ownerId: 'ann', runs: 800, priority: 'serious' }, { ownerId: 'bob', runs: 1 })
      const claims = worker()
      const order: string[] = []
      for (let turn = 0; turn < 2; turn += 1) {
        const run = await claims.next()
        if (run === undefined) throw new Error('nothing was claimed')
        order.push(run.ownerId)
        gateway.clock.advance(1_000)
        await end(run)
      }
      expect(order.sort()).toEqual(['ann', 'bob'])
    },
  )

  test('is taken by the first slot that becomes free, while the others are full', async () => {
    await queue({ ownerId: 'ann', runs: 20 })
    const claims = worker()
    const held = await Promise.all(Array.from({ length: 5 }, () => claims.next()))
    expect(held.map((run) => run?.ownerId)).toEqual(Array(5).fill('ann'))
    await queue({ ownerId: 'bob', runs: 1, priority: 'background' })
    if (held[0]) await end(held[0])
    expect(await claims.next()).toMatchObject({ ownerId: 'bob' })
  })
})

describe('the slots', () => {
  test('are shared as evenly as what waits allows, whatever that is', async () => {
    const backlog = fc.record({ owner: fc.integer({ min: 0, max: 4 }), runs: fc.integer({ min: 1, max: 9 }) })
    const several = fc.uniqueArray(backlog, { minLength: 1, maxLength: 5, selector: ({ owner }) => owner })
    await fc.assert(
      fc.asyncProperty(several, fc.integer({ min: 1, max: 12 }), async (backlogs, slots) => {
        await gateway.db.delete(runs)
        await queue(...backlogs.map(({ owner, runs: count }) => ({ ownerId: `o${owner}`, runs: count })))
        const claims = worker()
        const claimed = (await Promise.all(Array.from({ length: slots }, () => claims.next()))).flatMap(
          (run) => run ?? [],
        )
        const waiting = backlogs.reduce((sum, each) => sum + each.runs, 0)
        expect(claimed).toHaveLength(Math.min(slots, waiting))
        expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length)
        const shares = backlogs.map(({ owner, runs: count }) => ({
          had: claimed.filter(({ ownerId }) => ownerId === `o${owner}`).length,
          isServed: claimed.filter(({ ownerId }) => ownerId === `o${owner}`).length === count,
        }))
        const most = Math.max(...shares.map(({ had }) => had))
        // Who still waits has at most one fewer than anybody.
        for (const { had, isServed } of shares) expect(isServed || had >= most - 1).toBe(true)
      }),
      { numRuns: cases(8, 100) },
    )
  })

  test('of a team are shared between its people', async () => {
    await queue(
      { ownerId: 'team_a', personId: 'ann', runs: 30, priority: 'serious' },
      { ownerId: 'team_a', personId: 'bob', runs: 1 },
      { ownerId: 'eve', runs: 30 },
    )
    const claims = worker()
    const claimed = await Promise.all(Array.from({ length: 4 }, () => claims.next()))
    const of = (ownerId: string) => claimed.filter((run) => run?.ownerId === ownerId)
    expect(of('eve')).toHaveLength(2)
    expect(
      of('team_a')
        .map((run) => run?.personId)
        .sort(),
    ).toEqual(['ann', 'bob'])
  })

  test('go to the urgent runs of a person first, but for those that have waited hours longer', async () => {
    const HOUR_MS = 3_600_000
    await queue({ ownerId: 'ann', runs: 1, priority: 'background' })
    gateway.clock.advance(HOUR_MS)
    await queue({ ownerId: 'ann', runs: 1 })
    gateway.clock.advance(HOUR_MS - 1)
    await queue({ ownerId: 'ann', runs: 1, priority: 'serious' })
    gateway.clock.advance(2)
    await queue({ ownerId: 'ann', runs: 1, priority: 'serious' })
    const claims = worker()
    const order: unknown[] = []
    for (let turn = 0; turn < 4; turn += 1) order.push((await claims.next())?.priority)
    expect(order).toEqual(['serious', 'background', 'normal', 'serious'])
  })
})

describe('several workers', () => {
  test('take each run once, and leave none', async () => {
    await queue({ ownerId: 'ann', runs: 40 }, { ownerId: 'bob', runs: 7 }, { ownerId: 'eve', runs: 1 })
    const workers = ['one', 'two', 'three'].map(worker)
    const claimed = await Promise.all(
      workers.flatMap((claims) => Array.from({ length: 20 }, () => claims.next())),
    )
    const ids = claimed.flatMap((run) => run?.id ?? [])
    expect(ids).toHaveLength(48)
    expect(new Set(ids).size).toBe(48)
  })
})

describe('a run that waits for its project', () => {
  test('hides no other run of its owner, and is ready when the project is free', async () => {
    const place = { workspace: 'site' }
    const first = await desk.hold((await desk.start(place)).id)
    const blocked = await Promise.all(Array.from({ length: 3 }, () => desk.start(place)))
    const free = await desk.start()
    const claims = worker()
    const taken = await Promise.all([claims.next(), claims.next()])
    expect(taken.map((run) => run?.id)).toEqual([free.id, undefined])
    for (const { id } of blocked) {
      expect(await desk.run(id)).toMatchObject({ state: 'queued', reason: 'workspace_busy' })
    }
    await desk.finish(first)
    const next = await Promise.all([claims.next(), claims.next()])
    // They started at the same moment, so that their ids decide.
    const [firstOfPlace] = blocked.map(({ id }) => id).sort()
    expect(next.map((run) => run?.id)).toEqual([firstOfPlace, undefined])
  })

  test('that nobody freed is found by the sweeper', async () => {
    const place = { workspace: 'lost' }
    const held = await desk.start(place)
    await desk.hold(held.id)
    const waits = await desk.start(place)
    await desk.write(markBlocked)
    await gateway.db.delete(runs).where(eq(runs.id, held.id))
    desk.jobs.length = 0
    await desk.write(freeBlocked)
    expect(desk.jobs).toHaveLength(1)
    expect(await worker().next()).toMatchObject({ id: waits.id })
  })
})
