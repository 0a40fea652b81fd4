/** Jobs in memory: long tasks behind operations of ours, as the official conformance suite and our own tests start them. */
import { z } from 'zod'
import { AppError, notFound } from '../../src/core/errors.ts'
import type { LongTask, TaskView } from '../../src/core/operation/long-task.ts'
import { defineOperation, type Operation } from '../../src/core/operation/operation.ts'

const Job = z.object({
  id: z.string(),
  state: z.enum(['working', 'done', 'failed', 'broken', 'cancelled']),
  text: z.string(),
  open: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
})
type Job = z.output<typeof Job>

const JobOutput = z.object({ job: Job })

export interface Jobs {
  readonly operations: readonly Operation[]
  readonly task: LongTask<typeof JobOutput>
  /** Starts one that asks each question in `open`, and ends once `end` was called and all are answered. */
  start(owner: string, spec: { text: string; open?: readonly string[] }): { job: Job }
  end(jobId: string, state: 'done' | 'failed' | 'broken'): void
}

const readOnly = { scope: 'tasks:read', effect: 'read', repeat: 'natural' } as const
const writing = { scope: 'tasks:write', effect: 'write', repeat: 'natural' } as const

const MS_PER_S = 1000

export function createJobs(): Jobs {
  const jobs = new Map<string, { owner: string; job: Job; end?: 'done' | 'failed' | 'broken' }>()

  function entryOf(owner: string, jobId: string) {
    const entry = jobs.get(jobId)
    if (entry?.owner !== owner) throw notFound('job', jobId)
    return entry
  }

  function change(jobId: string, changes: Partial<Job>): void {
    const entry = jobs.get(jobId)
    if (entry?.job.state !== 'working') return
    entry.job = { ...entry.job, ...changes, updatedAt: new Date().toISOString() }
    if (entry.end !== undefined && entry.job.open.length === 0) {
      entry.job = { ...entry.job, state: entry.job.state === 'working' ? entry.end : entry.job.state }
    }
  }

  const start: Jobs['start'] = (owner, { text, open = [] }) => {
    const at = new Date().toISOString()
    const id = `job_${jobs.size + 1}`
    const job: Job = { id, state: 'working', text, open: [...open], createdAt: at, updatedAt: at }
    jobs.set(id, { owner, job })
    return { job }
  }

  const end: Jobs['end'] = (jobId, state) => {
    const entry = jobs.get(jobId)
    if (entry) entry.end = state
    change(jobId, {})
  }

  const task: Jobs['task'] = {
    startedBy: ({ job }) => job.id,
    isId: (taskId) => taskId.startsWith('job_'),
    uri: (taskId) => `job://${taskId}`,
    async look(jobId, ask) {
      return viewOf(JobOutput.parse(await ask('jobs.get', { jobId })).job)
    },
    async answer(jobId, { key, action, content }, ask) {
      await ask('jobs.answer', {
        jobId,
        key,
        said: action === 'decline' ? 'declined' : JSON.stringify(content),
      })
    },
    async cancel(jobId, ask) {
      await ask('jobs.cancel', { jobId })
    },
  }

  const starting = {
    output: JobOutput,
    ...writing,
    task,
    tell: ({ job }: { job: Job }) => `Started ${job.id}.`,
  }
  const byId = z.object({ jobId: z.string() })

  const operations = [
    defineOperation({
      ...starting,
      name: 'slow.compute',
      summary: 'Compute for some seconds.',
      route: 'POST /v1/slow/compute',
      input: z.object({ seconds: z.number(), label: z.string() }),
      example: { seconds: 0, label: 'none' },
      async run({ seconds, label }, ctx) {
        const { job } = start(ctx.actor.personId, { text: `Computed ${label}.` })
        setTimeout(() => end(job.id, 'done'), seconds * MS_PER_S).unref()
        return { job }
      },
    }),
    defineOperation({
      ...starting,
      name: 'protocol.error_job',
      summary: 'Break.',
      route: 'POST /v1/protocol/error_job',
      input: z.object({}),
      example: {},
      async run(_input, ctx) {
        const { job } = start(ctx.actor.personId, { text: 'Broke.' })
        end(job.id, 'broken')
        return { job }
      },
    }),
    defineOperation({
      ...starting,
      name: 'confirm.delete',
      summary: 'Ask before a file is deleted.',
      route: 'POST /v1/confirm/delete',
      input: z.object({ filename: z.string() }),
      example: { filename: 'none.txt' },
      async run({ filename }, ctx) {
        const { job } = start(ctx.actor.personId, { text: `Asked about ${filename}.`, open: ['delete_1'] })
        end(job.id, 'done')
        return { job }
      },
    }),
    defineOperation({
      ...starting,
      name: 'multi.input',
      summary: 'Ask two things at once.',
      route: 'POST /v1/multi/input',
      input: z.object({}),
      example: {},
      async run(_input, ctx) {
        const { job } = start(ctx.actor.personId, { text: 'Asked twice.', open: ['first_1', 'second_1'] })
        end(job.id, 'done')
        return { job }
      },
    }),
    defineOperation({
      ...readOnly,
      name: 'jobs.get',
      summary: 'Where a job stands.',
      route: 'GET /v1/jobs/:jobId',
      input: byId,
      output: JobOutput,
      example: { jobId: 'job_1' },
      run: async ({ jobId }, ctx) => ({ job: entryOf(ctx.actor.personId, jobId).job }),
      tell: ({ job }) => `${job.id}: ${job.state}`,
    }),
    defineOperation({
      ...readOnly,
      name: 'jobs.result',
      summary: 'What a job came to.',
      route: 'GET /v1/jobs/:jobId/result',
      input: byId,
      output: z.object({ text: z.string() }),
      example: { jobId: 'job_1' },
      run: async ({ jobId }, ctx) => ({ text: entryOf(ctx.actor.personId, jobId).job.text }),
      tell: ({ text }) => text,
    }),
    defineOperation({
      ...writing,
      name: 'jobs.answer',
      summary: 'Answer a question of a job.',
      route: 'POST /v1/jobs/:jobId/answer',
      input: byId.extend({ key: z.string(), said: z.string() }),
      output: JobOutput,
      example: { jobId: 'job_1', key: 'first_1', said: 'yes' },
      async run({ jobId, key, said }, ctx) {
        const { job } = entryOf(ctx.actor.personId, jobId)
        if (!job.open.includes(key)) throw new AppError('conflict', 'It was answered before.')
        change(jobId, { text: `${job.text} ${said}`, open: job.open.filter((one) => one !== key) })
        ctx.changed(`job://${jobId}`)
        return { job: entryOf(ctx.actor.personId, jobId).job }
      },
      tell: ({ job }) => `Answered ${job.id}.`,
    }),
    defineOperation({
      ...writing,
      name: 'jobs.cancel',
      summary: 'Stop a job.',
      route: 'POST /v1/jobs/:jobId/cancel',
      input: byId,
      output: JobOutput,
      example: { jobId: 'job_1' },
      async run({ jobId }, ctx) {
        entryOf(ctx.actor.personId, jobId)
        change(jobId, { state: 'cancelled', open: [] })
        ctx.changed(`job://${jobId}`)
        return { job: entryOf(ctx.actor.personId, jobId).job }
      },
      tell: ({ job }) => `${job.id}: ${job.state}`,
    }),
  ]
  return { operations, task, start, end }
}

function viewOf({ id, state, text, open, createdAt, updatedAt }: Job): TaskView {
  const times = { createdAt, updatedAt }
  switch (state) {
    case 'working':
      return {
        ...times,
        status: 'working',
        note: open.length === 0 ? 'Computing.' : 'Waits for an answer.',
        questions: open.map((key) => ({
          key,
          message: `Go on with ${key}?`,
          fields: { confirm: { type: 'boolean' } },
        })),
      }
    case 'done':
    case 'failed':
      return {
        ...times,
        status: 'ended',
        operation: 'jobs.result',
        input: { jobId: id },
        isError: state === 'failed',
      }
    case 'broken':
      return { ...times, status: 'broken', error: new AppError('internal', text) }
    case 'cancelled':
      return { ...times, status: 'cancelled' }
  }
}
