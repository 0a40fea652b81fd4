import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { budgets } from '../../src/domain/budgets/tables.ts'
import { QUEUED_STALE_MS } from '../../src/domain/runs/moves/sweep.ts'
import { addSteps } from '../../src/domain/runs/steps/steps.ts'
import { runs } from '../../src/domain/runs/tables.ts'
import { setBudget } from '../../src/tools/budgets/set-budget.ts'
import { cancelRun } from '../../src/tools/runs/cancel-run.ts'
import { runSweeps } from '../../src/tools/runs/upkeep.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { sweep } from '../../src/workers/jobs/sweeper.ts'
import type { Executor, RunEnd, RunSession } from '../../src/workers/runs/executor.ts'
import { MAX_LOSSES } from '../../src/workers/runs/run-worker.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

const finished: RunEnd = { kind: 'ended', state: 'succeeded', reason: 'finished', seenStep: Infinity }

/** An executor that somebody else brings along; what it does, each test says. */
let execute: (session: RunSession) => Promise<RunEnd>
const own: Executor = { name: 'own', formats: [1, 1], execute: (session) => execute(session) }

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([createTasks, cancelRun, setBudget], [own])
  worker = world.worker()
})
afterAll(() => world.close())
beforeEach(() => {
  execute = async () => finished
})

const start = (template = {}) => world.start({ executor: 'own', template })

async function set(runId: string, values: Partial<typeof runs.$inferInsert>): Promise<void> {
  await world.gateway.db.update(runs).set(values).where(eq(runs.id, runId))
}

async function expireLease(runId: string): Promise<void> {
  await world.gateway.db.execute(
    sql`update ${runs} set lease_until = clock_timestamp() - interval '1 second' where id = ${runId}`,
  )
}

/** A worker takes the run and is never heard of again. */
async function loseWorkerOf(runId: string): Promise<void> {
  const lost = world.worker()
  await new Promise<void>((begun) => {
    execute = () => {
      begun()
      return new Promise<RunEnd>(() => undefined)
    }
    void lost.take(runId)
  })
  // The dead renew no lease, neither by their timer nor when they hear of a cancel.
  lost.leases.close()
}

describe('an executor', () => {
  test('that somebody adds carries runs out, calls operations as the run, and stores its steps', async () => {
    execute = async (session) => {
      await session.callOperation(
        createTasks,
        { tasks: [{ title: 'by its own executor' }] },
        {
          stepId: 'step-1',
          after: async (writes) => {
            const request = { text: 'did it' }
            await addSteps(writes, session.run, { steps: [{ kind: 'message', state: 'done', request }] })
          },
        },
      )
      return { ...finished, summary: 'Done by itself.' }
    }
    const { id } = await start()
    await world.drain(worker)

    expect(await world.run(id)).toMatchObject({ state: 'succeeded', summary: 'Done by itself.', lastStep: 1 })
  })

  test('that has not seen a message which came in meanwhile is asked again', async () => {
    const seen: number[] = []
    execute = async (session) => {
      const { run, steps } = await session.look()
      seen.push(steps.length)
      if (steps.length === 0) {
        const step = { kind: 'message', state: 'done', request: { text: 'news', from: 'ada' } } as const
        await session.transaction((writes) => addSteps(writes, run, { steps: [step] }))
      }
      return { ...finished, seenStep: steps.length }
    }
    const { id } = await start()
    await world.drain(worker)
    expect(seen).toEqual([0, 1])
    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
  })

  test('that is interrupted is tried again later, and not for ever', async () => {
    execute = () => Promise.reject(new Error('broken'))
    const { id } = await start()
    for (let attempt = 1; attempt <= MAX_LOSSES; attempt += 1) {
      await worker.take(id)
      expect(await world.run(id)).toMatchObject({ state: 'queued', reason: 'worker_lost', losses: attempt })
      expect((await world.run(id)).startAfter > world.gateway.clock.now()).toBe(true)
      world.gateway.clock.advance(60_000)
    }
    await worker.take(id)
    expect(await world.run(id)).toMatchObject({ state: 'failed', reason: 'internal' })
  })

  test('that nobody has, or whose runs are of another version, fails them in clear words', async () => {
    const unknown = await world.start({ executor: 'nobody' })
    const newer = await start()
    await set(newer.id, { format: 99 })
    await world.drain(worker)
    expect(await world.run(unknown.id)).toMatchObject({ state: 'failed', reason: 'not_configured' })
    expect(await world.run(newer.id)).toMatchObject({
      ...{ state: 'failed', reason: 'version_unsupported', detail: expect.stringContaining('newer version') },
    })
  })
})

