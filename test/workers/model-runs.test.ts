import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { listOpenApprovals } from '../../src/domain/runs/approvals/approvals.ts'
import { approvals, runEvents, runSteps, runs } from '../../src/domain/runs/tables.ts'
import { tasks } from '../../src/domain/tasks/tables.ts'
import { decideApproval } from '../../src/tools/approvals/decide-approval.ts'
import { answerRun } from '../../src/tools/runs/answer-run.ts'
import { cancelRun } from '../../src/tools/runs/cancel-run.ts'
import { pauseRun } from '../../src/tools/runs/pause-run.ts'
import { resumeRun } from '../../src/tools/runs/resume-run.ts'
import { steerRun } from '../../src/tools/runs/steer-run.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { emptyTrash } from '../../src/tools/tasks/empty-trash.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import {
  anthropicEvents,
  type Exchange,
  writeAnthropic,
  writeJson,
} from '../clients/models/protocol-server.ts'
import { defer } from '../support/defer.ts'
import { lastTold } from './provider.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

/** Does something outside that cannot be undone, asked about, or done twice. */
const sent: string[] = []
const send = defineOperation({
  name: 'letters.send',
  summary: 'Send a letter.',
  route: 'POST /v1/letters',
  input: z.object({ text: z.string() }),
  output: z.object({ sent: z.boolean() }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  outside: 'once',
  example: { text: 'x' },
  reach: async ({ text }) => sent.push(text),
  run: async () => ({ sent: true }),
  tell: () => 'Sent.',
})

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([
    ...[createTasks, listTasks, emptyTrash, decideApproval, answerRun, send],
    ...[cancelRun, pauseRun, resumeRun, steerRun],
  ])
  worker = world.worker()
})
afterAll(() => world.close())

const create = (title: string) => ({ name: 'tasks_create', input: { tasks: [{ title }] } })

async function titles(): Promise<string[]> {
  return (await world.gateway.db.select().from(tasks)).map(({ title }) => title)
}

async function ended(options: Parameters<RunWorld['start']>[0] = {}) {
  const { id } = await world.start(options)
  await world.drain(worker)
  return await world.run(id)
}

/** A question that is answered when the test says so. */
function held() {
  const { promise: asked, resolve: ask } = defer<Exchange>()
  const { promise: released, resolve: release } = defer<void>()
  return {
    asked,
    release,
    reply: async (exchange: Exchange) => {
      writeAnthropic(exchange.response, [anthropicEvents.start(), ...anthropicEvents.text(0, 'Well, ')])
      ask(exchange)
      await released
      return undefined
    },
  }
}

async function expireLease(runId: string): Promise<void> {
  await world.gateway.db.execute(
    sql`update ${runs} set lease_until = clock_timestamp() - interval '1 second' where id = ${runId}`,
  )
}

