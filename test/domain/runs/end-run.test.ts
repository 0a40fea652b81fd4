/** Runs that end, wait, wake and are cancelled, in trees of up to three levels. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Hold, RunStopping } from '../../../src/domain/runs/hold/hold-run.ts'
import { wakeRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { cancelTree, endAlone } from '../../../src/domain/runs/moves/end-run.ts'
import { addSteps } from '../../../src/domain/runs/steps/steps.ts'
import { waitToolStep } from '../../../src/domain/runs/steps/tool-steps.ts'
import { approvals, runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'

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
const stateOf = async (runId: string) => (await desk.run(runId)).state
const typesOf = async (runId: string) => (await desk.events(runId)).map(({ type }) => type)

async function cancel(runId: string) {
  const run = await desk.run(runId)
  return await desk.write((writes) => cancelTree(writes, run, 'local'))
}

async function askPerson(runId: string) {
  const [step] = await desk.steps(runId)
  await gateway.db.insert(approvals).values({
    ...{ id: `approval-${runId}`, runId, stepId: step?.id ?? '', personId: 'local', spaceId: 'local' },
    ...{ agentSlug: 'assistant', operation: 'tasks.delete', effect: 'destroy', input: {}, why: 'destroy' },
    ...{ approvers: ['local'], state: 'pending', askedAt: new Date(), expiresAt: new Date() },
  })
}

async function say(runId: string, text: string) {
  const run = await desk.run(runId)
  const message = { kind: 'message', state: 'done', request: { text, from: 'local' } } as const
  await desk.write((writes) => addSteps(writes, run, { steps: [message] }))
}

const SPENT = { usdMicros: 40, tokens: 40 }

/** A root and a child that wait, and a grandchild that is queued. */
async function threeLevels() {
  const { parent: root, child } = await desk.parked()
  const held = await desk.hold(child.id)
  const { child: grandchild } = await desk.delegate(held)
  await desk.release(held, { reason: 'children' })
  return { root, child, grandchild }
}

describe('the end of a child', () => {
  it('is the result of the step that waits for it, and wakes the parent', async () => {
    const { parent, child, step } = await desk.parked()
    desk.jobs.length = 0
    await desk.finish(await desk.hold(child.id))
    expect(queuedIds()).toEqual([parent.id])
    const [settled] = await gateway.db.select().from(runSteps).where(eq(runSteps.id, step.id))
    expect(settled).toMatchObject({ state: 'done', result: { isError: false, output: { ok: 1 } } })
    expect((await typesOf(parent.id)).slice(-3)).toEqual(['child.finished', 'step.finished', 'run.queued'])
  })

  it('that came before the parent lets go has it go on', async () => {
    const held = await desk.hold((await desk.start()).id)
    const { child } = await desk.delegate(held)
    await desk.finish(await desk.hold(child.id))
    expect(await desk.release(held, { reason: 'children' })).toBe('more')
    expect(await stateOf(held.runId)).toBe('running')
  })

  it('wakes a parent that waits for several only with the last of them', async () => {
    const held = await desk.hold((await desk.start()).id)
    const children = [await desk.delegate(held), await desk.delegate(held), await desk.delegate(held)]
    await desk.release(held, { reason: 'children' })
    const [first, ...rest] = children.map(({ child }) => child.id)
    await cancel(first ?? '')
    expect(await desk.run(held.runId)).toMatchObject({ state: 'waiting', reason: 'children', fence: 1 })
    expect((await typesOf(held.runId)).slice(-2)).toEqual(['child.finished', 'step.finished'])
    desk.jobs.length = 0
    const holds = await Promise.all(rest.map((id) => desk.hold(id)))
    await Promise.all(holds.map((hold) => desk.finish(hold)))
    expect(queuedIds()).toEqual([held.runId])
    expect((await typesOf(held.runId)).filter((type) => type === 'run.queued')).toHaveLength(1)
  })

  it('leaves a parent alone that waits for a person as well', async () => {
    const held = await desk.hold((await desk.start()).id)
    const { child } = await desk.delegate(held)
    const [asking] = await desk.plan(held, ['ask_person'])
    const { id: stepId = '' } = asking ?? {}
    await desk.write((writes) => waitToolStep(writes, held, { stepId }))
    await desk.release(held, { reason: 'input' })
    await desk.finish(await desk.hold(child.id))
    expect(await desk.run(held.runId)).toMatchObject({ state: 'waiting', reason: 'input' })
  })

  it('leaves a parent that is to pause waiting for the others', async () => {
    const held = await desk.hold((await desk.start()).id)
    const { child: first } = await desk.delegate(held)
    const { child: second } = await desk.delegate(held)
    await desk.release(held, { reason: 'children' })
    await gateway.db.update(runs).set({ pauseAskedAt: new Date() }).where(eq(runs.id, held.runId))
    await cancel(first.id)
    expect(await desk.run(held.runId)).toMatchObject({ state: 'waiting', reason: 'children' })
    await cancel(second.id)
    expect(await desk.run(held.runId)).toMatchObject({ state: 'waiting', reason: 'paused' })
  })

  it('that failed is an error of the step', async () => {
    const { child, step } = await desk.parked()
    await desk.finish(await desk.hold(child.id), 'failed')
    const [settled] = await gateway.db.select().from(runSteps).where(eq(runSteps.id, step.id))
    expect(settled).toMatchObject({ state: 'failed', result: { isError: true } })
  })

  it('leaves a paused parent paused', async () => {
    const { parent, child } = await desk.parked()
    await gateway.db.update(runs).set({ pauseAskedAt: new Date() }).where(eq(runs.id, parent.id))
    await desk.finish(await desk.hold(child.id))
    expect(await desk.run(parent.id)).toMatchObject({ state: 'waiting', reason: 'paused' })
  })
})

