/** Events of runs, for those outside: a run's own log is in `events.ts`. */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineEvent, type Event } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { refOf } from '../../core/operation/kind.ts'
import type { RowEvent } from '../outbox/hear.ts'
import { type RunRow, runUri } from './run.ts'
import { runKind } from './run-kind.ts'
import { RUN_STATES } from './states.ts'
import type { Writes } from './writes.ts'

const ofRun = {
  runId: z.string(),
  runRef: z.string(),
  rootId: z.string().describe('The run at the top of those that delegated it, or itself'),
  agent: z.string(),
  projectId: z.string().nullable(),
}
const exampleRun = {
  runId: exampleId('run'),
  runRef: 'R-3',
  rootId: exampleId('run'),
  agent: 'assistant',
  projectId: null,
}

const shared = { version: 1, scope: 'runs:read' } as const

export const runStarted = defineEvent({
  ...shared,
  name: 'run.started',
  summary: 'A run of an agent was started. It begins once a worker has a free slot for it.',
  payload: z.object({
    ...ofRun,
    parentId: z.string().nullable().describe('The run that delegated it'),
    scheduleId: z.string().nullable().describe('The schedule that started it'),
  }),
  example: { ...exampleRun, parentId: null, scheduleId: null },
})

export const runEnded = defineEvent({
  ...shared,
  name: 'run.ended',
  summary: 'A run of an agent ended.',
  payload: z.object({
    ...ofRun,
    parentId: z.string().nullable().describe('The run that delegated it'),
    state: z.enum(RUN_STATES),
    reason: z.string().nullable(),
  }),
  example: { ...exampleRun, parentId: null, state: 'succeeded', reason: null },
})

export const approvalRequested = defineEvent({
  ...shared,
  name: 'approval.requested',
  summary: 'A run waits for the approval of a call.',
  payload: z.object({ ...ofRun, approvalId: z.string(), ref: z.string(), operation: z.string() }),
  example: { ...exampleRun, approvalId: exampleId('approval'), ref: 'A-2', operation: 'tasks.create' },
})

export const approvalDecided = defineEvent({
  ...shared,
  name: 'approval.decided',
  summary: 'A person approved or rejected the call that a run waits for.',
  payload: z.object({
    ...ofRun,
    approvalId: z.string(),
    ref: z.string(),
    operation: z.string(),
    decision: z.enum(['approve', 'reject']),
    by: z.string().describe('The person who decided'),
  }),
  example: {
    ...exampleRun,
    approvalId: exampleId('approval'),
    ref: 'A-2',
    operation: 'tasks.create',
    decision: 'approve',
    by: 'ada',
  },
})

export const questionAsked = defineEvent({
  ...shared,
  name: 'question.asked',
  summary: 'A run waits for the answer of its person.',
  payload: z.object({ ...ofRun, stepId: z.string() }),
  example: { ...exampleRun, stepId: exampleId('step') },
})

export const budgetReached = defineEvent({
  name: 'budget.reached',
  version: 1,
  scope: 'budgets:read',
  summary: 'A daily budget is used up so far that a run has to wait: its owner is notified once a day.',
  payload: z.object({ ...ofRun, because: z.string(), resumeAt: z.string().describe('When the run goes on') }),
  example: {
    ...exampleRun,
    because: 'Your budget of $5.00 a day is used.',
    resumeAt: '2026-12-01T00:00:00.000Z',
  },
})

/** What the payload of every event about a run begins with. */
export function runInEvent(
  run: Pick<RunRow, 'id' | 'number' | 'rootId' | 'agentSlug' | 'projectId'>,
): z.output<z.ZodObject<typeof ofRun>> {
  const { id, number, rootId, agentSlug, projectId } = run
  return { runId: id, runRef: refOf(runKind, number), rootId, agent: agentSlug, projectId }
}

type Moment = Pick<Writes, 'now' | 'newId'>

/** The event of a run that a move ends. */
export function endedEvent(writes: Moment): RowEvent {
  const figures = sql`jsonb_build_object('parentId', moved.parent_id, 'state', moved.state, 'reason', moved.reason)`
  return eventOfRun(writes, runEnded, { data: figures, concerns: endConcerns })
}

/**
 * The person of a run hears that it failed, that it succeeded, unless a schedule without `notify` started it, and that somebody
 * else cancelled it. The run that delegated it hears of a delegated one.
 */
const endConcerns = sql`case when moved.parent_id is null and (moved.state = 'failed'
  or (moved.state = 'succeeded' and (moved.schedule_id is null
    or exists (select from schedules where id = moved.schedule_id and notify)))
  or (moved.state = 'cancelled' and moved.cancel_asked_by is distinct from moved.person_id))
  then array[moved.person_id] end`

/** The person of the run that a move has changed. */
export const runPerson = sql`array[moved.person_id]`

interface Waiting<Payload extends z.ZodObject> {
  readonly data: Omit<z.output<Payload>, keyof typeof ofRun>
  /** A `text[]` of those who can let it continue. */
  readonly concerns: SQL
}

/** The event of a run that a move leaves waiting for a person. */
export function waitingEvent<Payload extends z.ZodObject>(
  writes: Moment,
  event: Event<Payload>,
  { data, concerns }: Waiting<Payload>,
): RowEvent {
  return eventOfRun(writes, event as unknown as Event, {
    data: sql`${JSON.stringify(data)}::jsonb`,
    concerns,
  })
}

/** The event of a run that a move leaves waiting for a daily budget. */
export function budgetEvent(
  writes: Moment,
  told: Pick<z.output<typeof budgetReached.payload>, 'because' | 'resumeAt'>,
  concerns: SQL,
): RowEvent {
  return eventOfRun(writes, budgetReached as unknown as Event, {
    data: sql`${JSON.stringify(told)}::jsonb`,
    concerns,
  })
}

interface OfRun {
  readonly data: SQL
  readonly concerns: SQL
}

function eventOfRun({ now, newId }: Moment, event: Event, { data, concerns }: OfRun): RowEvent {
  return {
    concerns,
    event,
    id: newId('event'),
    at: now,
    uri: sql`${runUri('')}::text || moved.id`,
    payload: sql`jsonb_build_object('runId', moved.id, 'runRef', ${`${runKind.letters}-`}::text || moved.number,
      'rootId', moved.root_id, 'agent', moved.agent_slug, 'projectId', moved.project_id) || ${data}`,
  }
}
