/** Puts work on the queue. Jobs carry only ids: the database holds the truth, and a worker reads it there. */
import { Queue as BullQueue, createPostgresBackend, type JobsOptions } from 'bullmq'
import { AppError } from '../../core/errors.ts'
import type { QueueBackend } from './queue-backend.ts'
import { QUEUE_NAME } from './queue-name.ts'
import { redisError } from './redis.ts'

/** Ids by name: `{ runId }`. */
export type JobData = Readonly<Record<string, string>>

export interface AddOptions {
  /** While a job with the same id is known, a second one is dropped. No ":", and not a whole number. */
  readonly id?: string
  readonly delayMs?: number
  /** 1 is served first; jobs without a priority come before all others. */
  readonly priority?: number
  /** Attempts in all; default 3. */
  readonly attempts?: number
  /** The job is not remembered when it has ended, so that its id may be used again. */
  readonly forget?: boolean
}

/** When a schedule fires. */
export type Timing = { readonly everyMs: number } | { readonly cron: string; readonly timeZone: string }

export interface QueueCounts {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
}

export interface Queue {
  /** @throws AppError `unavailable` */
  add(name: string, data: JobData, options?: AddOptions): Promise<void>
  /** Fires a job by the clock, once for all workers together. Using the same id again replaces its timing. */
  upsertSchedule(id: string, timing: Timing, job: { name: string; data?: JobData }): Promise<void>
  removeSchedule(id: string): Promise<void>
  counts(): Promise<QueueCounts>
  /**
   * Resolves when the queue's store answers.
   * @throws AppError `unavailable`
   */
  ping(): Promise<void>
  close(): Promise<void>
}

const ATTEMPTS = 3
/** Milliseconds before the second attempt, doubled for each further one. */
const BACKOFF_MS = 1000
/** Finished jobs are kept for investigations: how many, and for how many seconds. */
const KEEP_DONE = { count: 100, age: 24 * 60 * 60 }
const KEEP_FAILED = { count: 1000, age: 7 * 24 * 60 * 60 }

const DEFAULTS: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: BACKOFF_MS },
  removeOnComplete: KEEP_DONE,
  removeOnFail: KEEP_FAILED,
}

interface QueueOptions {
  readonly name?: string
  /** Called for errors between calls, such as a lost connection. */
  onError(error: Error): void
}

export async function createQueue(backend: QueueBackend, options: QueueOptions): Promise<Queue> {
  const bull = openBull(backend, options.name ?? QUEUE_NAME)
  const { reach, answered } = createReach(backend)
  bull.on('error', options.onError)
  await bull.waitUntilReady()
  return {
    add: (jobName, data, options = {}) => reach(() => bull.add(jobName, data, jobOptions(options))),
    upsertSchedule: (id, timing, job) =>
      reach(async () => {
        const template = { name: job.name, data: job.data ?? {}, opts: DEFAULTS }
        try {
          await bull.upsertJobScheduler(id, repetition(timing), template)
        } catch (error) {
          if (!(await stands(bull, id, timing, error))) throw error
        }
      }),
    removeSchedule: (id) => reach(() => bull.removeJobScheduler(id)),
    counts: () =>
      answered(async () => {
        const {
          waiting = 0,
          prioritized = 0,
          active = 0,
          delayed = 0,
          failed = 0,
        } = await bull.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed')
        return { waiting: waiting + prioritized, active, delayed, failed }
      }),
    ping: () => reach(() => bull.getJobCounts('active')),
    close: () => bull.close(),
  }
}

function openBull(backend: QueueBackend, name: string): BullQueue {
  const options = { defaultJobOptions: DEFAULTS }
  if (backend.kind === 'redis') return new BullQueue(name, { ...options, connection: backend.producer })
  // The queue's type names Redis' connection; its methods work with any.
  const postgres = new BullQueue(name, { ...options, connection: backend.pool }, createPostgresBackend)
  return postgres as unknown as BullQueue
}

function jobOptions({ id, delayMs, priority, attempts, forget }: AddOptions): JobsOptions {
  return {
    ...(id !== undefined && { jobId: id }),
    ...(delayMs !== undefined && { delay: delayMs }),
    ...(priority !== undefined && { priority }),
    ...(attempts !== undefined && { attempts }),
    ...(forget === true && { removeOnComplete: true, removeOnFail: true }),
  }
}

function repetition(timing: Timing) {
  return 'everyMs' in timing ? { every: timing.everyMs } : { pattern: timing.cron, tz: timing.timeZone }
}

/** BullMQ's code for a schedule that already has jobs for this firing and the next. */
const SLOTS_TAKEN = -11

/** Whether the schedule was refused only because it exists already, with the same timing and its jobs. */
async function stands(bull: BullQueue, id: string, timing: Timing, error: unknown): Promise<boolean> {
  if ((error as { code?: unknown }).code !== SLOTS_TAKEN) return false
  const found = await bull.getJobScheduler(id)
  return 'everyMs' in timing
    ? Number(found?.every) === timing.everyMs
    : found?.pattern === timing.cron && found.tz === timing.timeZone
}

/** Turns errors of the queue's store into an `AppError`. */
function createReach({ kind }: QueueBackend) {
  async function answered<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      if (kind === 'redis') throw redisError(cause)
      // From the embedded store, which also holds the queue.
      if (cause instanceof AppError) throw cause
      throw new AppError('unavailable', 'The queue does not answer.', {
        fix: 'Try again in a moment. If it happens again, check the database.',
        cause,
      })
    }
  }
  return { answered, reach: async (work: () => Promise<unknown>) => void (await answered(work)) }
}
