/** Runs in a test: a gateway on a real database, workers of it, and a provider that answers as a test says. */
import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import { costOf } from '../../src/clients/models/prices.ts'
import { createModels } from '../../src/clients/models.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import type { Log } from '../../src/core/operation/context.ts'
import { newId } from '../../src/core/operation/ids.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { AgentSpec, type AgentSpecInput } from '../../src/domain/agents/spec/agent.ts'
import { agents } from '../../src/domain/agents/tables.ts'
import { startRun } from '../../src/domain/runs/moves/start-run.ts'
import { queueLost } from '../../src/domain/runs/moves/sweep.ts'
import { RUN_JOB } from '../../src/domain/runs/queue-run.ts'
import type { RunRow } from '../../src/domain/runs/run.ts'
import { RunTemplate } from '../../src/domain/runs/run-start.ts'
import { listSteps } from '../../src/domain/runs/steps/steps.ts'
import { runEvents, runs } from '../../src/domain/runs/tables.ts'
import { commitAtOnce, transact } from '../../src/domain/runs/transact.ts'
import type { Writes } from '../../src/domain/runs/writes.ts'
import { askPerson } from '../../src/tools/runs/own/ask-person.ts'
import { delegateRun } from '../../src/tools/runs/own/delegate-run.ts'
import { giveVerdict } from '../../src/tools/runs/own/give-verdict.ts'
import { saveArtifact } from '../../src/tools/runs/own/save-artifact.ts'
import { createModelExecutor } from '../../src/workers/model/model-executor.ts'
import { createClaims } from '../../src/workers/runs/claims.ts'
import type { Executor, LiveDelta } from '../../src/workers/runs/executor.ts'
import { createLeases, type Leases } from '../../src/workers/runs/leases.ts'
import { createRunWorker, type RunWorker } from '../../src/workers/runs/run-worker.ts'
import { silentLog } from '../clients/models/ask.ts'
import { claimRun } from '../support/world/claim-run.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { openProvider, type Provider } from './provider.ts'

/** Milliseconds of a lease that no test outlives. */
const LEASE_MS = 600_000

export interface TestWorker extends RunWorker {
  readonly name: string
  readonly leases: Leases
  /** The next piece of an answer that is shown. */
  nextDelta(): Promise<LiveDelta>
  /** All that was shown. */
  readonly shown: readonly LiveDelta[]
  /** Works on a run, whoever's turn it is; before, runs of lost workers are found. */
  take(runId: string): Promise<void>
  /** Works on the run whose turn it is, if there is one. */
  serve(): Promise<void>
}

interface StartOptions extends Partial<AgentSpecInput> {
  readonly goal?: string
  readonly actor?: Partial<Actor>
  readonly template?: Partial<RunTemplate>
}

export type RunWorld = Awaited<ReturnType<typeof openRunWorld>>

const aJob = () => ({ id: randomUUID(), data: {}, attempt: 1, signal: new AbortController().signal })

/** What every run may be granted to do to itself. */
const OF_RUNS: readonly Operation[] = [askPerson, delegateRun, saveArtifact, giveVerdict]

/** `account`: the key that the provider is asked with, and who logs what comes of it. */
export async function openRunWorld(
  given: readonly Operation[],
  executors: readonly Executor[] = [],
  account: { readonly apiKey: string; readonly log: Log } = { apiKey: 'key', log: silentLog },
) {
  const operations = [...new Set([...given, ...OF_RUNS])]
  const provider: Provider = await openProvider()
  const models = createModels({
    anthropic: { apiKey: account.apiKey, baseUrl: provider.url },
    openai: { apiKey: account.apiKey, baseUrl: `${provider.url}/v1` },
    log: account.log,
  })
  const gateway: TestGateway = await openTestGateway({ operations, models })
  const { db, runtime } = gateway
  const workers: TestWorker[] = []

  function worker(invoke = gateway.invoke): TestWorker {
    const name = `worker-${workers.length}`
    const hearers: ((delta: LiveDelta) => void)[] = []
    const shown: LiveDelta[] = []
    const nextDelta = () => new Promise<LiveDelta>((resolve) => hearers.push(resolve))
    const leases = createLeases({
      db,
      worker: name,
      leaseMs: LEASE_MS,
      log: runtime.log,
      watch: gateway.watch,
    })
    const claimant = { worker: name, leaseMs: LEASE_MS }
    const parts = {
      ...{ runtime, leases, invoke },
      executors: [createModelExecutor({ models, costOf, retryDelayMs: () => 0 }), ...executors],
      onDelta(_run: RunRow, delta: LiveDelta) {
        shown.push(delta)
        for (const hear of hearers.splice(0)) hear(delta)
      },
    }
    const runWorker = createRunWorker({ ...parts, claims: createClaims(runtime, claimant) })
    const serve = () => runWorker.work(aJob())
    async function take(runId: string): Promise<void> {
      await commitAtOnce(runtime, queueLost)
      const next = () => commitAtOnce(runtime, (writes) => claimRun(writes, runId, claimant))
      await createRunWorker({ ...parts, claims: { next } }).work(aJob())
    }
    const made: TestWorker = { ...runWorker, name, leases, nextDelta, shown, take, serve }
    workers.push(made)
    return made
  }

  const write = <T>(work: (writes: Writes) => Promise<T>) => transact(runtime, work)

  async function start({ goal = 'Do it', actor = {}, template = {}, ...spec }: StartOptions = {}) {
    const slug = `agent-${randomUUID()}`
    const agent = AgentSpec.parse({ role: 'Tester', instructions: 'Be brief.', ...spec })
    await db.insert(agents).values({
      id: newId('agent'),
      personId: 'local',
      spaceId: 'local',
      slug,
      spec: agent,
      createdAt: gateway.clock.now(),
      updatedAt: gateway.clock.now(),
    })
    return await write((writes) =>
      startRun(
        {
          ...runtime.resources,
          ...writes,
          emit: () => undefined,
          operations,
          actor: { ...LOCAL_PERSON, ...actor },
        },
        RunTemplate.parse({ agent: slug, goal, ...template }),
        { door: 'process' },
      ),
    )
  }

  async function run(runId: string): Promise<RunRow> {
    const [row] = await db.select().from(runs).where(eq(runs.id, runId))
    if (row === undefined) throw new Error(`no run ${runId}`)
    return row
  }

  /** Does the jobs that are on the queue, and those that follow from them, until there are none. */
  let done = 0
  async function drain(by: TestWorker): Promise<void> {
    for (let job = gateway.jobs[done]; job !== undefined; job = gateway.jobs[done]) {
      done += 1
      if (job.name === RUN_JOB) await by.serve()
    }
  }

  return {
    ...{ gateway, provider, worker, write, start, run, drain },
    steps: (runId: string) => listSteps(db, runId),
    async events(runId: string) {
      const rows = await db
        .select()
        .from(runEvents)
        .where(eq(runEvents.runId, runId))
        .orderBy(asc(runEvents.position))
      return rows.map(({ type }) => type)
    },
    async close() {
      for (const { leases } of workers) leases.close()
      await provider.close()
      await gateway.close()
    },
  }
}
