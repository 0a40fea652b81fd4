import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { expireApprovals } from '../../../src/domain/runs/approvals/end-approvals.ts'
import type { Hold } from '../../../src/domain/runs/hold/hold-run.ts'
import { lockRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { listApprovals } from '../../../src/tools/approvals/list-approvals.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { TEST_NOW } from '../../support/world/database.ts'
import { BOB, failure, openRunWorld, type RunWorld } from '../runs/support.ts'

const CAROL: Partial<Actor> = { id: 'carol', personId: 'carol' }
const DAY_MS = 24 * 60 * 60 * 1000

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld()
  await world.run(createAgent, {
    slug: 'gardener',
    role: 'Gardener',
    instructions: 'Weed.',
    approvals: { approvers: ['bob'], expireHours: 24 },
  })
})
afterAll(() => world?.close())
afterEach(() => world.gateway.clock.set(TEST_NOW))

interface Asked {
  readonly runId: string
  readonly hold: Hold
  readonly stepId: string
  readonly approvalId: string
}

/** A run that waits for a decision. */
async function ask(): Promise<Asked> {
  const runId = await world.start({ agent: 'gardener' })
  const hold = await world.worker.claim(runId)
  const asked = await world.worker.ask(hold)
  await world.worker.release(hold, { state: 'waiting', reason: 'approval' })
  return { runId, hold, ...asked }
}

async function stepOf(stepId: string) {
  const [step] = await world.gateway.db.select().from(runSteps).where(eq(runSteps.id, stepId))
  return step
}

async function stateOf(runId: string): Promise<string> {
  return (await world.run(getRun, { runId })).run.state
}

async function decisionsIn(runId: string) {
  const { items } = await world.run(listRunEvents, { runId })
  return items.filter(({ type }) => type === 'approval.decided').map(({ data }) => data)
}

describe('an approval', () => {
  it('shows the exact call, why, until when, and who may decide', async () => {
    const { runId, stepId, approvalId } = await ask()
    const { approval } = await world.run(getApproval, { approvalId })
    expect(approval).toMatchObject({
      runId,
      stepId,
      agent: 'gardener',
      operation: 'tasks.delete',
      effect: 'destroy',
      input: { taskIds: ['task_1'] },
      why: 'it cannot be undone',
      state: 'pending',
      approvers: ['local', 'bob'],
      expiresAt: '2026-03-05T09:00:00.000Z',
    })
  })

  it('is shown to those who may decide it, and looks missing to others', async () => {
    const { runId, approvalId } = await ask()
    for (const actor of [{}, BOB]) {
      const { items } = await world.run(listApprovals, { state: 'pending', runId }, actor)
      expect(items.map(({ id }) => id)).toEqual([approvalId])
    }
    expect((await world.run(listApprovals, {}, CAROL)).items).toEqual([])
    const missing = failure('not_found', /There is no approval/)
    await expect(world.run(getApproval, { approvalId }, CAROL)).rejects.toMatchObject(missing)
    const decided = world.run(decideApproval, { approvalId, decision: 'approve' }, CAROL)
    await expect(decided).rejects.toMatchObject(missing)
  })

  it('lists newest first, in pages', async () => {
    const first = await ask()
    const second = await ask()
    const page = await world.run(listApprovals, { limit: 1 })
    expect(page.items.map(({ id }) => id)).toEqual([second.approvalId])
    const next = await world.run(listApprovals, { limit: 1, cursor: page.nextCursor ?? '' })
    expect(next.items.map(({ id }) => id)).toEqual([first.approvalId])
  })
})

describe('a very long call', () => {
  it('is listed with its beginning, how much more there is and where, and shown whole', async () => {
    const runId = await world.start({ agent: 'gardener' })
    const input = { notes: `\u202e${'x'.repeat(5_000)}` }
    const { approvalId } = await world.worker.ask(await world.worker.claim(runId), { input })
    const page = await world.run(listApprovals, { runId })
    expect(page.items).toMatchObject([{ input }])
    const listed = listApprovals.tell(page)
    expect(listed).toContain(`{"notes":"\\u202exxx`)
    expect(listed).toContain(
      ` ... and 4018 characters more, which approvals.get shows for ${page.items[0]?.ref}`,
    )
    expect(listed.length).toBeLessThan(2_000)
    const whole = getApproval.tell(await world.run(getApproval, { approvalId }))
    expect(whole).toContain(`{"notes":"\\u202e${'x'.repeat(5_000)}"}`)
  })
})