describe('a run', () => {
  test('calls the tools that its model asks for and ends with its answer and its cost', async () => {
    world.provider.say({ calls: [create('one'), create('two')] }, (exchange) => ({
      text: lastTold(exchange).includes('one') ? 'Both are there.' : 'Nothing.',
    }))
    const run = await ended()

    expect(run).toMatchObject({
      ...{ state: 'succeeded', reason: 'finished', summary: 'Both are there.', modelSteps: 2 },
      ...{ spentTokens: 220, treeSpentTokens: 220, treeReservedTokens: 0, costKnown: true },
    })
    expect(run.spentUsdMicros).toBeGreaterThan(0)
    expect((await titles()).toSorted()).toEqual(['one', 'two'])
  })

  test('keeps an answer whole, of which its event holds a beginning that ends between two characters', async () => {
    const text = `${'x'.repeat(1_999)}🎉 and more`
    world.provider.say({ text })
    const run = await ended()

    expect(run).toMatchObject({ state: 'succeeded', summary: text, modelSteps: 1 })
    const [event] = await world.gateway.db
      .select({ data: runEvents.data })
      .from(runEvents)
      .where(and(eq(runEvents.runId, run.id), eq(runEvents.type, 'step.finished')))
    expect(event?.data).toMatchObject({ text: 'x'.repeat(1_999) })
  })

  test('tells the model what is wrong with a call, so that it can correct it', async () => {
    world.provider.say(
      {
        calls: [
          { name: 'tasks_create', input: { task: 'x' } },
          { name: 'tasks_fly', input: {} },
          { name: 'tasks_create', input: '{"tasks": [{"title": "cut o' },
        ],
      },
      (exchange) => ({ text: lastTold(exchange) }),
    )
    const { summary, state } = await ended()

    expect(state).toBe('succeeded')
    expect(summary).toContain('invalid_input')
    expect(summary).toContain('There is no tool tasks_fly')
    expect(summary).toContain('is not a JSON object, or was cut off')
  })

  test('reads what a model has encoded twice, as the MCP door does', async () => {
    world.provider.say(
      { calls: [{ name: 'tasks_create', input: { tasks: '[{"title":"encoded twice","priority":"2"}]' } }] },
      { calls: [{ name: 'tasks_list', input: { limit: '5', status: null } }] },
      (exchange) => ({ text: lastTold(exchange) }),
    )
    expect(await ended()).toMatchObject({ summary: expect.stringContaining('encoded twice') })
  })

  test('continues after a provider that was busy, and ends when it stays so', async () => {
    const busy = ({ response }: Exchange) => {
      writeJson(response, {
        status: 529,
        body: { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
      })
      return undefined
    }
    world.provider.say(busy, busy, { text: 'There.' })
    expect(await ended()).toMatchObject({ state: 'succeeded', summary: 'There.' })
    world.provider.say(busy, busy, busy, busy, busy, busy)
    expect(await ended()).toMatchObject({ state: 'failed', reason: 'provider_failed' })
  })

  test('that the model refuses ends so; one that is cut off continues', async () => {
    world.provider.say({ text: 'No.', stop: 'refusal' })
    expect(await ended()).toMatchObject({ state: 'failed', reason: 'refused_by_model' })
    world.provider.say({ text: 'One, two', stop: 'max_tokens' }, (exchange) => ({
      text: lastTold(exchange).includes('cut off') ? 'three' : 'what?',
    }))
    expect(await ended()).toMatchObject({ state: 'succeeded', summary: 'three' })
  })

  test('stops at its limits', async () => {
    const again = { calls: [{ name: 'tasks_list', input: {} }] }
    world.provider.say(again, again, again)
    expect(await ended({ limits: { steps: 2 } })).toMatchObject({ reason: 'steps_exceeded', modelSteps: 2 })
    world.provider.say(again)
    expect(await ended({ limits: { tokens: 1_000 } })).toMatchObject({
      ...{ state: 'failed', reason: 'budget_exceeded', spentTokens: 0 },
    })
  })
})

describe('a run that is cancelled', () => {
  test('in mid-answer closes the connection, pays for what came, and ends cancelled', async () => {
    const question = held()
    world.provider.say(question.reply)
    const { id } = await world.start()
    const shown = worker.nextDelta()
    const working = world.drain(worker)
    const exchange = await question.asked
    expect(await shown).toMatchObject({ text: 'Well, ' })
    await world.gateway.invoke(cancelRun, { runId: id }, world.gateway.as())
    await exchange.gone
    await working

    const run = await world.run(id)
    expect(run).toMatchObject({ state: 'cancelled', treeReservedTokens: 0, treeReservedUsdMicros: 0 })
    expect(run.spentTokens).toBeGreaterThan(0)
    expect((await world.steps(id)).map(({ state }) => state)).toEqual(['failed'])
    question.release()
  })

  test('before it began never asks the model', async () => {
    const { id } = await world.start()
    await world.gateway.invoke(cancelRun, { runId: id }, world.gateway.as())
    const before = world.provider.exchanges.length
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'cancelled' })
    expect(world.provider.exchanges).toHaveLength(before)
  })
})

