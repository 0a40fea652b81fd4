/** Takes jobs off the queue and runs them: the door for work that no caller waits for. */
import { createPostgresBackend, type Job, type Processor, UnrecoverableError, Worker } from 'bullmq'
import type { JobData } from '../clients/queue/queue.ts'
import type { QueueBackend } from '../clients/queue/queue-backend.ts'
import { QUEUE_NAME } from '../clients/queue/queue-name.ts'
import { ERROR_KINDS, toAppError } from '../core/errors.ts'
import type { Log } from '../core/operation/context.ts'

/** A job as its work sees it. */
export interface Running {
  readonly id: string
  readonly data: JobData
  /** 1 the first time. */
  readonly attempt: number
  /** When the clock wanted it; absent for a job without a schedule. */
  readonly dueAt?: Date | undefined
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal
}

export type Work = (job: Running) => Promise<void>

export interface WorkersOptions {
  readonly backend: QueueBackend
  /** The work for each job name. */
  readonly work: Readonly<Record<string, Work>>
  /** Jobs at a time in this process. */
  readonly concurrency: number
  readonly log: Log
  readonly queueName?: string
}

export interface Workers {
  /** Takes no more jobs, and waits for running ones. */
  close(): Promise<void>
}

/** Starts at once. */
export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { backend, log, concurrency, queueName = QUEUE_NAME } = options
  const processor: Processor = (job, _token, signal) => runJob(options, job, signal)
  const shared = { concurrency, autorun: true }
  const worker =
    backend.kind === 'redis'
      ? new Worker(queueName, processor, { ...shared, connection: backend.consumer })
      : new Worker(queueName, processor, { ...shared, connection: backend.pool }, createPostgresBackend)
  worker.on('error', (err: Error) => log.warn({ err }, 'the queue does not answer: trying again'))
  await worker.waitUntilReady()
  return { close: () => worker.close() }
}

const NEVER_ABORTED = new AbortController().signal

async function runJob({ work, log }: WorkersOptions, job: Job, signal = NEVER_ABORTED): Promise<void> {
  const fields = { job: job.name, jobId: job.id, attempt: job.attemptsMade + 1 }
  const startedAt = performance.now()
  try {
    const run = work[job.name]
    if (run === undefined) throw new UnrecoverableError(`there is no work named ${job.name}`)
    const { id = '', data } = job
    await run({ id, data, attempt: fields.attempt, dueAt: dueOf(id), signal })
    log.debug({ ...fields, durationMs: Math.round(performance.now() - startedAt) }, 'job done')
  } catch (thrown) {
    const error = toAppError(thrown)
    log.error({ ...fields, code: error.code, err: thrown }, 'job failed')
    throw isHopeless(thrown) ? new UnrecoverableError(error.message) : thrown
  }
}

/** A job is tried again after a temporary or unforeseen error, but not after one that would recur. */
function isHopeless(thrown: unknown): boolean {
  const { code } = toAppError(thrown)
  return thrown instanceof UnrecoverableError || (ERROR_KINDS[code].retry === 'no' && code !== 'internal')
}

/** The id of a repeated job ends with its due time; `prevMillis` has it for a cron only. */
function dueOf(jobId: string): Date | undefined {
  const [, millis] = /^repeat:.*:(\d+)$/.exec(jobId) ?? []
  return millis === undefined ? undefined : new Date(Number(millis))
}
