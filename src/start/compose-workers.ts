/**
 * Builds the parts that work on runs in this process, and stops them so that other processes continue the runs at once.
 */
import { randomUUID } from 'node:crypto'
import type { Live } from '../clients/live.ts'
import type { Models } from '../clients/models/model.ts'
import type { Config } from '../config/config.ts'
import type { Sweep } from '../core/area/sweep.ts'
import type { Invoke } from '../core/call/call.ts'
import type { Runtime } from '../core/call/runtime.ts'
import type { Channel } from '../domain/notifications/channel.ts'
import { readScopesOf } from '../domain/runs/bounds.ts'
import { runUri } from '../domain/runs/run.ts'
import type { OpenSecret } from '../domain/secrets/secrets.ts'
import { webhookHosts } from '../tools/webhooks/settings.ts'
import type { Executor } from '../workers/runs/executor.ts'
import type { Work } from '../workers/workers.ts'

export interface RunParts {
  readonly config: Config
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly models: Models
  readonly live: Live
  readonly openSecret: OpenSecret
  /** Ways to reach people outside the gateway. */
  readonly channels: readonly Channel[]
  /** What workers repair every few seconds. */
  readonly sweeps: readonly Sweep[]
  /** Executors besides the one that uses a model. */
  readonly executors: readonly Executor[]
}

export interface RunWork {
  /** The work for the jobs of each name. */
  readonly work: Readonly<Record<string, Work>>
  /** Hands running work back, so that its jobs end soon, and takes no more. */
  stop(): void
  /** Call it after the last job has ended. */
  close(): Promise<void>
}

const SECOND_MS = 1000

export async function createRunWork({
  config,
  runtime,
  invoke,
  models,
  live,
  openSecret,
  channels,
  sweeps,
  executors,
}: RunParts): Promise<RunWork> {
  const [
    { createLeases },
    { createClaims },
    { createRunWorker },
    { startSweeper },
    { createModelExecutor },
    { costOf },
    { RUN_JOB },
    { startSender },
    { createPoster },
    { openSlackCarrier },
  ] = await Promise.all([
    import('../workers/runs/leases.ts'),
    import('../workers/runs/claims.ts'),
    import('../workers/runs/run-worker.ts'),
    import('../workers/jobs/sweeper.ts'),
    import('../workers/model/model-executor.ts'),
    import('../clients/models/prices.ts'),
    import('../domain/runs/queue-run.ts'),
    import('../workers/deliver/sender.ts'),
    import('../clients/webhooks/post.ts'),
    import('./slack/open-carrier.ts'),
  ])
  const { db } = runtime.resources
  const leaseMs = config.leaseSeconds * SECOND_MS
  const worker = `worker-${randomUUID()}`
  const leases = createLeases({ db, worker, leaseMs, log: runtime.log, watch: runtime.watch })
  const runWorker = createRunWorker({
    ...{ runtime, invoke, leases, claims: createClaims(runtime, { worker, leaseMs }) },
    executors: [createModelExecutor({ models, costOf }), ...executors],
    onDelta: (run, text) => live.emitLive(runUri(run.id), { needs: readScopesOf(run) }, text),
  })
  const sweeper = startSweeper(runtime, sweeps)
  const poster = createPoster(config.settings.of(webhookHosts))
  const carrier = openSlackCarrier(runtime)
  const sender = startSender({ runtime, poster, openSecret, channels, carriers: carrier ? [carrier] : [] })
  return {
    work: { [RUN_JOB]: runWorker.work },
    stop: runWorker.stop,
    async close() {
      leases.close()
      await sweeper.close()
      await sender.close()
      carrier?.close()
      poster.close()
    },
  }
}
