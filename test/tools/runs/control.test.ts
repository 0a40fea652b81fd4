import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import { lockRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { startRun } from '../../../src/domain/runs/moves/start-run.ts'
import { type RunBudget, RunTemplate } from '../../../src/domain/runs/run-start.ts'
import { runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { operations } from '../../../src/tools/registry.ts'
import { answerRun } from '../../../src/tools/runs/answer-run.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { pauseRun } from '../../../src/tools/runs/pause-run.ts'
import { resumeRun } from '../../../src/tools/runs/resume-run.ts'
import { retryRun } from '../../../src/tools/runs/retry-run.ts'
import { settleStep } from '../../../src/tools/runs/settle-step.ts'
import { steerRun } from '../../../src/tools/runs/steer-run.ts'
import { BOB, failure, openRunWorld, type RunWorld } from './support.ts'

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld()
  // It has no budget of its own.
  await world.run(createAgent, { slug: 'frugal', role: 'Clerk', instructions: 'File.' })
})
afterAll(() => world?.close())

async function stateOf(runId: string) {
  const { run } = await world.run(getRun, { runId })
  return [run.state, run.reason]
}

async function typesOf(runId: string): Promise<string[]> {
  const { items } = await world.run(listRunEvents, { runId })
  return items.map(({ type }) => type)
}

async function stepOf(stepId: string) {
  const [step] = await world.gateway.db.select().from(runSteps).where(eq(runSteps.id, stepId))
  return step
}

async function waiting(prepare: 'question' | 'losesTrack') {
  const runId = await world.start()
  const hold = await world.worker.claim(runId)
  const stepId =
    prepare === 'question'
      ? await world.worker.question(hold, 'Which one?')
      : await world.worker.losesTrack(hold)
  const reason = prepare === 'question' ? 'input' : 'outcome_unknown'
  await world.worker.release(hold, { state: 'waiting', reason })
  return { runId, stepId }
}

describe('runs.cancel', () => {
  it('ends at once what nobody works on; asked twice it is the same', async () => {
    const runId = await world.start()
    expect(await world.run(cancelRun, { runId })).toMatchObject({
      changed: true,
      run: { state: 'cancelled' },
    })
    expect(await world.run(cancelRun, { runId })).toMatchObject({
      changed: false,
      note: 'It is cancelled already.',
    })
    expect(await typesOf(runId)).toEqual(['run.created', 'run.cancel_asked', 'run.cancelled'])
  })

  it('is confirmed by the worker of a run that is worked on', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const asked = await world.run(cancelRun, { runId })
    expect(asked).toMatchObject({ changed: true, run: { state: 'running', cancelAsked: true } })
    expect(await world.run(cancelRun, { runId })).toMatchObject({ changed: false, run: { state: 'running' } })
    await world.worker.end(hold)
    expect(await stateOf(runId)).toEqual(['cancelled', 'cancelled'])
  })

  it('after the end says so', async () => {
    const runId = await world.start()
    await world.worker.end(await world.worker.claim(runId))
    expect(await world.run(cancelRun, { runId })).toMatchObject({
      changed: false,
      run: { state: 'succeeded' },
      note: 'It had ended before: succeeded.',
    })
  })
})