describe('a worker', () => {
  test('that has lost its run writes nothing more of it, and stops at its next heartbeat', async () => {
    const question = held()
    world.provider.say({ calls: [create('kept')] }, question.reply, { text: 'By the second.' })
    const { id } = await world.start()
    const first = world.worker()
    const working = first.take(id)
    const exchange = await question.asked
    await expireLease(id)
    await world.worker().take(id)
    const after = await world.run(id)
    await first.leases.beat()
    await exchange.gone
    await working

    expect(after).toMatchObject({ state: 'succeeded', summary: 'By the second.', fence: 2 })
    expect(await world.run(id)).toEqual(after)
    expect((await titles()).filter((title) => title === 'kept')).toHaveLength(1)
    expect(after.treeReservedTokens).toBe(0)
    question.release()
  })

  test('that ends hands its run back at once, and another carries on after the last step', async () => {
    const question = held()
    world.provider.say({ calls: [create('once')] }, question.reply, { text: 'Carried on.' })
    const { id } = await world.start()
    const first = world.worker()
    const working = first.take(id)
    await question.asked
    first.stop()
    await working
    expect(await world.run(id)).toMatchObject({ state: 'queued', reason: 'worker_stopped' })
    await world.drain(worker)

    expect(await world.run(id)).toMatchObject({ state: 'succeeded', summary: 'Carried on.' })
    expect((await titles()).filter((title) => title === 'once')).toHaveLength(1)
    question.release()
  })

  test('takes a run that another has only once', async () => {
    const question = held()
    world.provider.say(question.reply, { text: 'never' })
    const { id } = await world.start()
    const first = world.worker()
    const working = first.take(id)
    await question.asked
    await world.worker().take(id)
    expect(await world.run(id)).toMatchObject({ state: 'running', fence: 1, worker: first.name })
    first.stop()
    await working
    question.release()
    world.provider.say({ text: 'Done.' })
    await world.drain(worker)
  })
})