describe('a run', () => {
  test('whose starter has lost the key does nothing', async () => {
    const { id } = await world.start({ executor: 'own', actor: { keyId: 'key_gone' } })
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'failed', reason: 'access_revoked' })
  })

  test('waits while another works in its workspace, and gets its turn at once', async () => {
    const order: string[] = []
    const [first, second] = [await start({ workspace: 'w' }), await start({ workspace: 'w' })]
    execute = async ({ run }) => {
      order.push(run.id)
      if (run.id !== first.id) return finished
      await world.worker().serve()
      expect(await world.run(second.id)).toMatchObject({ state: 'queued', reason: 'workspace_busy' })
      return finished
    }
    await worker.take(first.id)
    await world.drain(worker)
    expect(order).toEqual([first.id, second.id])
    expect(await world.run(second.id)).toMatchObject({ state: 'succeeded' })
  })

  test('is not begun while the budget holds new ones back, and continues on its own', async () => {
    await world.gateway.invoke(setBudget, { tokensPerDay: 0 }, world.gateway.as())
    const { id } = await start()
    await world.drain(worker)
    const waiting = await world.run(id)
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'budget' })
    await world.gateway.db.delete(budgets)
    world.gateway.clock.set(waiting.resumeAt ?? '')
    await sweep(world.gateway.runtime, runSweeps)
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
  })

  test('that a cancel reaches while it is worked on is cancelled only when nothing works on it', async () => {
    let isUnderWay = false
    const { id } = await start()
    execute = async ({ signal }) => {
      isUnderWay = true
      const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve))
      await world.gateway.invoke(cancelRun, { runId: id }, world.gateway.as())
      await stopped
      expect(await world.run(id)).toMatchObject({ state: 'running' })
      isUnderWay = false
      throw signal.reason
    }
    await worker.take(id)
    expect(isUnderWay).toBe(false)
    expect(await world.run(id)).toMatchObject({ state: 'cancelled' })
  })
})

describe('a slot', () => {
  test('is left between two steps to somebody who has fewer runs at work, and the run goes on in its turn', async () => {
    const other = await start()
    const bob = { ownerId: 'bob', personId: 'bob', spaceId: 'bob' }
    await set(other.id, { ...bob, state: 'waiting' })
    const { id } = await world.start({ tools: ['tasks.create'] })
    world.provider.say(
      async () => {
        await worker.leases.beat()
        return { calls: [{ name: 'tasks_create', input: { tasks: [{ title: 'first' }] } }] }
      },
      async () => {
        await set(other.id, { state: 'queued' })
        await worker.leases.beat()
        return { calls: [{ name: 'tasks_create', input: { tasks: [{ title: 'second' }] } }] }
      },
      { text: 'Done.' },
    )
    await worker.take(id)
    expect(await world.run(id)).toMatchObject({ state: 'queued', reason: 'gave_way', modelSteps: 2 })
    await world.drain(worker)
    expect(await world.run(other.id)).toMatchObject({ state: 'succeeded' })
    expect(await world.run(id)).toMatchObject({ state: 'succeeded', modelSteps: 3 })
  })
})

describe('the sweeper', () => {
  test('finds a run whose job was lost, and puts it on the queue once', async () => {
    const { jobs, clock, runtime } = world.gateway
    await start()
    const before = jobs.length
    await sweep(runtime, runSweeps)
    expect(jobs).toHaveLength(before)
    clock.advance(QUEUED_STALE_MS)
    await sweep(runtime, runSweeps)
    await sweep(runtime, runSweeps)
    const found = jobs.slice(before)
    expect(found).toHaveLength(2)
    // The queue drops a job whose id it has.
    expect(new Set(found.map((job) => job.id)).size).toBe(1)
    await world.drain(worker)
  })

  test.skipIf(!process.env.DATABASE_URL)(
    'lets all runs go on that are due, though one is locked',
    async () => {
      const [locked, free] = [await start(), await start()]
      const resumeAt = world.gateway.clock.now()
      for (const { id } of [locked, free]) await set(id, { state: 'waiting', reason: 'budget', resumeAt })
      await world.gateway.runtime.transaction(async ({ db }) => {
        await db.select().from(runs).where(eq(runs.id, locked.id)).for('update')
        await sweep(world.gateway.runtime, runSweeps)
      })
      expect(await world.run(locked.id)).toMatchObject({ state: 'waiting' })
      expect(await world.run(free.id)).toMatchObject({ state: 'queued' })
      await sweep(world.gateway.runtime, runSweeps)
      expect(await world.run(locked.id)).toMatchObject({ state: 'queued' })
      await world.drain(worker)
    },
  )

  test('finds a run whose worker was lost, and gives it up when it loses too many', async () => {
    const { id } = await start()
    for (let loss = 0; loss <= MAX_LOSSES; loss += 1) {
      await loseWorkerOf(id)
      expect(await world.run(id)).toMatchObject({ state: 'running', losses: loss })
      await expireLease(id)
      await sweep(world.gateway.runtime, runSweeps)
      expect(await world.run(id)).toMatchObject({ state: 'queued', reason: 'worker_lost' })
    }
    execute = async () => finished
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'failed', reason: 'worker_lost' })
  })

  test('lets a cancel take effect on a run whose worker was lost', async () => {
    const { id } = await start()
    await loseWorkerOf(id)
    await world.gateway.invoke(cancelRun, { runId: id }, world.gateway.as())
    await expireLease(id)
    await sweep(world.gateway.runtime, runSweeps)
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'cancelled' })
  })
})
