/** Runs as workers and doors write them, each write in a transaction of its own on a test's database. */
import { asc, eq, sql } from 'drizzle-orm'
import type { QueuedJob, Resources } from '../../../src/core/operation/context.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import { type Hold, holdOf as holdOfRun } from '../../../src/domain/runs/hold/hold-run.ts'
import { endAlone, endRun } from '../../../src/domain/runs/moves/end-run.ts'
import { type Release, releaseRun } from '../../../src/domain/runs/moves/release-run.ts'
import { type Origin, type StartContext, startRun } from '../../../src/domain/runs/moves/start-run.ts'
import { queueLost } from '../../../src/domain/runs/moves/sweep.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { RunTemplate } from '../../../src/domain/runs/run-start.ts'
import { finishModelStep } from '../../../src/domain/runs/steps/model-steps.ts'
import { startModelStep, startModelStepAlone } from '../../../src/domain/runs/steps/start-model-step.ts'
import { listSteps, readStanding, type StepRow } from '../../../src/domain/runs/steps/steps.ts'
import { waitToolStep } from '../../../src/domain/runs/steps/tool-steps.ts'
import { runEvents, runs } from '../../../src/domain/runs/tables.ts'
import type { Writes } from '../../../src/domain/runs/writes.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { claimRun } from './claim-run.ts'
import type { TestGateway } from './database.ts'

/** One model whose price is known. */
export const PRICED_MODEL: Resources['models'] = {
  isConfigured: (provider) => provider === 'anthropic',
  standard: { provider: 'anthropic', model: 'some-model' },
  facts: () => ({
    contextTokens: 100_000,
    maxOutputTokens: 8_000,
    price: { inputUsd: 1, outputUsd: 1, cacheReadUsd: 1, cacheWriteUsd: 1 },
  }),
}

/** Milliseconds of a lease that no test outlives. */
const LEASE_MS = 600_000

export type StartOptions = Partial<Omit<RunTemplate, 'priority'>> &
  Partial<Pick<RunTemplate, 'priority'>> & { readonly personId?: string; readonly origin?: Partial<Origin> }

type Spent = { readonly usdMicros: number | null; readonly tokens: number }

/** A run, one of its steps, its children: whatever a test does to them. */
export type RunDesk = ReturnType<typeof createRunDesk>

export function createRunDesk(gateway: TestGateway) {
  const queued: QueuedJob[] = []
  async function write<T>(work: (writes: Writes) => Promise<T>): Promise<T> {
    const jobs: QueuedJob[] = []
    const result = await gateway.database.transaction((db) => work(writesOn(gateway, { db, jobs })))
    queued.push(...jobs)
    return result
  }
  /** The single statement of `work`, without a transaction around it. */
  async function atOnce<T>(work: (writes: Writes) => Promise<T>): Promise<T> {
    return await work(writesOn(gateway, { db: gateway.db, jobs: queued }))
  }
  const read = reads(gateway)
  const startOn = async (writes: Writes, options: StartOptions) =>
    await startRun(startContext(gateway, writes, options), templateOf(options), originOf(options))
  const start = async (options: StartOptions = {}) => await write((writes) => startOn(writes, options))
  const claim = async (runId: string, worker = 'one') =>
    await write((writes) => claimOn(writes, runId, worker))
  /** As a worker does it when a lease has run out. */
  const takeOver = async (runId: string, worker = 'two') => {
    await gateway.db.execute(
      sql`update ${runs} set lease_until = clock_timestamp() - interval '1 second' where id = ${runId}`,
    )
    await write(queueLost)
    return await claim(runId, worker)
  }
  const hold = async (runId: string): Promise<Hold> => holdOf(await claim(runId))
  return {
    write,
    jobs: queued,
    ...read,
    start,
    startOn,
    claim,
    takeOver,
    hold,
    atOnce,
    ...work(write, { atOnce, start, startOn, hold, read }),
  }
}

function writesOn(gateway: TestGateway, { db, jobs }: { db: Writes['db']; jobs: QueuedJob[] }): Writes {
  return {
    db,
    now: gateway.clock.now(),
    newId,
    changed: () => {},
    enqueue: (job) => jobs.push(job),
    defaultTimeZone: 'UTC',
  }
}

function startContext(
  gateway: TestGateway,
  writes: Writes,
  { personId = 'local' }: StartOptions,
): StartContext {
  const { actor } = gateway.as({ id: personId, personId })
  const { models, agentFiles, openRunsPerPerson } = gateway.runtime.resources
  const quota = openRunsPerPerson === undefined ? {} : { openRunsPerPerson }
  const emit = () => undefined
  return { ...writes, ...quota, emit, actor, models, agentFiles, operations: [createTasks, listTasks] }
}

function templateOf({ personId: _personId, origin: _origin, ...template }: StartOptions): RunTemplate {
  return RunTemplate.parse({ agent: 'assistant', goal: 'Do it', ...template })
}

const originOf = ({ origin }: StartOptions): Origin => ({ door: 'process', ...origin })

