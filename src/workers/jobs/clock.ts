/** Calls the jobs of areas by the clock: each once for each due time, however many workers there are. */
import type { Queue } from '../../clients/queue/queue.ts'
import type { Job, JobTiming } from '../../core/area/job.ts'
import type { Invoke } from '../../core/call/call.ts'
import { type Actor, LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Log } from '../../core/operation/context.ts'
import type { Work } from '../workers.ts'

/** The name under which all jobs of areas are on the queue. */
const AREA_JOB = 'area-job'

interface ClockParts {
  readonly queue: Queue
  readonly jobs: readonly Job[]
  readonly invoke: Invoke
  readonly now: () => Date
  readonly log: Log
}

export interface Clock {
  readonly work: Readonly<Record<string, Work>>
  /** Gives each job its timer. */
  start(): Promise<void>
}

export function createClock({ queue, jobs, invoke, now, log }: ClockParts): Clock {
  const byName = new Map(jobs.map((job) => [job.name, job]))
  return {
    work: {
      async [AREA_JOB]({ data: { job: name = '' }, dueAt, signal }) {
        const job = byName.get(name)
        // Its area was removed from the gateway after the timer was set.
        if (job === undefined) return await queue.removeSchedule(timerOf(name))
        const due = dueAt ?? now()
        const call = {
          actor: actorOf(job),
          door: 'schedule',
          signal,
          idempotencyKey: keyOf(job, due),
        } as const
        const { output, replayed } = await invoke(job.operation, job.input, call)
        log.info({ job: name, replayed, told: job.operation.tell(output) }, 'job done')
      },
    },
    async start() {
      for (const { name, when } of jobs) {
        await queue.upsertSchedule(timerOf(name), timingOf(when), { name: AREA_JOB, data: { job: name } })
      }
    },
  }
}

function timerOf(name: string): string {
  return `job-${name}`
}

function timingOf(when: JobTiming) {
  return 'cron' in when ? { cron: when.cron, timeZone: 'UTC' } : when
}

/** A job acts for the owner of the gateway, with the scope of its one operation. */
function actorOf({ name, operation }: Job): Actor {
  return { kind: 'service', id: `job:${name}`, personId: LOCAL_PERSON.personId, scopes: [operation.scope] }
}

/** One effect for each due time, even if a worker takes a job again that another had begun. */
function keyOf({ name }: Job, due: Date): string {
  return `job:${name}:${due.toISOString()}`
}
