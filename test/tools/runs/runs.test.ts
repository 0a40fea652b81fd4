import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInvoke } from '../../../src/core/call/invoke.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { getRunResult } from '../../../src/tools/runs/get-run-result.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { listRunSteps } from '../../../src/tools/runs/list-run-steps.ts'
import { listRuns } from '../../../src/tools/runs/list-runs.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { waitRun } from '../../../src/tools/runs/wait-run.ts'
import { NO_MODELS } from '../../support/world/no-models.ts'
import { BOB, failure, openRunWorld, type RunWorld } from './support.ts'

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld()
})
afterAll(() => world?.close())

describe('runs.start', () => {
  it('answers at once with a queued run, and puts its id on the queue', async () => {
    const { run } = await world.run(startRun, { agent: 'assistant', goal: 'Tidy up' })
    expect(run).toMatchObject({
      state: 'queued',
      reason: 'started',
      ended: false,
      lastEvent: 1,
      rootId: run.id,
    })
    expect(world.gateway.jobs.at(-1)).toMatchObject({ name: 'run', id: `${run.id}-1` })
  })

  it('starts one for one idempotency key, however often it is asked', async () => {
    const call = { ...world.gateway.as(), idempotencyKey: 'once' }
    const input = { agent: 'assistant', goal: 'Once' }
    const first = await world.gateway.invoke(startRun, input, call)
    const second = await world.gateway.invoke(startRun, input, call)
    expect(second).toEqual({ output: first.output, replayed: true })
  })

  it('puts a start off by seconds, or to a moment', async () => {
    const delayed = await world.run(startRun, { agent: 'assistant', goal: 'Later', delaySeconds: 90 })
    expect(delayed.run).toMatchObject({ reason: 'delayed', startAfter: '2026-03-04T09:01:30.000Z' })
    expect(world.gateway.jobs.at(-1)).toMatchObject({ delayMs: 90_000 })
    const at = await world.run(startRun, {
      agent: 'assistant',
      goal: 'Later',
      startAt: '2026-03-05T10:00:00+01:00',
    })
    expect(at.run).toMatchObject({ reason: 'delayed', startAfter: '2026-03-05T09:00:00.000Z' })
    const past = await world.run(startRun, {
      agent: 'assistant',
      goal: 'Now',
      startAt: '2026-03-01T00:00:00Z',
    })
    expect(past.run).toMatchObject({ reason: 'started', startAfter: '2026-03-04T09:00:00.000Z' })
  })

  it('refuses a delay together with a moment, and a moment more than a year ahead', async () => {
    const input = { agent: 'assistant', goal: 'Later', startAt: '2027-09-01T00:00:00Z' }
    await expect(world.run(startRun, input)).rejects.toMatchObject(failure('invalid_input', /a year at most/))
    await expect(world.run(startRun, { ...input, delaySeconds: 1 })).rejects.toMatchObject(
      failure('invalid_input', /not both/),
    )
  })

  it('says how to configure a model where there is none', async () => {
    const { runtime } = world.gateway
    const invoke = createInvoke({
      ...runtime,
      transaction: (work) =>
        runtime.transaction((resources, ledger) => work({ ...resources, models: NO_MODELS }, ledger)),
    })
    const started = invoke(startRun, { agent: 'assistant', goal: 'x' }, world.gateway.as())
    await expect(started).rejects.toMatchObject({
      code: 'not_configured',
      fix: expect.stringContaining('ANTHROPIC_API_KEY'),
    })
  })
})

describe('an agent whose executor nobody has', () => {
  const start = async (executors: readonly string[] | undefined) => {
    const { runtime } = world.gateway
    const known = executors && { executors }
    const invoke = createInvoke({
      ...runtime,
      transaction: (work) =>
        runtime.transaction((resources, ledger) => work({ ...resources, ...known }, ledger)),
    })
    return await invoke(startRun, { agent: 'coder', goal: 'x' }, world.gateway.as())
  }

  it('is not started where the executors are known, and left to a worker where they are not', async () => {
    const coder = { slug: 'coder', role: 'Coder', instructions: 'Code.', executor: 'codex' }
    await world.run(createAgent, coder)
    await expect(start(['model'])).rejects.toMatchObject({
      ...failure('not_configured', /no executor named codex, which the agent coder asks for/),
      fix: expect.stringContaining('Give the agent one of these: model.'),
    })
    expect(await start(['model', 'codex'])).toMatchObject({ output: { run: { state: 'queued' } } })
    expect(await start(undefined)).toMatchObject({ output: { run: { state: 'queued' } } })
  })
})

