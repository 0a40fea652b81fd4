/** Opens the queue of a process, and starts its workers if it has any. */
import type { Queue } from '../clients/queue/queue.ts'
import type { QueueBackend } from '../clients/queue/queue-backend.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../core/errors.ts'
import type { Log, QueuedJob } from '../core/operation/context.ts'
import type { Db } from '../domain/db/db.ts'
import type { OpenDatabase } from './compose-database.ts'
import type { RunParts } from './compose-workers.ts'

/** A process that serves, one that works off the queue, one that does both, or one that runs a single command. */
export type Role = 'all' | 'gateway' | 'worker' | 'command'

interface QueueParts extends RunParts {
  readonly role: Role
  readonly database: OpenDatabase
  /** Each opened part adds its own way to close. */
  readonly closers: (() => Promise<void>)[]
}

/** The queue, once it is open. */
export interface QueueSlot {
  open(start: () => Promise<Queue>): Promise<void>
  /** Never throws: the sweeper finds jobs that did not get on the queue. */
  add(jobs: readonly QueuedJob[], log: Log): Promise<void>
  /** @throws AppError `unavailable` */
  ping(): Promise<void>
}

export function createQueueSlot(): QueueSlot {
  let queue: Queue | undefined
  return {
    async open(start) {
      queue = await start()
    },
    async add(jobs, log) {
      for (const { name, data, ...options } of jobs) {
        try {
          await queue?.add(name, data, options)
        } catch (err) {
          log.warn({ err, job: name }, 'a job did not get on the queue: the sweeper will find it')
        }
      }
    },
    async ping() {
      if (queue === undefined) throw new AppError('unavailable', 'The queue is not open yet.')
      await queue.ping()
    },
  }
}

export async function startQueue(parts: QueueParts): Promise<Queue> {
  const { config, role, database, closers } = parts
  const { log } = parts.runtime
  const [{ openQueueBackend }, { createQueue }] = await Promise.all([
    import('../clients/queue/queue-backend.ts'),
    import('../clients/queue/queue.ts'),
  ])
  const backend = await openQueueBackend(queuePlace(config, database)).catch(async (thrown: unknown) => {
    if (database.kind === 'embedded' || config.redis !== undefined) throw thrown
    const { serverUnusable } = await import('../domain/db/server/connect-server.ts')
    throw serverUnusable(thrown, database.link.address)
  })
  closers.push(() => backend.close())
  const queue = await createQueue(backend, {
    onError: (err) => log.warn({ err }, 'the queue does not answer'),
  })
  closers.push(() => queue.close())
  if (role !== 'gateway') await startWorkers(parts, backend, queue)
  return queue
}

function queuePlace({ redis, workerConcurrency }: Config, database: OpenDatabase) {
  if (redis !== undefined) return { kind: 'redis', address: redis } as const
  if (database.kind === 'embedded') return { kind: 'embedded', engine: database.client } as const
  return { kind: 'server', server: database.queue, maxConnections: workerConcurrency } as const
}

async function startWorkers(parts: QueueParts, backend: QueueBackend, queue: Queue): Promise<void> {
  const { config, database, runtime, invoke, closers } = parts
  const { areas } = config
  const { log, now } = runtime
  const [
    { createRunWork },
    { createWorkers },
    { createHousekeeping, HOUSEKEEPING, scheduleHousekeeping },
    { createClock },
    schedules,
  ] = await Promise.all([
    import('./compose-workers.ts'),
    import('../workers/workers.ts'),
    import('../workers/jobs/housekeeping.ts'),
    import('../workers/jobs/clock.ts'),
    import('../workers/jobs/schedules.ts'),
  ])
  const keeper = schedules.createScheduleKeeper({ queue, runtime, invoke })
  const housekeeping = {
    [HOUSEKEEPING]: createHousekeeping({
      kind: database.kind,
      runtime,
      expires: areas.flatMap((area) => area.expires),
    }),
  }
  const jobs = areas.flatMap((area) => area.jobs)
  const clock = createClock({ queue, jobs, invoke, now, log })
  if (database.kind === 'embedded') await endHolds(database.db, now())
  const runs = await createRunWork(parts)
  closers.push(() => runs.close())
  const work = { ...housekeeping, ...clock.work, ...keeper.work, ...runs.work }
  const workers = await createWorkers({ backend, work, concurrency: config.workerConcurrency, log })
  closers.push(
    () => keeper.close(),
    async () => {
      // Workers take no more jobs before runs are handed back, because those are for other processes.
      const closed = workers.close()
      runs.stop()
      await closed
    },
  )
  await scheduleHousekeeping(queue)
  await clock.start()
  await keeper.start()
}

/** Ends what an earlier process held on a store that only one can open at a time, so that nothing waits for it. */
async function endHolds(db: Db, now: Date): Promise<void> {
  const [{ dropLeases }, { dropSenders }, { dropClaims }] = await Promise.all([
    import('../domain/runs/moves/sweep.ts'),
    import('../domain/outbox/take-due.ts'),
    import('../domain/inbox/take.ts'),
  ])
  await dropLeases(db)
  await dropSenders(db)
  await dropClaims(db, now)
}
