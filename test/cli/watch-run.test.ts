/** Watching a run on the command line, through a gateway's stream on a real socket. */
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createConnect } from '../../src/cli/connect/connect.ts'
import { createLive } from '../../src/clients/live.ts'
import type { LongTask } from '../../src/core/operation/long-task.ts'
import { defineOperation, type Operation } from '../../src/core/operation/operation.ts'
import { createApp } from '../../src/server/app.ts'
import { listen } from '../../src/server/http/listen.ts'
import { createEventStreams } from '../../src/server/streams/event-stream.ts'
import { listRunEvents } from '../../src/tools/runs/list-run-events.ts'
import { LOCAL_PERSON, openFixture } from '../support/world/fixture-operations.ts'
import { createTyping, type TypingOptions } from './typing.ts'

const RUN = 'run_1'
const open: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()))
})

interface Told {
  readonly position: number
  readonly type: string
  readonly data: Record<string, unknown>
}

/** Stand-ins for the operations on runs: events as a test tells them. */
function runOperations(events: readonly Told[], state: () => string): Operation[] {
  const shape = { scope: 'tasks:read', repeat: 'natural', tell: () => `Started ${RUN}.` } as const
  const Run = z.object({ id: z.string(), state: z.string() }).loose()
  const run = () => ({
    id: RUN,
    state: state(),
    reason: null,
    detail: null,
    summary: 'All is done.',
    durationMs: 1500,
    treeTokens: 7,
    treeCostUsd: 0.5,
  })
  const hasEnded = () => state() !== 'running'
  const task: LongTask = {
    startedBy: ({ run: started }) => Run.parse(started).id,
    isId: (id) => id === RUN,
    uri: (id) => `run://${id}`,
    log: (runId) => ({ operation: 'runs.events', input: { runId } }),
    look: () => Promise.reject(new Error('nobody looks')),
    answer: async () => undefined,
    cancel: async () => undefined,
  }
  return [
    defineOperation({
      ...shape,
      name: 'runs.start',
      summary: 'Start.',
      route: 'POST /v1/runs',
      input: z.object({ goal: z.string() }),
      output: z.object({ run: Run }),
      effect: 'write',
      task,
      example: { goal: 'a' },
      run: async () => ({ run: run() }),
    }),
    defineOperation({
      ...shape,
      name: 'runs.get',
      summary: 'Get.',
      route: 'GET /v1/runs/:runId',
      input: z.object({ runId: z.string() }),
      output: z.object({ run: Run }),
      effect: 'read',
      example: { runId: RUN },
      run: async () => ({ run: run() }),
    }),
    defineOperation({
      ...shape,
      name: 'runs.events',
      summary: 'Events.',
      route: 'GET /v1/runs/:runId/events',
      input: z.object({ runId: z.string(), after: z.int().default(0) }),
      output: z.object({
        runId: z.string(),
        items: z.array(z.object({ position: z.int(), type: z.string(), data: z.unknown() })),
        ended: z.boolean(),
      }),
      effect: 'read',
      stream: {
        uri: ({ runId }) => `run://${runId}`,
        after: ({ runId }, position) => ({ runId, after: position }),
        items: ({ items }) => items,
        isEnd: ({ ended }) => ended,
        ...(listRunEvents.stream?.watch && { watch: listRunEvents.stream.watch }),
      },
      example: { runId: RUN },
      run: async ({ runId, after }) => ({
        runId,
        items: events.filter(({ position }) => position > after),
        ended: hasEnded(),
      }),
    }),
    defineOperation({
      ...shape,
      name: 'approvals.decide',
      summary: 'Decide.',
      route: 'POST /v1/approvals/:approvalId/decide',
      input: z.object({ approvalId: z.string(), decision: z.enum(['approve', 'reject']) }),
      output: z.object({}),
      effect: 'write',
      example: { approvalId: 'approval_1', decision: 'approve' },
      run: async () => ({}),
    }),
  ]
}