describe("another person's run", () => {
  it('looks as if it were not there', async () => {
    const runId = await world.start()
    const missing = failure('not_found', /There is no run/)
    const each: Operation[] = [getRun, waitRun, listRunEvents, getRunResult, listRunSteps, cancelRun]
    for (const operation of each) {
      await expect(world.run(operation, { runId }, BOB)).rejects.toMatchObject(missing)
    }
    expect((await world.run(listRuns, {}, BOB)).items).toEqual([])
  })
})

describe('runs.list', () => {
  it('pages newest first, and filters by state, agent, parent and what is waited for', async () => {
    const ada = { id: 'ada', personId: 'ada' }
    const ids: string[] = []
    for (const agent of ['assistant', 'researcher', 'assistant']) ids.push(await world.start({ agent }, ada))
    const [oldest, middle, newest] = ids
    const idsOf = async (input: object) => (await world.run(listRuns, input, ada)).items.map((run) => run.id)
    const first = await world.run(listRuns, { limit: 2 }, ada)
    expect(first.items.map((run) => run.id)).toEqual([newest, middle])
    expect(await idsOf({ limit: 2, cursor: first.nextCursor ?? '' })).toEqual([oldest])
    expect(await idsOf({ agent: 'researcher' })).toEqual([middle])
    expect(await idsOf({ parentId: oldest ?? '' })).toEqual([])
    const hold = await world.worker.claim(middle ?? '')
    await world.worker.ask(hold)
    await world.worker.release(hold, { state: 'waiting', reason: 'approval' })
    expect(await idsOf({ waitingFor: 'approval' })).toEqual([middle])
    expect(await idsOf({ waitingFor: 'input' })).toEqual([])
    expect(await idsOf({ state: 'queued' })).toEqual([newest, oldest])
  })

  it('takes no cursor of another list', async () => {
    await expect(world.run(listRuns, { cursor: 'bm9uZQ' })).rejects.toMatchObject(
      failure('invalid_input', /cursor/),
    )
  })
})

describe('runs.get', () => {
  it('shows what it waits for: approvals, questions, and calls of which nobody knows', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const { approvalId } = await world.worker.ask(hold)
    const asked = await world.worker.question(hold, 'Which one?')
    const lost = await world.worker.losesTrack(hold)
    const { waitingFor } = await world.run(getRun, { runId })
    expect(waitingFor).toEqual({
      approvals: [
        {
          mayDecide: true,
          id: approvalId,
          ref: expect.stringMatching(/^A-\d+$/),
          operation: 'tasks.delete',
          why: 'it cannot be undone',
          expiresAt: '2026-03-07T09:00:00.000Z',
        },
      ],
      questions: [{ stepId: asked, question: 'Which one?' }],
      children: [],
      unknownSteps: [{ stepId: lost, operation: 'tasks.delete' }],
    })
  })
})

describe('runs.wait', () => {
  it('answers as soon as the run has ended', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const reports: string[] = []
    const waiting = world.gateway.invoke(
      waitRun,
      { runId, seconds: 60 },
      {
        ...world.gateway.as(),
        report({ note = '' }) {
          reports.push(note)
          if (reports.length === 1) void world.worker.end(hold, { summary: 'All tidy.' })
        },
      },
    )
    const { output } = await waiting
    expect(output).toMatchObject({ ended: true, run: { state: 'succeeded', summary: 'All tidy.' } })
    expect(reports).toEqual(['running (working) step 0'])
  })

  it('answers a run that waits for a person, and says for what', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const stepId = await world.worker.question(hold, 'Which one?')
    await world.worker.release(hold, { state: 'waiting', reason: 'input' })
    const answer = await world.run(waitRun, { runId, seconds: 60 })
    expect(answer).toMatchObject({ ended: false, waitingFor: { questions: [{ stepId }] } })
  })

  it('answers the run as it is when the time is up', async () => {
    const runId = await world.start()
    expect(await world.run(waitRun, { runId, seconds: 0 })).toMatchObject({ ended: false })
  })

  it('stops waiting when the caller gives up, and the run continues', async () => {
    const runId = await world.start()
    const caller = new AbortController()
    const waiting = world.gateway.invoke(
      waitRun,
      { runId, seconds: 60 },
      { ...world.gateway.as(), signal: caller.signal, report: () => caller.abort() },
    )
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    expect(await world.run(getRun, { runId })).toMatchObject({ run: { state: 'queued', cancelAsked: false } })
  })
})