describe('a worker that lets go', () => {
  it('continues when a message came after what it has seen', async () => {
    const held = await desk.hold((await desk.start()).id)
    const [step] = await desk.plan(held, ['ask_person'])
    await gateway.db
      .update(runSteps)
      .set({ state: 'waiting' })
      .where(eq(runSteps.id, step?.id ?? ''))
    const seenStep = (await desk.run(held.runId)).lastStep
    await say(held.runId, 'And then?')
    expect(await desk.release(held, { reason: 'input', seenStep })).toBe('more')
    expect(await desk.finish(held, 'succeeded', seenStep)).toBe('more')
    expect(await desk.release(held, { reason: 'input' })).toBe('released')
  })

  it('continues when the pause that it saw was taken back', async () => {
    const held = await desk.hold((await desk.start()).id)
    expect(await desk.release(held, { reason: 'paused' })).toBe('more')
    await gateway.db.update(runs).set({ pauseAskedAt: new Date() }).where(eq(runs.id, held.runId))
    expect(await desk.release(held, { reason: 'paused' })).toBe('released')
    const parked = await desk.run(held.runId)
    await desk.write((writes) => wakeRun(writes, parked, 'resumed'))
    expect(await desk.run(held.runId)).toMatchObject({ state: 'waiting', reason: 'paused' })
  })
})

describe('the end of a run', () => {
  it('that fails stops those below it, and a step that waited for one of them is settled', async () => {
    const held = await desk.hold((await desk.start()).id)
    const { child: queued, step } = await desk.delegate(held)
    const { child: running } = await desk.delegate(held)
    const below = await desk.hold(running.id)
    await desk.finish(held, 'failed')
    expect(await stateOf(queued.id)).toBe('cancelled')
    await expect(desk.begin(below)).rejects.toBeInstanceOf(RunStopping)
    const log = await desk.events(held.runId)
    await desk.finish(below)
    expect(await stateOf(running.id)).toBe('cancelled')
    const steps = await desk.steps(held.runId)
    expect(steps.find(({ id }) => id === step.id)?.state).toBe('failed')
    expect(steps.filter(({ state }) => state === 'waiting')).toEqual([])
    expect(await desk.events(held.runId)).toEqual(log)
  })

  it('settles at the worst case what was reserved for a model that nobody heard of again', async () => {
    const run = await desk.start()
    await desk.begin(await desk.hold(run.id), SPENT)
    await gateway.db.update(runs).set({ state: 'queued' }).where(eq(runs.id, run.id))
    await cancel(run.id)
    expect(await desk.run(run.id)).toMatchObject({
      ...{ state: 'cancelled', spentTokens: 40, treeSpentUsdMicros: 40 },
      ...{ treeReservedUsdMicros: 0, treeReservedTokens: 0 },
    })
  })
})

