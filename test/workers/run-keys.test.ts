/** A process that carries a run out comes in over MCP with the run's key, and does what its agent may, as that run. */
import type { Client } from '@modelcontextprotocol/client'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { auditEntries } from '../../src/domain/access/tables.ts'
import { listSteps } from '../../src/domain/runs/steps/steps.ts'
import { runEvents, runs } from '../../src/domain/runs/tables.ts'
import { decideApproval } from '../../src/tools/approvals/decide-approval.ts'
import { listArtifacts } from '../../src/tools/artifacts/list-artifacts.ts'
import { answerRun } from '../../src/tools/runs/answer-run.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { type KeyWorld, openKeyWorld } from '../support/key-world.ts'
import { connectSession } from '../support/mcp-clients.ts'

/** What each letter came to the post office as, by its idempotency key. */
const posted = new Map<string, string>()
let failNext: AppError | undefined
const sendLetter = defineOperation({
  name: 'letters.send',
  summary: 'Send a letter.',
  route: 'POST /v1/letters',
  input: z.object({ text: z.string() }),
  output: z.object({ sent: z.boolean() }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  outside: 'idempotent',
  example: { text: 'Dear all' },
  async reach({ text }, ctx) {
    posted.set(ctx.idempotencyKey, text)
    const failure = failNext
    failNext = undefined
    if (failure) throw failure
  },
  run: async () => ({ sent: true }),
  tell: () => 'Sent.',
})

let world: KeyWorld
beforeAll(async () => {
  world = await openKeyWorld([sendLetter])
})
afterAll(() => world.close())

const FILE = { name: 'plan.md', mediaType: 'text/markdown', content: '# Plan' }
const OWN = ['runs_ask_person', 'runs_delegate', 'runs_save_artifact']

async function call(key: string, name: string, input: object) {
  const client = await world.connect(key)
  const answer = await client.callTool({ name, arguments: { ...input } })
  await client.close()
  return answer
}

const toolSteps = async (runId: string) =>
  (await listSteps(world.db, runId)).filter(({ kind }) => kind === 'tool')

async function eventsOf(runId: string): Promise<string[]> {
  const rows = await world.db.select().from(runEvents).where(eq(runEvents.runId, runId))
  return rows.toSorted((a, b) => a.position - b.position).map(({ type }) => type)
}

async function titles(): Promise<string[]> {
  const { output } = await world.gateway.invoke(listTasks, {}, world.gateway.as())
  return output.items.map(({ title }) => title)
}

describe('with the key of its run, a process', () => {
  test('is shown the tools that its agent was granted, those for runs among them, and no others', async () => {
    const runId = await world.start({ tools: ['tasks:read', ...OWN] })
    let names: string[] = []
    await world.take(runId, async (key) => {
      const client = await world.connect(key)
      names = (await client.listTools()).tools.map(({ name }) => name)
      await client.close()
    })
    expect(names).toEqual(expect.arrayContaining(['tasks_list', 'tasks_get', ...OWN]))
    expect(names).not.toContain('runs_give_verdict')
    expect(names.filter((name) => /tasks_create|runs_start|agents_|access_/.test(name))).toEqual([])
  })

  test('saves an artifact, which is a step of that run with its file, its event and its audit entry', async () => {
    const runId = await world.start({ tools: OWN })
    await world.take(runId, (key) => call(key, 'runs_save_artifact', FILE))
    const { output } = await world.gateway.invoke(listArtifacts, { runId }, world.gateway.as())
    expect(output.items).toMatchObject([{ runId, name: 'plan.md', sizeBytes: 6 }])
    expect(await toolSteps(runId)).toMatchObject([{ state: 'done', operation: 'runs.save_artifact' }])
    expect(await eventsOf(runId)).toEqual(expect.arrayContaining(['artifact.added', 'step.finished']))
    const entries = await world.db.select().from(auditEntries).where(eq(auditEntries.actorId, runId))
    expect(entries).toMatchObject([{ actorKind: 'agent', operation: 'runs.save_artifact', door: 'mcp' }])
    expect(await world.run(runId)).toMatchObject({ run: { state: 'succeeded' } })
  })

  test('asks the person: the run is parked, and continues with the answer', async () => {
    const runId = await world.start({ tools: OWN })
    await world.take(runId, (key) => call(key, 'runs_ask_person', { question: 'Which branch?' }))
    const { run, waitingFor } = await world.run(runId)
    expect(run).toMatchObject({ state: 'waiting', reason: 'input' })
    expect(waitingFor.questions).toMatchObject([{ question: 'Which branch?' }])
    await world.gateway.invoke(answerRun, { runId, answer: 'main' }, world.gateway.as())
    let told: unknown
    await world.take(runId, async (_key, session) => {
      told = (await session.look()).steps.find(({ kind }) => kind === 'tool')?.result
    })
    expect(told).toMatchObject({ text: 'main', isTrusted: true })
    expect(await world.run(runId)).toMatchObject({ run: { state: 'succeeded' } })
  })

  test('delegates: the other run acts with the key of the starter, and its result lets this one go on', async () => {
    const other = await world.start({ tools: OWN })
    const { agent } = (await world.run(other)).run
    const runId = await world.start({ tools: OWN })
    await world.take(runId, (key) => call(key, 'runs_delegate', { agent, goal: 'Find it' }))
    expect(await world.run(runId)).toMatchObject({ run: { state: 'waiting', reason: 'children' } })
    const [child] = await world.db.select().from(runs).where(eq(runs.parentId, runId))
    expect(child?.starter).not.toHaveProperty('keyId')
    expect(child?.starter).not.toHaveProperty('run')
    await world.take(child?.id ?? '', async () => undefined)
    await world.take(runId, async () => undefined)
    expect(await world.run(runId)).toMatchObject({ run: { state: 'succeeded' } })
    expect(await eventsOf(runId)).toEqual(expect.arrayContaining(['child.started', 'child.finished']))
  })

  test('is held back by the policy, and the approved call is made when the run continues', async () => {
    const rules = [{ operation: 'tasks.create', verdict: 'ask' } as const]
    const runId = await world.start({ tools: ['tasks', ...OWN], approvals: { rules } })
    const input = { tasks: [{ title: 'Held back' }] }
    let answer: unknown
    await world.take(runId, async (key) => {
      answer = await call(key, 'tasks_create', input)
    })
    expect(answer).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'confirmation_required' } },
    })
    const { run, waitingFor } = await world.run(runId)
    expect(run).toMatchObject({ state: 'waiting', reason: 'approval' })
    expect(await titles()).not.toContain('Held back')
    const decision = { approvalId: waitingFor.approvals[0]?.id, decision: 'approve' }
    await world.gateway.invoke(decideApproval, decision, world.gateway.as())
    await world.take(runId, async () => undefined)
    expect(await titles()).toContain('Held back')
    expect(await toolSteps(runId)).toMatchObject([{ state: 'done', operation: 'tasks.create' }])
  })

  test('has a person asked before what cannot be undone, whether or not it says that this is confirmed', async () => {
    const runId = await world.start({ tools: ['tasks', ...OWN] })
    const answers: unknown[] = []
    await world.take(runId, async (key) => {
      for (const input of [{}, { confirm: true }])
        answers.push(await call(key, 'call_operation', { name: 'tasks.empty_trash', input }))
    })
    const held = { isError: true, structuredContent: { error: { code: 'confirmation_required' } } }
    expect(answers).toMatchObject([held, held])
    expect((await world.run(runId)).waitingFor.approvals).toMatchObject([
      { operation: 'tasks.empty_trash' },
      { operation: 'tasks.empty_trash' },
    ])
  })

  test('reads without leaving a step, as far as the policy lets it', async () => {
    const rules = [{ operation: 'projects.list', verdict: 'refuse' } as const]
    const runId = await world.start({ tools: ['tasks:read', 'projects:read'], approvals: { rules } })
    const answers: unknown[] = []
    await world.take(runId, async (key) => {
      answers.push(await call(key, 'tasks_list', {}), await call(key, 'projects_list', {}))
    })
    expect(answers[0]).not.toHaveProperty('isError')
    expect(answers[1]).toMatchObject({ isError: true, structuredContent: { error: { code: 'forbidden' } } })
    expect(await toolSteps(runId)).toEqual([])
  })

  test('reaches outside as a step that is stored before, and ends as the call does', async () => {
    const runId = await world.start({ tools: ['letters.send'] })
    await world.take(runId, async (key) => {
      await call(key, 'letters_send', { text: 'One' })
      failNext = new AppError('conflict', 'There is no such street.')
      await call(key, 'letters_send', { text: 'Two' })
    })
    expect(await toolSteps(runId)).toMatchObject([
      { state: 'done', operation: 'letters.send' },
      { state: 'failed', result: { isError: true, text: expect.stringContaining('no such street') } },
    ])
    expect(await eventsOf(runId)).toEqual(expect.arrayContaining(['step.started', 'step.finished']))
  })

  test('repeats a call that was interrupted outside under its idempotency key, and it is done once', async () => {
    const runId = await world.start({ tools: ['letters.send'] })
    const before = posted.size
    const repeat = { 'idempotency-key': 'letter-1' }
    const statuses: number[] = []
    await world.take(runId, async (key) => {
      failNext = new AppError('unavailable', 'The post office is closed.')
      for (let attempt = 0; attempt < 3; attempt += 1) {
        statuses.push((await world.send(key, '/v1/letters', { text: 'Three' }, repeat)).status)
      }
    })
    expect(statuses).toEqual([503, 200, 200])
    expect(posted.size).toBe(before + 1)
    expect(await toolSteps(runId)).toMatchObject([{ state: 'done' }])
  })

  test('comes in within a session of 2025, which ends with its key', async () => {
    const runId = await world.start({ tools: OWN })
    let client: Client | undefined
    await world.take(runId, async (key) => {
      client = await connectSession(`${world.url}/mcp`, {}, { authorization: `Bearer ${key}` })
      await client.callTool({ name: 'runs_save_artifact', arguments: FILE })
    })
    await expect(client?.listTools()).rejects.toThrow()
    await client?.close()
    expect(await toolSteps(runId)).toMatchObject([{ state: 'done', operation: 'runs.save_artifact' }])
  })

  test('changes nothing while its run plans, and may ask', async () => {
    const runId = await world.start({ tools: ['tasks', ...OWN], phases: true })
    let names: string[] = []
    await world.take(runId, async (key) => {
      await world.db.update(runs).set({ phase: 'plan' }).where(eq(runs.id, runId))
      const client = await world.connect(key)
      names = (await client.listTools()).tools.map(({ name }) => name)
      await client.close()
    })
    expect(names).toEqual(expect.arrayContaining(['tasks_list', 'runs_ask_person']))
    expect(
      names.filter((name) => ['tasks_create', 'runs_delegate', 'runs_save_artifact'].includes(name)),
    ).toEqual([])
  })
})
