/** Who works on a run: one at a time, and nothing is written by who has lost it. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { markBlocked } from '../../../src/domain/runs/hold/blocked-runs.ts'
import { isTaken } from '../../../src/domain/runs/hold/claim-runs.ts'
import { type Hold, RunLost, renewLeases } from '../../../src/domain/runs/hold/hold-run.ts'
import { wakeRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { endRun } from '../../../src/domain/runs/moves/end-run.ts'
import { releaseRun } from '../../../src/domain/runs/moves/release-run.ts'
import { queueLost } from '../../../src/domain/runs/moves/sweep.ts'
import { finishModelStep, settleLost } from '../../../src/domain/runs/steps/model-steps.ts'
import { startModelStep, startModelStepAlone } from '../../../src/domain/runs/steps/start-model-step.ts'
import { finishToolStep, startToolStep, waitToolStep } from '../../../src/domain/runs/steps/tool-steps.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import type { Writes } from '../../../src/domain/runs/writes.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, holdOf, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'

let gateway: TestGateway
let desk: RunDesk

beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL })
  desk = createRunDesk(gateway)
})
afterAll(() => gateway.close())
beforeEach(() => {
  desk.jobs.length = 0
})

const queuedIds = () => desk.jobs.map(({ id = '' }) => id.slice(0, id.lastIndexOf('-')))

describe('a claim', () => {
  it('is held by exactly one of two workers, whichever comes first', async () => {
    for (const workers of [
      ['one', 'two'],
      ['two', 'one'],
    ]) {
      const run = await desk.start()
      const claims = await Promise.all(workers.map((worker) => desk.claim(run.id, worker)))
      const had = claims.filter((claim) => claim !== undefined)
      expect(had).toHaveLength(1)
      expect(await desk.run(run.id)).toMatchObject({ state: 'running', fence: 1, worker: had[0]?.worker })
    }
  })

  it('of a lost run is had by exactly one, counts the loss, and keeps the time that was worked', async () => {
    const run = await desk.start()
    await desk.hold(run.id)
    gateway.clock.advance(5_000)
    await gateway.db.update(runs).set({ leaseUntil: gateway.clock.now() }).where(eq(runs.id, run.id))
    await Promise.all([desk.write(queueLost), desk.write(queueLost)])
    const claims = await Promise.all(['two', 'three'].map((worker) => desk.claim(run.id, worker)))
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
    expect(await desk.run(run.id)).toMatchObject({ fence: 2, losses: 1, activeMs: 5_000 })
    gateway.clock.advance(2_000)
    await desk.finish(holdOf(await desk.run(run.id)))
    expect(await desk.run(run.id)).toMatchObject({ state: 'succeeded', activeMs: 7_000 })
  })

  it('is not given before its moment, and not of a run that is held or has ended', async () => {
    const later = await desk.start({
      origin: { startAfter: new Date(gateway.clock.now().getTime() + 60_000) },
    })
    expect(await desk.claim(later.id)).toBeUndefined()
    gateway.clock.advance(60_000)
    expect(await desk.claim(later.id)).toBeDefined()
    expect(await desk.claim(later.id)).toBeUndefined()
    await desk.finish(holdOf(await desk.run(later.id)))
    expect(await desk.claim(later.id)).toBeUndefined()
  })

  it('is renewed by its worker alone', async () => {
    const run = await desk.start()
    const held = await desk.hold(run.id)
    const renew = (worker: string) => renewLeases(gateway.db, [run.id], { worker, leaseMs: 900_000 })
    expect(await renew('two')).toEqual([])
    expect(await renew('one')).toEqual([
      {
        id: run.id,
        fence: held.fence,
        givesWay: false,
        isStopping: false,
        isRevoked: false,
        isShutOut: false,
      },
    ])
    await gateway.db.update(runs).set({ pauseAskedAt: gateway.clock.now() }).where(eq(runs.id, run.id))
    expect(await renew('one')).toMatchObject([{ isStopping: true }])
  })
})

describe('after a takeover the worker before', () => {
  const outcome = { state: 'done', result: { text: 'ok', isError: false } } as const
  const nothing = { usdMicros: 0, tokens: 0 }

  it('can write nothing at all', async () => {
    const run = await desk.start()
    const old = await desk.hold(run.id)
    const [planned, begun] = await desk.plan(old, ['first', 'second'])
    if (!planned || !begun) throw new Error('nothing was planned')
    await desk.write((writes) => startToolStep(writes, old, begun.id))
    const model = await desk.begin(old, { usdMicros: 7, tokens: 7 })
    const seen = await desk.standing(old)
    await desk.takeOver(run.id)
    const before = await desk.everything(run.id)
    const ending = { seenStep: 99, state: 'succeeded', reason: 'finished' } as const
    const attempts: Record<string, (writes: Writes, hold: Hold) => Promise<unknown>> = {
      startModelStep: (writes, hold) =>
        startModelStep(writes, hold, { phase: null, request: {}, worst: nothing }),
      startModelStepAlone: async (writes, hold) => {
        const step = await startModelStepAlone(writes, seen, { phase: null, request: {}, worst: nothing })
        if (step === undefined) throw new RunLost(hold.runId)
      },
      finishModelStep: (writes, hold) =>
        finishModelStep(writes, hold, {
          ...{ step: model, state: 'done', result: {}, usage: null, spent: nothing, tools: [] },
        }),
      startToolStep: (writes, hold) => startToolStep(writes, hold, planned.id),
      finishToolStep: (writes, hold) => finishToolStep(writes, hold, { stepId: begun.id, ...outcome }),
      waitToolStep: (writes, hold) => waitToolStep(writes, hold, { stepId: planned.id }),
      settleLost,
      endRun: (writes, hold) => endRun(writes, hold, ending),
      releaseRun: (writes, hold) =>
        releaseRun(writes, hold, { state: 'queued', reason: 'worker_stopped', seenStep: 99 }),
    }
    for (const [name, attempt] of Object.entries(attempts)) {
      await expect(
        desk.write((writes) => attempt(writes, old)),
        name,
      ).rejects.toBeInstanceOf(RunLost)
      expect(await desk.everything(run.id), name).toEqual(before)
    }
    await desk.finish(holdOf(await desk.run(run.id)))
    const ended = await desk.everything(run.id)
    for (const [name, attempt] of Object.entries(attempts)) {
      await expect(
        desk.write((writes) => attempt(writes, { ...old, fence: 2 })),
        name,
      ).rejects.toBeInstanceOf(RunLost)
    }
    expect(await desk.everything(run.id)).toEqual(ended)
  })
})

describe('a project or a workspace', () => {
  const PLACES = [{ workspace: 'site-a' }, { workspace: 'site-b', agent: 'developer' }]

  it('never has two runs that write at once, and the next is queued when one ends', async () => {
    for (const place of PLACES) {
      const [first, second] = [await desk.start(place), await desk.start(place)]
      const claims = await Promise.allSettled([desk.claim(first.id), desk.claim(second.id)])
      const failed = claims.filter((claim) => claim.status === 'rejected')
      expect(failed).toHaveLength(1)
      expect(isTaken(failed[0]?.reason)).toBe(true)
      const [had, waits] = claims[0]?.status === 'fulfilled' ? [first, second] : [second, first]
      await desk.write(markBlocked)
      desk.jobs.length = 0
      await desk.finish(holdOf(await desk.run(had.id)))
      expect(queuedIds()).toEqual([waits.id])
      await desk.finish(await desk.hold(waits.id))
    }
  })

  it('is free while its run waits', async () => {
    const place = { workspace: 'parked' }
    const [first, second] = [await desk.start(place), await desk.start(place)]
    const held = await desk.hold(first.id)
    await desk.write(markBlocked)
    desk.jobs.length = 0
    await desk.release(held, { reason: 'budget' })
    expect(queuedIds()).toEqual([second.id])
    await desk.hold(second.id)
    const parked = await desk.run(first.id)
    await desk.write((writes) => wakeRun(writes, parked, 'resumed'))
    await expect(desk.claim(first.id)).rejects.toSatisfy(isTaken)
  })

  it('may have any number of runs that only read', async () => {
    const place = { workspace: 'read', agent: 'reviewer' }
    const readers = [await desk.start(place), await desk.start(place)]
    for (const { id } of readers) expect(await desk.claim(id)).toBeDefined()
    expect(await desk.claim((await desk.start({ workspace: 'read' })).id)).toBeDefined()
  })

  it('goes to the most urgent that can begin: none that only reads, comes later, or has another place taken', async () => {
    const place = { workspace: 'turns' }
    const project = 'project_01h455vb4pex5vsknk084sn02q'
    const held = await desk.hold((await desk.start(place)).id)
    await desk.start({ ...place, agent: 'reviewer' })
    await desk.start({
      ...place,
      origin: { startAfter: new Date(gateway.clock.now().getTime() + 60_000) },
    })
    const both = await desk.start(place)
    const other = await desk.start()
    await gateway.db.update(runs).set({ projectId: project }).where(eq(runs.id, both.id))
    await gateway.db.update(runs).set({ projectId: project }).where(eq(runs.id, other.id))
    await desk.hold(other.id)
    const normal = await desk.start(place)
    const serious = await desk.start({ ...place, priority: 'serious' })
    await desk.write(markBlocked)
    desk.jobs.length = 0
    await desk.finish(held)
    expect(queuedIds()).toEqual([serious.id])
    await desk.finish(await desk.hold(serious.id))
    expect(queuedIds()).toEqual([serious.id, normal.id])
  })

  it('is asked for under a job name that no earlier job of the run had', async () => {
    const place = { workspace: 'names' }
    const held = await desk.hold((await desk.start(place)).id)
    await desk.start(place)
    await desk.write(markBlocked)
    await desk.finish(held)
    const ids = desk.jobs.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