describe('runs.pause and runs.resume', () => {
  it('hold a queued run back from workers, and give it to them again', async () => {
    const runId = await world.start()
    expect(await world.run(pauseRun, { runId })).toMatchObject({ changed: true, run: { reason: 'paused' } })
    await expect(world.worker.claim(runId)).rejects.toThrow('could not be claimed')
    expect(await world.run(pauseRun, { runId })).toMatchObject({ changed: false })
    expect(await world.run(resumeRun, { runId })).toMatchObject({ changed: true, run: { state: 'queued' } })
    expect(world.gateway.jobs.at(-1)).toMatchObject({ name: 'run', id: expect.stringContaining(runId) })
    await world.worker.claim(runId)
  })

  it('keep a start that was put off put off', async () => {
    const runId = await world.start({ delaySeconds: 3600 })
    await world.run(pauseRun, { runId })
    const { run } = await world.run(resumeRun, { runId })
    expect(run.startAfter).toBe('2026-03-04T10:00:00.000Z')
    expect(world.gateway.jobs.at(-1)).toMatchObject({
      id: expect.stringContaining(runId),
      delayMs: 3_600_000,
    })
  })

  it('stop a worker before its next step, or not at all when resumed in time', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    await world.run(pauseRun, { runId })
    await expect(world.worker.ask(hold)).rejects.toThrow(/nothing new may begin/)
    expect(await world.run(resumeRun, { runId })).toMatchObject({
      run: { state: 'running', reason: 'working' },
    })
    await world.worker.ask(hold)
  })

  it('keep a run paused when what it waited for has come meanwhile', async () => {
    const { runId } = await waiting('question')
    await world.run(pauseRun, { runId })
    await world.run(answerRun, { runId, answer: 'The first.' })
    expect(await stateOf(runId)).toEqual(['waiting', 'paused'])
    await world.run(resumeRun, { runId })
    expect(await stateOf(runId)).toEqual(['queued', 'resumed'])
  })

  it('raise a budget, and never lower it', async () => {
    const runId = await world.start({ agent: 'frugal', budget: { usd: 2 } })
    const hold = await world.worker.claim(runId)
    await world.worker.release(hold, { state: 'waiting', reason: 'budget' })
    await expect(world.run(resumeRun, { runId, budget: { usd: 1 } })).rejects.toMatchObject(
      failure('invalid_input', /must be at least 2/),
    )
    await expect(world.run(resumeRun, { runId, budget: { tokens: 5_000 } })).rejects.toMatchObject(
      failure('invalid_input', /no such budget/),
    )
    const resumed = await world.run(resumeRun, { runId, budget: { usd: 3 } })
    expect(resumed).toMatchObject({ changed: true, run: { state: 'queued', budgetUsd: 3 } })
    expect(await world.run(resumeRun, { runId })).toMatchObject({ changed: false })
  })

  it('are refused after the end', async () => {
    const runId = await world.start()
    await world.run(cancelRun, { runId })
    const ended = failure('conflict', /has already ended: cancelled/)
    await expect(world.run(pauseRun, { runId })).rejects.toMatchObject(ended)
    await expect(world.run(resumeRun, { runId })).rejects.toMatchObject(ended)
  })
})

describe('runs.steer', () => {
  it('adds a message that the run must read before it ends', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const { stepId } = await world.run(steerRun, { runId, message: 'Only the red ones.' })
    expect(await stepOf(stepId)).toMatchObject({
      kind: 'message',
      state: 'done',
      request: { text: 'Only the red ones.', from: 'local' },
    })
    expect(await world.worker.end(hold, { seenStep: 0 })).toBe('more')
    expect(await world.worker.end(hold, { seenStep: 1 })).toBe('ended')
    await expect(world.run(steerRun, { runId, message: 'And?' })).rejects.toMatchObject(
      failure('conflict', /has already ended: succeeded/),
    )
  })
})

describe('runs.answer', () => {
  it('gives the answer to the agent, and lets the run go on; the same again is the same', async () => {
    const { runId, stepId } = await waiting('question')
    const input = { runId, answer: 'The first.' }
    expect(await world.run(answerRun, input)).toMatchObject({
      stepId,
      question: 'Which one?',
      changed: true,
      run: { state: 'queued', reason: 'resumed' },
    })
    expect(await stepOf(stepId)).toMatchObject({
      state: 'done',
      result: { text: 'The first.', isError: false },
    })
    expect(await world.run(answerRun, { ...input, stepId })).toMatchObject({ changed: false })
    await expect(world.run(answerRun, { ...input, stepId, answer: 'No.' })).rejects.toMatchObject(
      failure('conflict', /no longer waits for an answer/),
    )
    await expect(world.run(answerRun, input)).rejects.toMatchObject(failure('conflict', /asks nothing/))
  })

  it('asks which question is meant where there are several', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    await world.worker.question(hold, 'Which one?')
    const second = await world.worker.question(hold, 'When?')
    await expect(world.run(answerRun, { runId, answer: 'x' })).rejects.toMatchObject(
      failure('invalid_input', /asks 2 questions/),
    )
    const answered = await world.run(answerRun, { runId, stepId: second, answer: 'Today.' })
    expect(answered).toMatchObject({ question: 'When?', run: { state: 'running' } })
  })

  it('is refused after the end, and to callers it does not concern', async () => {
    const { runId } = await waiting('question')
    await expect(world.run(answerRun, { runId, answer: 'x' }, BOB)).rejects.toMatchObject({
      code: 'not_found',
    })
    await world.run(cancelRun, { runId })
    await expect(world.run(answerRun, { runId, answer: 'x' })).rejects.toMatchObject(
      failure('conflict', /has ended: cancelled/),
    )
  })
})