describe('approvals.decide', () => {
  it('approved, plans exactly the input that was shown, and wakes the run', async () => {
    const { runId, stepId, approvalId } = await ask()
    // What anything else writes into the step meanwhile is not what runs.
    await world.gateway.db
      .update(runSteps)
      .set({ request: { callId: 'call', name: 'tasks_delete', input: { taskIds: ['task_2'] } } })
      .where(eq(runSteps.id, stepId))
    const { approval, changed } = await world.run(decideApproval, { approvalId, decision: 'approve' })
    expect({ ...approval, changed }).toMatchObject({ state: 'approved', decidedBy: 'local', changed: true })
    expect(await stepOf(stepId)).toMatchObject({
      state: 'planned',
      request: { callId: 'call', name: 'tasks_delete', approved: true, input: { taskIds: ['task_1'] } },
    })
    expect(await stateOf(runId)).toBe('queued')
    expect(world.gateway.jobs.at(-1)).toMatchObject({ name: 'run', id: expect.stringContaining(runId) })
  })

  it('rejected, tells the agent by whom and why, and wakes the run', async () => {
    const { runId, stepId, approvalId } = await ask()
    await world.run(decideApproval, { approvalId, decision: 'reject', note: 'Keep it.' }, BOB)
    expect(await stepOf(stepId)).toMatchObject({
      state: 'failed',
      result: { isError: true, text: expect.stringMatching(/bob rejected tasks\.delete.*Keep it\./) },
    })
    expect(await stateOf(runId)).toBe('queued')
  })

  it('allows the operation for the rest of the run when asked to', async () => {
    const { runId, approvalId } = await ask()
    await world.run(decideApproval, { approvalId, decision: 'approve', always: true })
    const [row] = await world.gateway.db.select().from(runs).where(eq(runs.id, runId))
    expect(row?.alwaysAllowed).toEqual(['tasks.delete'])
  })

  it('allows with it what the run has asked already of the same operation, and nothing else', async () => {
    const runId = await world.start({ agent: 'gardener' })
    const hold = await world.worker.claim(runId)
    const other = await world.worker.ask(hold, { operation: 'projects.delete' })
    const first = await world.worker.ask(hold)
    const same = await world.worker.ask(hold, { input: { taskIds: ['task_2'] } })
    await world.worker.release(hold, { state: 'waiting', reason: 'approval' })
    const elsewhere = await ask()
    const decision = { approvalId: first.approvalId, decision: 'approve', always: true } as const
    await world.run(decideApproval, decision, BOB)
    const stateIn = async (approvalId: string) => (await world.run(getApproval, { approvalId })).approval
    expect(await stateIn(same.approvalId)).toMatchObject({ state: 'approved', decidedBy: 'bob' })
    expect(await stepOf(same.stepId)).toMatchObject({
      state: 'planned',
      request: { approved: true, input: { taskIds: ['task_2'] } },
    })
    for (const { approvalId } of [other, elsewhere]) {
      expect(await stateIn(approvalId)).toMatchObject({ state: 'pending' })
    }
    expect(await decisionsIn(runId)).toHaveLength(2)
    expect(await stateOf(runId)).toBe('queued')
    await world.run(decideApproval, { approvalId: other.approvalId, decision: 'reject' })
    await world.run(decideApproval, { approvalId: elsewhere.approvalId, decision: 'reject' })
  })

  it('decides once: the same person is told the same, others who did and when', async () => {
    const { runId, approvalId } = await ask()
    await world.run(decideApproval, { approvalId, decision: 'approve' })
    expect(await world.run(decideApproval, { approvalId, decision: 'approve' })).toMatchObject({
      changed: false,
      approval: { state: 'approved' },
    })
    const told = failure('conflict', /local has already approved this, at 2026-03-04T09:00:00\.000Z/)
    const other = world.run(decideApproval, { approvalId, decision: 'approve' }, BOB)
    await expect(other).rejects.toMatchObject(told)
    const otherwise = world.run(decideApproval, { approvalId, decision: 'reject' })
    await expect(otherwise).rejects.toMatchObject(told)
    expect(await decisionsIn(runId)).toHaveLength(1)
  })

  it('is refused to an agent, whatever its scopes', async () => {
    const { approvalId } = await ask()
    const agent: Partial<Actor> = { kind: 'agent', id: 'gardener', scopes: ['approvals:decide'] }
    const decided = world.run(decideApproval, { approvalId, decision: 'approve' }, agent)
    await expect(decided).rejects.toMatchObject(failure('forbidden', /An agent may not decide approvals/))
    expect((await world.run(getApproval, { approvalId })).approval.state).toBe('pending')
  })

  it('is refused once it has expired, before and after the sweep', async () => {
    const { runId, stepId, approvalId } = await ask()
    world.gateway.clock.advance(DAY_MS)
    const decide = () => world.run(decideApproval, { approvalId, decision: 'approve' })
    const expired = failure('conflict', /expired at 2026-03-05T09:00:00\.000Z/)
    await expect(decide()).rejects.toMatchObject(expired)
    expect(await world.worker.write(expireApprovals)).toBeGreaterThan(0)
    await expect(decide()).rejects.toMatchObject(expired)
    expect(await stepOf(stepId)).toMatchObject({
      state: 'failed',
      result: { text: expect.stringMatching(/Nobody approved tasks\.delete/) },
    })
    expect(await stateOf(runId)).toBe('queued')
    expect(await decisionsIn(runId)).toEqual([{ approvalId, state: 'expired', by: null }])
    expect(await world.worker.write(expireApprovals)).toBe(0)
  })

  it('is refused once the run was cancelled: it was withdrawn', async () => {
    const { runId, approvalId } = await ask()
    await world.run(cancelRun, { runId })
    await expect(world.run(decideApproval, { approvalId, decision: 'approve' })).rejects.toMatchObject(
      failure('conflict', /was withdrawn/),
    )
  })

  it.each([
    ['is cancelled', ['run.cancel_asked', 'approval.withdrawn', 'run.cancelled']],
    ['ends', ['approval.withdrawn', 'run.failed']],
  ])(
    'that nobody decided before its run %s is seen to be withdrawn, and before the end',
    async (how, told) => {
      const runId = await world.start({ agent: 'gardener' })
      const hold = await world.worker.claim(runId)
      const { approvalId } = await world.worker.ask(hold)
      if (how === 'ends') await world.worker.end(hold, { state: 'failed', reason: 'internal' })
      else {
        await world.worker.release(hold, { state: 'waiting', reason: 'approval' })
        await world.run(cancelRun, { runId })
      }
      const { items } = await world.run(listRunEvents, { runId })
      const asked = items.findIndex(({ type }) => type === 'approval.asked')
      const later = items.slice(asked + 1).filter(({ type }) => type !== 'run.waiting')
      expect(later.map(({ type }) => type)).toEqual(told)
      const withdrawn = later.find(({ type }) => type === 'approval.withdrawn')
      expect(withdrawn?.data).toEqual({ approvalId, operation: 'tasks.delete' })
    },
  )

  it('leaves a run that still works to its worker', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const { approvalId } = await world.worker.ask(hold)
    await world.run(decideApproval, { approvalId, decision: 'approve' })
    expect(await stateOf(runId)).toBe('running')
    expect(await world.worker.release(hold, { state: 'waiting', reason: 'approval' })).toBe('more')
  })
})

