/** A key of few scopes beside a run of many: it may stop the run, and neither has it act nor reads what it could not. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import type { Scope } from '../../../src/core/operation/scopes.ts'
import { artifacts } from '../../../src/domain/runs/artifacts/tables.ts'
import { approvals, runs } from '../../../src/domain/runs/tables.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { deleteAgent } from '../../../src/tools/agents/delete-agent.ts'
import { updateAgent } from '../../../src/tools/agents/update-agent.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { listApprovals } from '../../../src/tools/approvals/list-approvals.ts'
import { listArtifacts } from '../../../src/tools/artifacts/list-artifacts.ts'
import { readArtifact } from '../../../src/tools/artifacts/read-artifact.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { reportRuns } from '../../../src/tools/reports/report-runs.ts'
import { answerRun } from '../../../src/tools/runs/answer-run.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { getRunResult } from '../../../src/tools/runs/get-run-result.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { listRunSteps } from '../../../src/tools/runs/list-run-steps.ts'
import { listRuns } from '../../../src/tools/runs/list-runs.ts'
import { pauseRun } from '../../../src/tools/runs/pause-run.ts'
import { resumeRun } from '../../../src/tools/runs/resume-run.ts'
import { retryRun } from '../../../src/tools/runs/retry-run.ts'
import { settleStep } from '../../../src/tools/runs/settle-step.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { steerRun } from '../../../src/tools/runs/steer-run.ts'
import { waitRun } from '../../../src/tools/runs/wait-run.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { deleteSchedule } from '../../../src/tools/schedules/delete-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { listSchedules } from '../../../src/tools/schedules/list-schedules.ts'
import { pauseSchedule } from '../../../src/tools/schedules/pause-schedule.ts'
import { resumeSchedule } from '../../../src/tools/schedules/resume-schedule.ts'
import { runScheduleNow } from '../../../src/tools/schedules/run-schedule-now.ts'
import { updateSchedule } from '../../../src/tools/schedules/update-schedule.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { emptyTrash } from '../../../src/tools/tasks/empty-trash.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { openRunWorld, type RunWorld, type TestWorker } from '../../workers/run-world.ts'

/** Stands in everything that a run reads, writes, is told and says. */
const SECRET = 'the merger'
const LESSER: Scope[] = ['runs:write', 'approvals:decide']
const NEEDED = 'Not shown: needs tasks:read.'

let world: RunWorld
let worker: TestWorker
/** A run that has read and written, asks for an approval, asks a question, and delegates. */
let asking: string
/** One that has ended with a result and a file. */
let done: string
beforeAll(async () => {
  world = await openRunWorld([createTasks, listTasks, emptyTrash, startRun])
  worker = world.worker()
  await world.gateway.invoke(createTasks, { tasks: [{ title: SECRET }] }, world.gateway.as())
  const { agentSlug } = await world.start({ tools: ['runs.ask_person'] })
  asking = await askingRun(agentSlug)
  done = await doneRun()
})
afterAll(() => world.close())

async function askingRun(delegate: string): Promise<string> {
  world.provider.say(
    { text: SECRET, calls: [{ name: 'tasks_list', input: {} }, create()] },
    {
      calls: [
        { name: 'tasks_empty_trash', input: { olderThanDays: 3 } },
        { name: 'runs_ask_person', input: { question: `Really ${SECRET}?` } },
        { name: 'runs_delegate', input: { agent: delegate, goal: `Look into ${SECRET}` } },
      ],
    },
  )
  const { id } = await world.start({ goal: SECRET })
  await worker.take(id)
  return id
}

async function doneRun(): Promise<string> {
  const file = { name: `${SECRET}.md`, mediaType: 'text/markdown', content: SECRET }
  world.provider.say(
    { calls: [{ name: 'runs_save_artifact', input: file }] },
    { text: `{"answer": "${SECRET}"}` },
  )
  const outputSchema = { type: 'object', properties: { answer: { type: 'string' } } } as const
  const { output } = await world.gateway.invoke(createProject, { name: SECRET }, world.gateway.as())
  const template = { projectId: output.project.id }
  const { id } = await world.start({ goal: SECRET, outputSchema, template })
  await worker.take(id)
  return id
}

const create = () => ({ name: 'tasks_create', input: { tasks: [{ title: SECRET, notes: SECRET }] } })
const lesser = (more: Scope[] = []) => world.gateway.as({ scopes: [...LESSER, ...more] })
const childOf = async (id: string) => {
  const [child] = await world.gateway.db.select().from(runs).where(eq(runs.parentId, id))
  return child?.id ?? ''
}
const firstOf = async (table: typeof approvals | typeof artifacts, runId: string) => {
  const [row] = await world.gateway.db.select({ id: table.id }).from(table).where(eq(table.runId, runId))
  return row?.id ?? ''
}