describe('runs.events', () => {
  it('reads on from a position without a gap, to the end', async () => {
    const runId = await world.start()
    const hold = await world.worker.claim(runId)
    const first = await world.run(listRunEvents, { runId })
    expect(first.items.map(({ position, type }) => [position, type])).toEqual([
      [1, 'run.created'],
      [2, 'run.running'],
    ])
    expect(first).toMatchObject({ lastPosition: 2, ended: false })
    await world.worker.end(hold)
    const rest = await world.run(listRunEvents, { runId, after: 2 })
    expect(rest.items.map(({ position, type }) => [position, type])).toEqual([[3, 'run.succeeded']])
    expect(rest).toMatchObject({ lastPosition: 3, ended: true })
  })

  it('shows people in a line what each event says, and no ids or JSON', async () => {
    const runId = await world.start()
    const at = new Date(0).toISOString()
    const events = [
      ['run.created', { agent: 'assistant', goal: 'Tidy\nup', parentId: null }],
      ['step.started', { kind: 'model', number: 1, stepId: 'step_1' }],
      ['step.finished', { kind: 'tool', tool: 'tasks_list', state: 'failed', text: 'x'.repeat(500) }],
    ] as const
    const items = events.map(([type, data], index) => ({ position: index + 1, at, type, data }))
    const shown = listRunEvents.table?.({ ...(await world.run(listRunEvents, { runId })), items })
    expect(shown?.rows.map((row) => row.slice(2))).toEqual([
      ['run.created', '● assistant: Tidy up'],
      ['step.started', ''],
      ['step.finished', expect.stringMatching(/^✗ tasks_list x{100,}…$/)],
    ])
  })

  it('as a stream ends with the last event of a run that has ended, and not before', async () => {
    const runId = await world.start()
    await world.run(cancelRun, { runId })
    const { stream } = listRunEvents
    const page = await world.run(listRunEvents, { runId, limit: 1 })
    expect(stream?.isEnd(page)).toBe(false)
    const input = { runId, after: 0, limit: 100 }
    const all = await world.run(listRunEvents, input)
    expect(stream?.isEnd(all)).toBe(true)
    expect(stream?.uri(all)).toBe(`run://${runId}`)
    expect(stream?.items(all).map(({ position }) => position)).toEqual([1, 2, 3])
    const nothing = await world.run(listRunEvents, stream?.after(input, 3) ?? input)
    expect(nothing.items).toEqual([])
    expect(stream?.isEnd(nothing)).toBe(true)
  })
})

describe('runs.result', () => {
  it('is there once the run has ended, and not before', async () => {
    const runId = await world.start()
    await expect(world.run(getRunResult, { runId })).rejects.toMatchObject(
      failure('conflict', /has not ended: it is queued/),
    )
    const hold = await world.worker.claim(runId)
    await world.worker.end(hold, { summary: 'Done.', verdict: 'complete', output: { tasks: 3 } })
    expect(await world.run(getRunResult, { runId })).toEqual({
      runId,
      ref: expect.stringMatching(/^R-\d+$/),
      state: 'succeeded',
      reason: 'finished',
      detail: null,
      verdict: 'complete',
      summary: 'Done.',
      output: { tasks: 3 },
      artifacts: [],
      tokens: 0,
      costUsd: 0,
      durationMs: 0,
    })
  })
})

describe('runs.steps', () => {
  it('pages steps in their order, with long texts cut', async () => {
    const runId = await world.start()
    for (const text of ['short', 'x'.repeat(5_000)]) {
      await world.worker.plan(runId, { name: 'save_artifact', operation: null, input: { text } })
    }
    const first = await world.run(listRunSteps, { runId, limit: 1 })
    expect(first.items).toMatchObject([{ number: 1, kind: 'tool', state: 'planned', result: null }])
    const second = await world.run(listRunSteps, { runId, cursor: first.nextCursor ?? '' })
    expect(second.items.map(({ number }) => number)).toEqual([2])
    expect(second.items[0]?.request.length).toBeLessThan(1_100)
    expect(second.nextCursor).toBeNull()
  })
})