describe('the end in one statement', () => {
  const done = { state: 'succeeded', reason: 'finished', seenStep: Infinity } as const

  it('is the same as the end in a transaction', async () => {
    const held = await desk.hold((await desk.start()).id)
    await desk.answer(held, (await desk.begin(held, SPENT)).id, { spent: { usdMicros: 7, tokens: 9 } })
    gateway.clock.advance(2_000)
    expect(await desk.write((writes) => endAlone(writes, held, done))).toBe(true)
    expect(await desk.run(held.runId)).toMatchObject({
      ...{ state: 'succeeded', reason: 'finished', activeMs: 2_000, worker: null, leaseUntil: null },
    })
    const { position, type, data } = (await desk.events(held.runId)).at(-1) ?? {}
    expect({ position, type, data }).toEqual({
      position: (await desk.run(held.runId)).lastEvent,
      type: 'run.succeeded',
      data: {
        ...{ state: 'succeeded', reason: 'finished', summary: null, verdict: null },
        ...{ tokens: 9, costUsdMicros: 7 },
      },
    })
  })

  it.each<[string, (held: Hold) => Promise<unknown>]>([
    ['that is to be cancelled', ({ runId }) => cancel(runId)],
    ['whose child goes on', (held) => desk.delegate(held)],
    [
      'whose grandchild goes on',
      async (held) => {
        const { child } = await desk.delegate(held)
        await desk.delegate(await desk.hold(child.id))
        await gateway.db.update(runs).set({ state: 'cancelled' }).where(eq(runs.id, child.id))
      },
    ],
    ['that asks a model', (held) => desk.begin(held)],
    [
      'that asks a person',
      async (held) => {
        await desk.plan(held, ['ask_person'])
        await askPerson(held.runId)
      },
    ],
    ['that another worker has taken over', ({ runId }) => desk.takeOver(runId)],
    ['that has ended', (held) => desk.finish(held)],
  ])('leaves a run alone %s', async (_which, change) => {
    const held = await desk.hold((await desk.start()).id)
    await change(held)
    const before = await desk.everything(held.runId)
    expect(await desk.write((writes) => endAlone(writes, held, done))).toBe(false)
    expect(await desk.everything(held.runId)).toEqual(before)
  })

  it('leaves a run alone that another run delegated, or that has a message to read', async () => {
    const { child } = await desk.parked()
    const below = await desk.hold(child.id)
    expect(await desk.write((writes) => endAlone(writes, below, done))).toBe(false)
    const told = await desk.hold((await desk.start()).id)
    await say(told.runId, 'And then?')
    expect(await desk.write((writes) => endAlone(writes, told, { ...done, seenStep: 0 }))).toBe(false)
  })
})