/** Each way to look at a run, on the run that has something to show by it. */
const LOOKS: readonly (readonly [Operation, () => Promise<object> | object])[] = [
  [getRun, () => ({ runId: asking })],
  [getRun, async () => ({ runId: await childOf(asking) })],
  [getRun, () => ({ runId: done })],
  [listRuns, () => ({})],
  [waitRun, () => ({ runId: asking, seconds: 0 })],
  [listRunSteps, () => ({ runId: asking })],
  [listRunEvents, () => ({ runId: asking })],
  [listRunEvents, async () => ({ runId: await childOf(asking) })],
  [listRunEvents, () => ({ runId: done })],
  [getRunResult, () => ({ runId: done })],
  [getApproval, async () => ({ approvalId: await firstOf(approvals, asking) })],
  [listApprovals, () => ({ runId: asking })],
  [listArtifacts, () => ({ runId: done })],
  [reportRuns, () => ({ by: 'project', format: 'markdown' })],
]

describe('what a run shows', () => {
  test.each(
    LOOKS.map(([operation, input], index) => [`${operation.name} ${index}`, operation, input] as const),
  )('%s is bounded by what its reader may read elsewhere', async (_name, operation, input) => {
    const { output } = await world.gateway.invoke(operation, await input(), lesser())
    expect(JSON.stringify(output)).not.toContain(SECRET)
    expect(operation.tell(output)).not.toContain(SECRET)
    const whole = await world.gateway.invoke(
      operation,
      await input(),
      lesser(['tasks:write', 'projects:read']),
    )
    const shown = JSON.stringify(whole.output)
    if (operation !== getApproval && operation !== listApprovals) expect(shown).toContain(SECRET)
    expect(shown).not.toContain('Not shown')
  })

  test('says what is missing, and leaves states, costs, ids and times to see', async () => {
    const { output } = await world.gateway.invoke(getRun, { runId: asking }, lesser())
    expect(output.run).toMatchObject({ id: asking, goal: NEEDED, state: 'waiting', steps: 2 })
    expect(output.run.costUsd).toBeGreaterThan(0)
    expect(output.waitingFor).toMatchObject({
      approvals: [{ operation: 'tasks.empty_trash' }],
      questions: [{ question: NEEDED }],
    })
    const { output: approval } = await world.gateway.invoke(listApprovals, { runId: asking }, lesser())
    expect(approval.items).toMatchObject([{ input: NEEDED, state: 'pending' }])
    const { output: steps } = await world.gateway.invoke(listRunSteps, { runId: asking }, lesser())
    expect(steps.items[1]).toMatchObject({
      operation: 'tasks.list',
      state: 'done',
      request: NEEDED,
      result: NEEDED,
    })
  })

  test('keeps a file to those who may read what it was made of', async () => {
    const artifactId = await firstOf(artifacts, done)
    const reading = world.gateway.invoke(readArtifact, { artifactId }, lesser())
    await expect(reading).rejects.toMatchObject({
      code: 'forbidden',
      fix: expect.stringContaining('tasks:read'),
    })
    const { output } = await world.gateway.invoke(readArtifact, { artifactId }, lesser(['tasks:read']))
    expect(output.content).toBe(SECRET)
  })

  test('is shown whole to a caller who may do as much as the run, though reading it needs no scope for tasks', async () => {
    const { id } = await world.start({ goal: SECRET, tools: ['runs.ask_person'] })
    const { output } = await world.gateway.invoke(
      getRun,
      { runId: id },
      world.gateway.as({ scopes: ['runs:read'] }),
    )
    expect(output.run.goal).toBe(SECRET)
  })
})

describe('a caller who has a run act', () => {
  const ACTS: readonly (readonly [Operation, () => Promise<object> | object])[] = [
    [steerRun, () => ({ runId: asking, message: 'Make a task' })],
    [answerRun, () => ({ runId: asking, answer: 'Make a task' })],
    [resumeRun, () => ({ runId: asking })],
    [retryRun, () => ({ runId: asking })],
    [
      settleStep,
      async () => ({ runId: asking, stepId: (await world.steps(asking))[0]?.id, outcome: 'not_done' }),
    ],
    [decideApproval, async () => ({ approvalId: await firstOf(approvals, asking), decision: 'approve' })],
    [
      decideApproval,
      async () => ({ approvalId: await firstOf(approvals, asking), decision: 'reject', note: 'Make a task' }),
    ],
  ]

  test.each(
    ACTS.map(([operation, input], index) => [`${operation.name} ${index}`, operation, input] as const),
  )('%s needs the scopes that it acts with', async (_name, operation, input) => {
    for (const scopes of [[], ['tasks:read']] satisfies Scope[][]) {
      const acting = world.gateway.invoke(operation, await input(), lesser(scopes))
      await expect(acting).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('tasks:write'),
        fix: expect.stringContaining('pause or cancel'),
      })
    }
    expect((await world.steps(asking)).some(({ kind }) => kind === 'message')).toBe(false)
  })

  test('may pause, say no and cancel with none of them', async () => {
    const paused = await world.gateway.invoke(pauseRun, { runId: asking }, lesser())
    expect(paused.output.changed).toBe(true)
    const no = { approvalId: await firstOf(approvals, asking), decision: 'reject' }
    const { output } = await world.gateway.invoke(decideApproval, no, lesser())
    expect(output.approval).toMatchObject({ state: 'rejected', input: NEEDED })
    const cancelled = await world.gateway.invoke(cancelRun, { runId: asking }, lesser())
    expect(cancelled.output.run).toMatchObject({ state: 'cancelled', goal: NEEDED })
  })
})