describe('a run that needs somebody', () => {
  const wipe = { calls: [{ name: 'tasks_empty_trash', input: { olderThanDays: 3 } }] }

  test('parks for an approval and does exactly what was approved', async () => {
    world.provider.say(wipe, (exchange) => ({ text: lastTold(exchange) }))
    const run = await ended()
    expect(run).toMatchObject({ state: 'waiting', reason: 'approval', worker: null })
    const [approval] = await world.gateway.db.select().from(approvals).where(sql`run_id = ${run.id}`)
    expect(approval).toMatchObject({ operation: 'tasks.empty_trash', input: { olderThanDays: 3 } })
    const decision = { approvalId: approval?.id, decision: 'approve' }
    await world.gateway.invoke(decideApproval, decision, world.gateway.as())
    await world.drain(worker)

    const after = await world.run(run.id)
    expect(after).toMatchObject({ state: 'succeeded' })
    expect(after.summary).toContain('deleted')
  })

  test('is told of a rejection', async () => {
    world.provider.say(wipe, (exchange) => ({ text: lastTold(exchange) }))
    const run = await ended()
    const [approval] = await world.gateway.db.select().from(approvals).where(sql`run_id = ${run.id}`)
    const decision = { approvalId: approval?.id, decision: 'reject', note: 'keep them' }
    await world.gateway.invoke(decideApproval, decision, world.gateway.as())
    await world.drain(worker)

    expect((await world.run(run.id)).summary).toContain('keep them')
  })

  test('does not get round a policy that refuses', async () => {
    world.provider.say({ calls: [create('never')] }, (exchange) => ({ text: lastTold(exchange) }))
    const run = await ended({ approvals: { rules: [{ operation: 'tasks.create', verdict: 'refuse' }] } })
    expect(run.summary).toContain('forbidden')
    expect(await titles()).not.toContain('never')
  })

  test('parks for an answer and continues with it', async () => {
    world.provider.say(
      { calls: [{ name: 'runs_ask_person', input: { question: 'Which?' } }] },
      (exchange) => ({
        text: lastTold(exchange),
      }),
    )
    const run = await ended()
    expect(run).toMatchObject({ state: 'waiting', reason: 'input' })
    await world.gateway.invoke(answerRun, { runId: run.id, answer: 'The red one' }, world.gateway.as())
    await world.drain(worker)
    expect((await world.run(run.id)).summary).toContain('The red one')
  })

  test('continues in the middle of what was stored and granted by the names of before', async () => {
    const tools = ['ask_person', 'delegate', 'save_artifact']
    const file = { name: 'a.md', mediaType: 'text/markdown', content: 'A' }
    world.provider.say(
      { calls: [{ name: 'ask_person', input: { question: 'Which?' } }] },
      { calls: [{ name: 'save_artifact', input: file }] },
      (exchange) => ({ text: lastTold(exchange) }),
    )
    const run = await ended({ tools })
    expect(run).toMatchObject({ state: 'waiting', reason: 'input' })
    const [asking] = (await world.steps(run.id)).filter(({ kind }) => kind === 'tool')
    await world.gateway.db.update(runSteps).set({ operation: null }).where(sql`id = ${asking?.id}`)
    await world.gateway.invoke(answerRun, { runId: run.id, answer: 'The red one' }, world.gateway.as())
    await world.drain(worker)
    const told = world.provider.exchanges.at(-2)
    expect(told && lastTold(told)).toMatch(/"(text|content)":"The red one"/)
    expect(await world.run(run.id)).toMatchObject({ state: 'succeeded' })
    expect((await world.run(run.id)).summary).toContain('a.md')
  })

  test('asks before it delegates where a rule of before says so, and once is allowed for good', async () => {
    const { agentSlug } = await ended({ goal: 'Nothing' })
    const delegated = { calls: [{ name: 'runs_delegate', input: { agent: agentSlug, goal: 'Find it' } }] }
    world.provider.say(delegated, { text: 'Found.' }, delegated, { text: 'Found again.' }, { text: 'Done.' })
    const rules = [{ operation: 'delegate', agent: agentSlug, verdict: 'ask' } as const]
    const { id } = await ended({ approvals: { rules } })
    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'approval' })
    const [approval] = await listOpenApprovals(world.gateway.db, id)
    const decision = { approvalId: approval?.id, decision: 'approve', always: true }
    await world.gateway.invoke(decideApproval, decision, world.gateway.as())
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded', summary: 'Done.' })
  })

  test('delegates, parks, and continues with what the other run brought', async () => {
    const { agentSlug } = await ended({ goal: 'Nothing' })
    world.provider.say(
      { calls: [{ name: 'runs_delegate', input: { agent: agentSlug, goal: 'Find it' } }] },
      (exchange) => ({ text: `Found: ${lastTold(exchange).includes('Find it')}` }),
      (exchange) => ({ text: lastTold(exchange) }),
    )
    const run = await ended()
    expect(run).toMatchObject({ state: 'succeeded', treeSpentTokens: 330, spentTokens: 220 })
    expect(run.summary).toContain('Found: true')
    expect(await world.events(run.id)).toEqual(expect.arrayContaining(['child.started', 'child.finished']))
  })

  test('reads what it is told while it works before it ends', async () => {
    const asked = defer<string>()
    const steered = defer<void>()
    world.provider.say(
      async () => {
        asked.resolve('')
        await steered.promise
        return { text: 'First.' }
      },
      (exchange) => ({ text: lastTold(exchange) }),
    )
    const { id } = await world.start()
    const working = world.drain(worker)
    await asked.promise
    await world.gateway.invoke(steerRun, { runId: id, message: 'Mind the gap' }, world.gateway.as())
    steered.resolve()
    await working
    expect((await world.run(id)).summary).toContain('Mind the gap')
  })

  test('that is paused waits, and continues when it is resumed', async () => {
    const question = held()
    world.provider.say(question.reply, { text: 'After the break.' })
    const { id } = await world.start()
    const working = world.drain(worker)
    const exchange = await question.asked
    await world.gateway.invoke(pauseRun, { runId: id }, world.gateway.as())
    await exchange.gone
    await working
    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'paused' })
    await world.gateway.invoke(resumeRun, { runId: id }, world.gateway.as())
    await world.drain(worker)
    expect(await world.run(id)).toMatchObject({ state: 'succeeded', summary: 'After the break.' })
    question.release()
  })
})