async function start() {
  const events: Told[] = []
  let state = 'running'
  const fixture = openFixture(runOperations(events, () => state))
  const live = await createLive({ log: fixture.gateway.log })
  const gateway = { ...fixture.gateway, live }
  const authenticate = async () => LOCAL_PERSON
  const opened: number[] = []
  let hearOpenedAgain = (): void => undefined
  const openedAgain = new Promise<void>((resolve) => {
    hearOpenedAgain = resolve
  })
  const streams = createEventStreams({ gateway, authenticate })
  const app = createApp({
    gateway,
    authenticate,
    streams: {
      ...streams,
      open: (operation, input, admitted) => {
        if (opened.push(Number(admitted.request.headers.get('last-event-id'))) === 2) hearOpenedAgain()
        return streams.open(operation, input, admitted)
      },
    },
    rateLimit: async () => ({}),
    mcp: { fetch: async () => new Response() },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  open.push(async () => {
    streams.close()
    await close(0)
    await live.close()
  })
  const { operations } = gateway
  const connect = createConnect({
    home: '/nowhere',
    store: { kind: 'embedded', folder: '/nowhere' },
    url,
    version: gateway.version,
    operations: async () => operations,
    openStore: () => Promise.reject(new Error('no store')),
  })
  function tell(type: string, data: Record<string, unknown> = {}): void {
    events.push({ position: events.length + 1, type, data })
    fixture.publish({ uris: [`run://${RUN}`], spaceId: 'local' })
  }
  return {
    streams,
    live,
    tell,
    /** Where each stream that was opened began. */
    opened,
    openedAgain,
    watchersAre: fixture.watchersAre,
    end(last: string) {
      state = last
      tell(`run.${last}`, { state: last })
    },
    type: createTyping(gateway, { connect }),
    typeAtStore: (argv: readonly string[], options?: TypingOptions) => createTyping(gateway)(argv, options),
  }
}

const watch = ['runs', 'watch', RUN]

test.each([
  ['succeeded', 0],
  ['failed', 1],
  ['cancelled', 130],
])('a run that %s ends with its result and the exit code %i', async (state, code) => {
  const { type, tell, end } = await start()
  tell('run.created', { agent: 'assistant', goal: 'plan the launch' })
  end(state)
  const { exitCode, out, err } = await type(watch)
  expect(exitCode).toBe(code)
  expect(err).toBe('')
  expect(out).toContain('● assistant: plan the launch')
  expect(out).toContain(`${state} 1.5 s · 7 tokens · $0.5000`)
  expect(out).toContain('All is done.')
})

test('steps, tools, texts, costs and approvals with the command to decide', async () => {
  const { type, tell, end } = await start()
  tell('step.started', { stepId: 's1', kind: 'model', number: 1 })
  tell('step.finished', {
    stepId: 's1',
    kind: 'model',
    state: 'done',
    tokens: 12,
    costUsd: 0.01,
    text: 'I begin.',
  })
  tell('step.started', { stepId: 's2', kind: 'tool', tool: 'tasks_create' })
  tell('step.finished', { stepId: 's2', kind: 'tool', state: 'done', tool: 'tasks_create', text: 'Created.' })
  tell('step.finished', {
    stepId: 's3',
    kind: 'tool',
    state: 'failed',
    tool: 'tasks_get',
    text: 'Not\u001b[31m found.',
  })
  tell('approval.asked', {
    approvalId: 'approval_1',
    operation: 'tasks.delete',
    input: { taskId: 't' },
    why: 'It asks.',
  })
  tell('run.waiting', { state: 'waiting', reason: 'approval' })
  end('succeeded')
  const { out } = await type(watch)
  expect(out.split('\n').slice(0, -3)).toEqual([
    'I begin.',
    '  12 tokens · $0.0100',
    '  → tasks_create',
    '  ✓ tasks_create Created.',
    '  ✗ tasks_get Not found.',
    '? tasks.delete {"taskId":"t"}',
    '  It asks.',
    '  → switchboard approvals decide approval_1 approve',
    '  → switchboard approvals decide approval_1 reject',
    '· run waiting, approval',
  ])
})

test('started with --watch, it is shown to its end', async () => {
  const { type, end } = await start()
  end('failed')
  const { exitCode, out } = await type(['runs', 'start', 'tidy up', '--watch'])
  expect(exitCode).toBe(1)
  expect(out).toMatch(/^Started run_1\.\n/)
  expect(out).toContain('✗ failed')
})

test('a connection that is lost is taken up after the last event', async () => {
  const { type, tell, end, streams, opened, openedAgain, watchersAre } = await start()
  tell('budget.refused', { words: 'first' })
  const watching = type(watch)
  await watchersAre(1)
  streams.close()
  tell('budget.refused', { words: 'second' })
  await openedAgain
  expect(opened).toEqual([0, 1])
  end('succeeded')
  const { exitCode, out } = await watching
  expect(exitCode).toBe(0)
  expect(out.split('\n').slice(0, 2)).toEqual(['! first', '! second'])
})

test('on a terminal text is shown as it comes, and not again when it is whole', async () => {
  const { type, tell, end, live, watchersAre } = await start()
  const watching = type(watch, { isTerminal: true })
  await watchersAre(1)
  live.emitLive(`run://${RUN}`, { needs: [] }, { stepId: 's1', at: 0, text: 'Hello ' })
  live.emitLive(`run://${RUN}`, { needs: [] }, { stepId: 's1', at: 6, text: 'there' })
  await live.close()
  tell('step.finished', {
    stepId: 's1',
    kind: 'model',
    state: 'done',
    tokens: 1,
    costUsd: null,
    text: 'Hello there',
  })
  tell('step.finished', {
    stepId: 's2',
    kind: 'model',
    state: 'done',
    tokens: 1,
    costUsd: null,
    text: 'Again',
  })
  end('succeeded')
  const { out } = await watching
  expect(out).toMatch(/^Hello there\n {2}1 token · cost unknown\nAgain\n/)
})

test('on a terminal text whose last piece did not come in time is shown once, and whole', async () => {
  const { type, tell, end, live, watchersAre } = await start()
  const watching = type(watch, { isTerminal: true })
  await watchersAre(1)
  live.emitLive(`run://${RUN}`, { needs: [] }, { stepId: 's1', at: 0, text: 'Hello ' })
  await live.close()
  const done = { kind: 'model', state: 'done', tokens: 1, costUsd: null }
  tell('step.finished', { ...done, stepId: 's1', text: 'Hello there' })
  end('succeeded')
  const { out } = await watching
  expect(out).toMatch(/^Hello there\n {2}1 token · cost unknown\n/)
})

test('a summary that was the last text is not said twice', async () => {
  const { type, tell, end } = await start()
  tell('step.finished', {
    stepId: 's1',
    kind: 'model',
    state: 'done',
    tokens: 1,
    costUsd: 0,
    text: 'All is done.',
  })
  end('succeeded')
  const { out } = await type(watch)
  expect(out.match(/All is done\./g)).toHaveLength(1)
})

test('as JSON each event is a line, and the run is the last', async () => {
  const { type, tell, end } = await start()
  tell('budget.refused', { words: 'no' })
  end('succeeded')
  const lines = (await type([...watch, '--json'])).out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(lines).toMatchObject([
    { position: 1, type: 'budget.refused', data: { words: 'no' } },
    { position: 2, type: 'run.succeeded' },
    { run: { id: RUN, state: 'succeeded' } },
  ])
})

test('Ctrl-C ends the watching, not the run, and says how to go on', async () => {
  const { type, tell, watchersAre } = await start()
  tell('run.created', { agent: 'a', goal: 'b' })
  const leaving = new AbortController()
  const watching = type(watch, { signal: leaving.signal })
  await watchersAre(1)
  leaving.abort()
  const { exitCode, err } = await watching
  expect(exitCode).toBe(130)
  expect(err).toContain(`The run continues. Watch it: switchboard runs watch ${RUN}`)
})

test('without a gateway there is nothing to watch', async () => {
  const { typeAtStore } = await start()
  const { exitCode, err } = await typeAtStore(watch)
  expect(exitCode).toBe(9)
  expect(err).toContain('no gateway is running')
})