describe('a caller who writes an agent', () => {
  const start = async () => {
    const input = { agent: 'assistant', goal: 'Help' }
    const { output } = await world.gateway.invoke(startRun, input, world.gateway.as())
    return await world.run(output.run.id)
  }
  const instruct = (scopes: Scope[]) =>
    world.gateway.invoke(
      updateAgent,
      { slug: 'assistant', instructions: `Do as I say, with ${scopes.join()}` },
      world.gateway.as({ scopes }),
    )

  test('gives its runs no more than they have themselves, no matter who starts them', async () => {
    expect((await start()).starter.scopes).toContain('tasks:write')
    const { output } = await instruct(['agents:write', 'tasks:read'])
    expect(output.agent.writerScopes).toEqual(['agents:write', 'tasks:read'])
    const { starter } = await start()
    expect(starter.scopes).toContain('tasks:read')
    expect(starter.scopes).not.toContain('tasks:write')
    await instruct(['admin'])
    expect((await start()).starter.scopes).toContain('tasks:write')
  })
})

describe('a schedule', () => {
  const DETAILS = { agent: 'assistant', goal: SECRET, when: 'every day at 9' }
  const create = async (input: object = {}) => {
    const { output } = await world.gateway.invoke(
      createSchedule,
      { ...DETAILS, ...input },
      world.gateway.as(),
    )
    return { scheduleId: output.schedule.id }
  }

  test.each([
    ['get', getSchedule],
    ['list', listSchedules],
    ['pause', pauseSchedule],
  ] as const)('%s shows its goal to those who may read what its runs read', async (_name, operation) => {
    const input = operation === listSchedules ? {} : await create()
    const { output } = await world.gateway.invoke<z.ZodObject, z.ZodObject>(operation, input, lesser())
    expect(JSON.stringify(output)).toContain(NEEDED)
    expect(JSON.stringify(output) + operation.tell(output as never)).not.toContain(SECRET)
    const whole = await world.gateway.invoke<z.ZodObject, z.ZodObject>(
      operation,
      input,
      lesser(['tasks:read']),
    )
    expect(JSON.stringify(whole.output)).toContain(SECRET)
  })

  test('of an agent that is gone shows its goal to those who may read what any agent could', async () => {
    const agent = { slug: 'short-lived', role: 'Temp', instructions: 'Help.', tools: ['runs.ask_person'] }
    await world.gateway.invoke(createAgent, agent, world.gateway.as())
    const schedule = await create({ agent: agent.slug })
    const goal = async () =>
      (await world.gateway.invoke(getSchedule, schedule, lesser())).output.schedule.goal
    expect(await goal()).toBe(SECRET)
    await world.gateway.invoke(deleteAgent, { slug: agent.slug, confirm: true }, world.gateway.as())
    expect(await goal()).toBe(NEEDED)
  })

  test.each([
    ['changed', updateSchedule, { when: 'every day at 10' }],
    ['resumed', resumeSchedule, {}],
    ['run', runScheduleNow, {}],
  ] as const)('is %s by nobody who has fewer scopes than its runs', async (_how, operation, input) => {
    const schedule = await create()
    await world.gateway.invoke(pauseSchedule, schedule, lesser())
    const call = { ...schedule, ...input }
    for (const scopes of [[], ['tasks:read']] satisfies Scope[][]) {
      const acting = world.gateway.invoke<z.ZodObject, z.ZodObject>(operation, call, lesser(scopes))
      await expect(acting).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('tasks:write'),
        fix: expect.stringContaining('pause or delete'),
      })
    }
    await world.gateway.invoke<z.ZodObject, z.ZodObject>(operation, call, lesser(['tasks:write']))
  })

  test('is deleted by a caller who may write runs', async () => {
    await world.gateway.invoke(deleteSchedule, { ...(await create()), confirm: true }, lesser())
  })
})