export async function claimOn(writes: Writes, runId: string, worker = 'one'): Promise<RunRow | undefined> {
  return await claimRun(writes, runId, { worker, leaseMs: LEASE_MS })
}

export function holdOf(run: RunRow | undefined): Hold {
  if (run === undefined) throw new Error('nothing was claimed')
  return holdOfRun(run)
}

function reads({ db }: TestGateway) {
  return {
    async run(runId: string): Promise<RunRow> {
      const [run] = await db.select().from(runs).where(eq(runs.id, runId))
      if (run === undefined) throw new Error(`no run ${runId}`)
      return run
    },
    steps: (runId: string) => listSteps(db, runId),
    standing: (held: Hold) => readStanding({ db, defaultTimeZone: 'UTC' }, held),
    events: (runId: string) =>
      db.select().from(runEvents).where(eq(runEvents.runId, runId)).orderBy(asc(runEvents.position)),
    /** All that is stored of a run, to see that nothing of it changes. */
    async everything(runId: string) {
      const [run] = await db.select().from(runs).where(eq(runs.id, runId))
      const root = run === undefined ? [] : await db.select().from(runs).where(eq(runs.id, run.rootId))
      const steps = await listSteps(db, runId)
      const events = await db.select().from(runEvents).where(eq(runEvents.runId, runId))
      return {
        run,
        root,
        steps,
        events,
        spending: [...(await db.execute(sql`select * from spending order by 1, 2, 3`))],
      }
    },
  }
}

type Write = <T>(work: (writes: Writes) => Promise<T>) => Promise<T>
interface Desk {
  readonly atOnce: Write
  start(options?: StartOptions): Promise<RunRow>
  startOn(writes: Writes, options: StartOptions): Promise<RunRow>
  hold(runId: string): Promise<Hold>
  readonly read: ReturnType<typeof reads>
}

/** What an executor does with the run that it holds. */
function work(write: Write, { atOnce, start, startOn, hold, read }: Desk) {
  // As a worker does it.
  const ask = async (held: Hold, worst: Spent) => {
    const asked = { phase: null, request: { model: 'some-model' }, worst }
    const seen = await read.standing(held)
    const step = await atOnce((writes) => startModelStepAlone(writes, seen, asked))
    return step ? { step } : await write((writes) => startModelStep(writes, held, asked))
  }
  const answer = async (
    held: Hold,
    stepId: string,
    { spent, tools = [] }: { spent: Spent; tools?: readonly string[] },
  ) => {
    const step = (await read.steps(held.runId)).find(({ id }) => id === stepId)
    if (step === undefined) throw new Error(`${held.runId} has no step ${stepId}`)
    return await write((writes) =>
      finishModelStep(writes, held, {
        ...{ step, spent, state: 'done', result: { content: [] }, usage: null },
        tools: tools.map((name, index) => ({ callId: `call-${index}`, name, input: {}, operation: null })),
      }),
    )
  }
  const begin = async (held: Hold, worst: Spent = { usdMicros: 0, tokens: 0 }): Promise<StepRow> => {
    const asked = await ask(held, worst)
    if ('refused' in asked) throw new Error(asked.refused.words)
    return asked.step
  }
  /** Asks the model, which calls these tools. */
  const plan = async (held: Hold, tools: readonly string[]): Promise<StepRow[]> => {
    const step = await begin(held)
    await answer(held, step.id, { spent: { usdMicros: 0, tokens: 0 }, tools })
    return (await read.steps(held.runId)).filter(
      (other) => other.number > step.number && other.state === 'planned',
    )
  }
  const release = async (held: Hold, release: Partial<Release> & Pick<Release, 'reason'>) => {
    const { lastStep: seenStep } = await read.run(held.runId)
    return await write((writes) => releaseRun(writes, held, { state: 'waiting', seenStep, ...release }))
  }
  const finish = async (held: Hold, state: 'succeeded' | 'failed' = 'succeeded', seen?: number) => {
    const seenStep = seen ?? (await read.run(held.runId)).lastStep
    const reason = state === 'succeeded' ? 'finished' : 'internal'
    const ending = { state, reason, summary: 'Done.', output: { ok: 1 }, seenStep } as const
    const isDone = await write((writes) => endAlone(writes, held, ending))
    return isDone ? 'ended' : await write((writes) => endRun(writes, held, ending))
  }
  /** Delegates: the child, and the parent's step that waits for it. */
  const delegate = async (held: Hold, options: StartOptions = {}) => {
    const [step] = await plan(held, ['delegate'])
    if (step === undefined) throw new Error('nothing was planned')
    const child = await write(async (writes) => {
      const run = await waitToolStep(writes, held, { stepId: step.id })
      return await startOn(writes, { ...options, origin: { parent: { run, stepId: step.id } } })
    })
    return { child, step }
  }
  /** A parent that waits for a child that is queued. */
  const parked = async (options: StartOptions = {}) => {
    const parent = await start(options)
    const held = await hold(parent.id)
    const { child, step } = await delegate(held)
    await release(held, { reason: 'children' })
    return { parent, child, step }
  }
  return { ask, answer, begin, plan, release, finish, delegate, parked }
}