describe('a cancel', () => {
  it('ends at once what nobody works on, once', async () => {
    const queued = await desk.start()
    expect(await cancel(queued.id)).toMatchObject({ changed: true, run: { state: 'cancelled' } })
    const after = await desk.everything(queued.id)
    expect(await cancel(queued.id)).toMatchObject({ changed: false, run: { state: 'cancelled' } })
    expect(await desk.everything(queued.id)).toEqual(after)
  })

  it('waits for the worker of a running run, goes before its success, and is the same when asked twice', async () => {
    const held = await desk.hold((await desk.start()).id)
    expect(await cancel(held.runId)).toMatchObject({ changed: true, run: { state: 'running' } })
    expect(await cancel(held.runId)).toMatchObject({ changed: false, run: { state: 'running' } })
    await expect(desk.begin(held)).rejects.toBeInstanceOf(RunStopping)
    expect(await desk.finish(held)).toBe('ended')
    expect(await stateOf(held.runId)).toBe('cancelled')
    expect((await typesOf(held.runId)).filter((type) => type === 'run.cancel_asked')).toHaveLength(1)
  })

  it('after the end changes nothing', async () => {
    const held = await desk.hold((await desk.start()).id)
    await desk.finish(held)
    const before = await desk.everything(held.runId)
    expect(await cancel(held.runId)).toMatchObject({ changed: false, run: { state: 'succeeded' } })
    expect(await desk.everything(held.runId)).toEqual(before)
  })

  it('against an end at the same moment leaves one of the two, whichever comes first', async () => {
    for (const order of [0, 1]) {
      const held = await desk.hold((await desk.start()).id)
      const both = [() => cancel(held.runId), () => desk.finish(held)]
      await Promise.all((order === 0 ? both : both.reverse()).map((act) => act()))
      const run = await desk.run(held.runId)
      expect(run.state).toBe(run.cancelAskedAt === null ? 'succeeded' : 'cancelled')
    }
  })

  it('of a tree where only a grandchild works is confirmed by that one, from below', async () => {
    const { root, child, grandchild } = await threeLevels()
    const held = await desk.hold(grandchild.id)
    await cancel(root.id)
    expect(await Promise.all([root.id, child.id, grandchild.id].map(stateOf))).toEqual([
      'waiting',
      'waiting',
      'running',
    ])
    await desk.finish(held)
    expect(await Promise.all([root.id, child.id, grandchild.id].map(stateOf))).toEqual(
      Array(3).fill('cancelled'),
    )
  })

  it('of a tree where nobody works ends all of it at once', async () => {
    const { root, child, grandchild } = await threeLevels()
    await cancel(root.id)
    expect(await Promise.all([root.id, child.id, grandchild.id].map(stateOf))).toEqual(
      Array(3).fill('cancelled'),
    )
  })

  it('never ends a parent that its worker still has', async () => {
    const held = await desk.hold((await desk.start()).id)
    const { child } = await desk.delegate(held)
    await cancel(held.runId)
    expect(await stateOf(child.id)).toBe('cancelled')
    expect(await stateOf(held.runId)).toBe('running')
    await desk.finish(held)
    expect(await stateOf(held.runId)).toBe('cancelled')
  })

  it('of a parent whose worker stops before its child waits for the child, and keeps the time it worked', async () => {
    const held = await desk.hold((await desk.start()).id)
    const { child } = await desk.delegate(held)
    const below = await desk.hold(child.id)
    gateway.clock.advance(3_000)
    await cancel(held.runId)
    await desk.finish(held)
    expect(await desk.run(held.runId)).toMatchObject({ state: 'waiting', activeMs: 3_000 })
    await desk.finish(below)
    expect(await desk.run(held.runId)).toMatchObject({ state: 'cancelled', activeMs: 3_000 })
  })

  it('of a child alone continues with its parent', async () => {
    const { parent, child } = await desk.parked()
    await cancel(child.id)
    expect(await stateOf(child.id)).toBe('cancelled')
    expect(await desk.run(parent.id)).toMatchObject({ state: 'queued', cancelAskedAt: null })
  })

  it('withdraws what was to be decided, though a child still works', async () => {
    const { parent, child } = await desk.parked()
    await desk.hold(child.id)
    await askPerson(parent.id)
    await cancel(parent.id)
    expect(await stateOf(parent.id)).toBe('waiting')
    const [asked] = await gateway.db.select().from(approvals).where(eq(approvals.runId, parent.id))
    expect(asked?.state).toBe('withdrawn')
  })

  it('reaches a child that is being added in the same moment', async () => {
    const held = await desk.hold((await desk.start()).id)
    const [added] = await Promise.allSettled([desk.delegate(held), cancel(held.runId)])
    if (added.status === 'fulfilled') {
      expect((await desk.run(added.value.child.id)).cancelAskedAt).not.toBeNull()
    } else expect(added.reason).toBeInstanceOf(RunStopping)
  })
})