describe('races', () => {
  it.runIf(process.env.DATABASE_URL)(
    'expiry waits for a run and its parent in the order of all, whatever their ids',
    async () => {
      const [child, parent] = [await ask(), await ask()]
      const { db, database, clock } = world.gateway
      await db.update(runs).set({ depth: 1 }).where(eq(runs.id, child.runId))
      clock.advance(DAY_MS)
      const expired = await database.transaction(async (cancelling) => {
        await lockRun(cancelling, parent.runId)
        const expiring = world.worker.write(expireApprovals)
        const waiting = sql`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`
        const isWaiting = async () => (await db.execute(waiting)).length > 0
        await expect.poll(isWaiting, { interval: 5, timeout: 10_000 }).toBe(true)
        await lockRun(cancelling, child.runId)
        return { expiring }
      })
      expect(await expired.expiring).toBeGreaterThanOrEqual(2)
    },
  )

  it('decide twice: one decision stands, the other is told whose', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { runId, approvalId } = await ask()
      const decided = await Promise.allSettled([
        world.run(decideApproval, { approvalId, decision: 'approve' }),
        world.run(decideApproval, { approvalId, decision: 'reject' }, BOB),
      ])
      const lost = decided.filter((each) => each.status === 'rejected')
      expect(lost).toHaveLength(1)
      const winner =
        decided[0]?.status === 'fulfilled' ? 'local has already approved' : 'bob has already rejected'
      expect(lost[0]?.reason).toMatchObject(failure('conflict', new RegExp(winner)))
      expect(await decisionsIn(runId)).toHaveLength(1)
    }
  })

  it('the same person twice at once: decided once, and both answers say so', async () => {
    const { runId, approvalId } = await ask()
    const decided = await Promise.all(
      [1, 2, 3].map(() => world.run(decideApproval, { approvalId, decision: 'approve' })),
    )
    expect(decided.filter(({ changed }) => changed)).toHaveLength(1)
    expect(await decisionsIn(runId)).toHaveLength(1)
  })

  it('decide against cancel: what is cancelled is never approved afterwards', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { runId, approvalId } = await ask()
      const [decided] = await Promise.allSettled([
        world.run(decideApproval, { approvalId, decision: 'approve' }),
        world.run(cancelRun, { runId }),
      ])
      const { approval } = await world.run(getApproval, { approvalId })
      expect(approval.state).toBe(decided.status === 'fulfilled' ? 'approved' : 'withdrawn')
      expect(await stateOf(runId)).toBe('cancelled')
    }
  })
})
