/** Calls the jobs of areas by the clock: each once for each due time, however many workers there are. */
import type { Queue, Timing } from '../../clients/queue/queue.ts'
import type { Job } from '../../core/area/job.ts'
import type { Invoke } from '../../core/call/call.ts'
import { type Actor, LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Log } from '../../core/operation/context.ts'
import { callDue } from '../../domain/schedules/call-due.ts'
import { readCronText } from '../../domain/schedules/cron.ts'
import { isCron } from '../../domain/schedules/next-due.ts'
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

/** @throws Error at start-up for a job whose cron cannot be read */
export function createClock({ queue, jobs, invoke, now, log }: ClockParts): Clock {
  const timings = new Map(jobs.map((job) => [job.name, timingOf(job)]))
  const byName = new Map(jobs.map((job) => [job.name, job]))
  return {
    work: {
      async [AREA_JOB]({ data: { job: name = '' }, dueAt, signal }) {
        const job = byName.get(name)
        // Its area was removed from the gateway after the timer was set.
        if (job === undefined) return await queue.removeSchedule(timerOf(name))
        const { operation, input } = job
        const { output, replayed } = await callDue(invoke, {
          ...{ id: `job:${name}`, dueAt: dueAt ?? now(), operation, input, actor: actorOf(job), signal },
        })
        log.info({ job: name, replayed, told: operation.tell(output) }, 'job done')
      },
    },
    async start() {
      for (const [name, timing] of timings) {
        await queue.upsertSchedule(timerOf(name), timing, { name: AREA_JOB, data: { job: name } })
      }
    },
  }
}

function timerOf(name: string): string {
  return `job-${name}`
}

/** The queue reads some cron expressions otherwise, so that it gets their written form. */
function timingOf({ name, when }: Job): Timing {
  if ('everyMs' in when) return when
  const cron = readCronText(when.cron)
  if (typeof cron === 'string' && isCron(cron)) return { cron, timeZone: 'UTC' }
  const why = typeof cron === 'string' ? '' : `: ${cron.unread}. ${cron.instead}`
  throw new Error(`the cron of the job ${name}, "${when.cron}", is not a valid cron expression${why}`)
}

/** A job acts for the owner of the gateway, with the scope of its one operation. */
function actorOf({ name, operation }: Job): Actor {
  return { kind: 'service', id: `job:${name}`, personId: LOCAL_PERSON.personId, scopes: [operation.scope] }
}