describe('what is done outside', () => {
  const letter = { calls: [{ name: 'letters_send', input: { text: 'Dear all' } }] }

  test('is done once, and said to be under way before', async () => {
    world.provider.say(letter, { text: 'Sent.' })
    const run = await ended()
    expect(run).toMatchObject({ state: 'succeeded' })
    expect(sent).toEqual(['Dear all'])
    const events = await world.events(run.id)
    expect(events.filter((type) => type === 'step.started')).toHaveLength(3)
  })

  test('is not repeated after a worker was lost on it: a person settles whether it happened', async () => {
    world.provider.say(letter)
    const rules = [{ operation: 'letters.send', verdict: 'ask' }] as const
    const { id } = await ended({ approvals: { rules: [...rules] } })
    const before = sent.length
    await world.gateway.db
      .update(runSteps)
      .set({ state: 'started' })
      .where(sql`run_id = ${id} and kind = 'tool'`)
    await world.gateway.db.update(runs).set({ state: 'queued' }).where(sql`id = ${id}`)
    await worker.take(id)

    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'outcome_unknown' })
    expect(sent).toHaveLength(before)
  })
})

describe('an agent', () => {
  test.each([
    ['complete', 'succeeded'],
    ['partial', 'succeeded'],
    ['incomplete', 'failed'],
    ['failed', 'failed'],
  ])('of phases that judges its work as %s ends as %s', async (verdict, state) => {
    world.provider.say(
      { text: 'The plan.' },
      { calls: [create(`phase ${verdict}`)] },
      { text: 'Worked.' },
      { calls: [{ name: 'runs_give_verdict', input: { verdict, summary: 'As I see it.' } }] },
    )
    const run = await ended({ phases: true })
    expect(run).toMatchObject({ state, verdict, summary: 'As I see it.', phase: 'evaluate' })
    const tools = world.provider.exchanges
      .slice(-4)
      .map(({ body }) => body.tools.map(({ name }: { name: string }) => name))
    expect(tools[0]).not.toContain('tasks_create')
    expect(tools[1]).toContain('tasks_create')
    expect(tools[3]).toContain('runs_give_verdict')
    expect(tools[3]).not.toContain('tasks_create')
  })

  test('of phases that gives no verdict, also when reminded, has failed', async () => {
    world.provider.say(
      { text: 'Plan.' },
      { text: 'Work.' },
      { text: 'All is complete.' },
      { text: 'complete' },
    )
    expect(await ended({ phases: true })).toMatchObject({ state: 'failed', reason: 'verdict_failed' })
  })

  test('that must answer in a form is asked once to mend it', async () => {
    const outputSchema = {
      type: 'object',
      properties: { count: { type: 'integer' } },
      required: ['count'],
    } as const
    world.provider.say({ text: '{"count":"many"}' }, { text: '{"count":3}' })
    expect(await ended({ outputSchema })).toMatchObject({ state: 'succeeded', output: { count: 3 } })
    world.provider.say({ text: 'many' }, { text: 'lots' })
    expect(await ended({ outputSchema })).toMatchObject({ state: 'failed', reason: 'output_invalid' })
  })

  test('may fence its JSON and say a word beside it', async () => {
    const outputSchema = { type: 'object', properties: { count: { type: 'integer' } } } as const
    world.provider.say({ text: 'Here it is:\n```json\n{"count": 3}\n```\nThat is all.' })
    expect(await ended({ outputSchema })).toMatchObject({ state: 'succeeded', output: { count: 3 } })
  })

  test('that ends without a word is asked once for its outcome', async () => {
    world.provider.say({}, { text: 'All is done.' })
    expect(await ended()).toMatchObject({ state: 'succeeded', summary: 'All is done.', modelSteps: 2 })
    world.provider.say({}, {})
    expect(await ended()).toMatchObject({ state: 'succeeded', summary: '', modelSteps: 2 })
  })

  test('whose conversation grows too long continues from a summary of it', async () => {
    const full = { tokens: { input: 995_000, output: 10 } }
    world.provider.say(
      { calls: [{ name: 'tasks_list', input: {} }], ...full },
      { text: 'The list was read.' },
      (exchange) => ({ text: JSON.stringify(exchange.body.messages) }),
    )
    const run = await ended({ goal: 'Read all' })
    expect(run.state).toBe('succeeded')
    expect(run.summary).toContain('The list was read.')
    expect(run.summary).not.toContain('tool_use')
    expect((await world.steps(run.id)).map(({ kind }) => kind)).toEqual([
      'model',
      'tool',
      'model',
      'summary',
      'model',
    ])
  })
})