describe('runs.settle_step', () => {
  it('repeats a call that did not happen', async () => {
    const { runId, stepId } = await waiting('losesTrack')
    const settled = await world.run(settleStep, { runId, stepId, outcome: 'not_done' })
    expect(settled).toMatchObject({ state: 'planned', run: { state: 'queued' } })
    expect(await stepOf(stepId)).toMatchObject({ state: 'planned', result: null, finishedAt: null })
  })

  it('takes no result of a call that did not happen', async () => {
    const { runId, stepId } = await waiting('losesTrack')
    const settling = { runId, stepId, outcome: 'not_done', result: 'Sent.' } as const
    await expect(world.run(settleStep, settling)).rejects.toMatchObject(
      failure('invalid_input', /was not done has no result/),
    )
    expect(await stepOf(stepId)).toMatchObject({ state: 'unknown' })
  })

  it('tells the agent what a call gave that did happen; settled once', async () => {
    const { runId, stepId } = await waiting('losesTrack')
    await world.run(settleStep, { runId, stepId, outcome: 'done', result: 'Sent.' })
    expect(await stepOf(stepId)).toMatchObject({ state: 'done', result: { text: 'Sent.', isError: false } })
    await expect(world.run(settleStep, { runId, stepId, outcome: 'not_done' })).rejects.toMatchObject(
      failure('conflict', /is known: it is done/),
    )
  })
})

describe('runs.retry', () => {
  it('queues a run that failed again, without its end', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    await world.worker.end(hold, { state: 'failed', reason: 'provider_failed', summary: 'Half.' })
    const { run, changed } = await world.run(retryRun, { runId })
    expect({ run, changed }).toMatchObject({
      changed: true,
      run: { state: 'queued', reason: 'retried', ended: false, summary: null, finishedAt: null },
    })
    expect(await world.run(retryRun, { runId })).toMatchObject({ changed: false })
    expect((await world.worker.claim(runId)).fence).toBe(hold.fence + 1)
  })

  it('of a cancelled run works without its cancel, and refuses what was asked and never decided', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const { stepId } = await world.worker.ask(hold)
    await world.worker.release(hold, { state: 'waiting', reason: 'approval' })
    await world.run(cancelRun, { runId })
    await world.run(retryRun, { runId })
    expect(await stepOf(stepId)).toMatchObject({ state: 'failed', result: { isError: true } })
    const again = await world.worker.claim(runId)
    expect(await world.worker.end(again)).toBe('ended')
    expect(await stateOf(runId)).toEqual(['succeeded', 'finished'])
  })

  it('gives what ran out once more', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    await world.gateway.db.update(runs).set({ modelSteps: 50 }).where(eq(runs.id, runId))
    await world.worker.end(hold, { state: 'failed', reason: 'steps_exceeded' })
    const before = (await world.gateway.db.select().from(runs).where(eq(runs.id, runId)))[0]
    await world.run(retryRun, { runId })
    const after = (await world.gateway.db.select().from(runs).where(eq(runs.id, runId)))[0]
    expect(after?.agent.limits.steps).toBe(50 + (before?.agent.limits.steps ?? 0))
  })

  it('is refused for what succeeded', async () => {
    const runId = await world.start()
    await world.worker.end(await world.worker.claim(runId))
    await expect(world.run(retryRun, { runId })).rejects.toMatchObject(failure('conflict', /succeeded/))
  })
})

describe('a run and what it delegated', () => {
  /** Both wait: the one at the top for the other. */
  async function delegated() {
    const rootId = await world.start({ agent: 'frugal', budget: { usd: 2 } })
    const hold = await world.worker.claim(rootId)
    const stepId = await world.worker.plan(rootId, { name: 'delegate', operation: null, input: {} })
    const child = await delegate(rootId, stepId)
    await world.worker.release(hold, { state: 'waiting', reason: 'budget' })
    return { rootId, stepId, childId: child.id, childHold: await world.worker.claim(child.id) }
  }

  async function delegate(runId: string, stepId: string, budget?: RunBudget) {
    return await world.worker.write(async (writes) => {
      const run = await lockRun(writes.db, runId)
      const emit = () => undefined
      const ctx = { ...world.gateway.runtime.resources, ...writes, emit, operations, actor: LOCAL_PERSON }
      const template = RunTemplate.parse({ agent: 'frugal', goal: 'A part of it', budget })
      return await startRun(ctx, template, { door: 'worker', parent: { run, stepId } })
    })
  }

  it('are cancelled together, the one at the top with the last below it', async () => {
    const { rootId, childId, childHold } = await delegated()
    expect((await world.run(getRun, { runId: rootId })).waitingFor.children).toMatchObject([
      { runId: childId, state: 'running' },
    ])
    const asked = await world.run(cancelRun, { runId: rootId })
    expect(asked).toMatchObject({ changed: true, run: { ended: false, cancelAsked: true } })
    await world.worker.end(childHold)
    expect(await stateOf(childId)).toEqual(['cancelled', 'cancelled'])
    expect(await stateOf(rootId)).toEqual(['cancelled', 'cancelled'])
  })

  it('go on together when the budget of the one at the top is raised', async () => {
    const { rootId, childId, childHold } = await delegated()
    await world.worker.release(childHold, { state: 'waiting', reason: 'budget' })
    await world.run(resumeRun, { runId: rootId, budget: { usd: 4 } })
    expect(await stateOf(rootId)).toEqual(['queued', 'resumed'])
    expect(await stateOf(childId)).toEqual(['queued', 'resumed'])
  })

  it('go on when the budget is raised of the one that holds them back, which may be in the middle', async () => {
    const { rootId, stepId } = await delegated()
    const middle = await delegate(rootId, stepId, { usd: 1 })
    const below = await delegate(middle.id, stepId)
    const beside = await delegate(rootId, stepId)
    for (const { id } of [below, beside]) {
      await world.worker.release(await world.worker.claim(id), { state: 'waiting', reason: 'budget' })
    }
    expect(await world.run(resumeRun, { runId: middle.id, budget: { usd: 1 } })).toMatchObject({
      changed: false,
    })
    expect(await stateOf(below.id)).toEqual(['waiting', 'budget'])
    const raised = await world.run(resumeRun, { runId: middle.id, budget: { usd: 2 } })
    expect(raised).toMatchObject({ changed: true, run: { budgetUsd: 2 } })
    expect(await stateOf(below.id)).toEqual(['queued', 'resumed'])
    expect(await stateOf(beside.id)).toEqual(['waiting', 'budget'])
  })

  it('are retried from the top', async () => {
    const { rootId, stepId, childId, childHold } = await delegated()
    await world.worker.end(childHold, { state: 'failed', reason: 'provider_failed' })
    expect(await stepOf(stepId)).toMatchObject({ state: 'failed', result: { isError: true } })
    const told = failure('conflict', new RegExp(`was delegated by ${rootId}`))
    await expect(world.run(retryRun, { runId: childId })).rejects.toMatchObject(told)
  })
})

describe('races', () => {
  it('cancel against completion: one of them wins, and both are told the same', async () => {
    for (let round = 0; round < 5; round += 1) {
      const runId = await world.start()
      const hold = await world.worker.claim(runId)
      const [asked] = await Promise.all([world.run(cancelRun, { runId }), world.worker.end(hold)])
      const [state] = await stateOf(runId)
      expect(state).toBe(asked.changed ? 'cancelled' : 'succeeded')
      const ends = (await typesOf(runId)).filter((type) => /^run\.(succeeded|cancelled)$/.test(type))
      expect(ends).toEqual([`run.${state}`])
    }
  })

  it('steer against finish: the message is read, or its sender is told that it came too late', async () => {
    for (let round = 0; round < 5; round += 1) {
      const runId = await world.start()
      const hold = await world.worker.claim(runId)
      const [steered, ended] = await Promise.allSettled([
        world.run(steerRun, { runId, message: 'Wait!' }),
        world.worker.end(hold, { seenStep: 0 }),
      ])
      const came = steered.status === 'fulfilled' ? 'more' : 'ended'
      expect(ended).toEqual({ status: 'fulfilled', value: came })
      if (steered.status === 'rejected') expect(steered.reason).toMatchObject({ code: 'conflict' })
    }
  })

  it('two workers claim one run: one gets it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const runId = await world.start()
      const claims = await Promise.allSettled(
        ['one', 'two', 'three'].map((name) => world.worker.claim(runId, name)),
      )
      expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect((await typesOf(runId)).filter((type) => type === 'run.running')).toHaveLength(1)
    }
  })

  it('two different answers to one question: one is heard, the other is refused', async () => {
    const { runId, stepId } = await waiting('question')
    const answers = await Promise.allSettled(
      ['Left.', 'Right.'].map((answer) => world.run(answerRun, { runId, stepId, answer })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await typesOf(runId)).filter((type) => type === 'question.answered')).toHaveLength(1)
  })

  it('the last question answered while its worker lets go: the run is not left waiting', async () => {
    for (let round = 0; round < 5; round += 1) {
      const runId = await world.start()
      const hold = await world.worker.claim(runId)
      await world.worker.question(hold, 'Which one?')
      const [released] = await Promise.all([
        world.worker.release(hold, { state: 'waiting', reason: 'input' }),
        world.run(answerRun, { runId, answer: 'The first.' }),
      ])
      const [state] = await stateOf(runId)
      expect(state).toBe(released === 'more' ? 'running' : 'queued')
    }
  })
})
