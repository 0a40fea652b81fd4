/** The same small world before every call: made through the operations themselves, with the ids that examples use. */
import { sql } from 'drizzle-orm'
import type { Invoke } from '../../src/core/call/call.ts'
import { createInvoke } from '../../src/core/call/invoke.ts'
import { exampleId, type NewId } from '../../src/core/operation/ids.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { addArtifact } from '../../src/domain/runs/artifacts/artifacts.ts'
import { lockRun } from '../../src/domain/runs/hold/wake-run.ts'
import { operations } from '../../src/tools/registry.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../support/world/database.ts'
import { createRunDriver, type RunDriver } from '../support/world/drive-run.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'

/** When the world is made: long enough before the call that a project stalls and a trash is old. */
const LONG_AGO = '2026-01-05T09:00:00.000Z'

type CallStep = readonly [operation: string, input: object]
/** A call, or what a worker does. */
type Step = CallStep | ((worker: RunDriver, clock: TestGateway['clock']) => Promise<unknown>)

const BASE: readonly Step[] = [
  ['projects.create', { name: 'Garden', outcome: 'Beans to eat', dueDate: '2026-06-01' }],
  ['projects.add_milestone', { projectId: exampleId('project'), title: 'Beds dug', dueDate: '2026-04-01' }],
  ['projects.create_template', { name: 'Bed', tasks: [{ title: 'Dig', dueAfterDays: 0 }] }],
  [
    'tasks.create',
    {
      tasks: [
        { title: 'Buy seeds', due: '2026-03-04', priority: 1, minutes: 10, projectId: exampleId('project') },
        { title: 'Sharpen the spade', due: '2026-03-05 16:00', labels: ['shed'], repeat: 'every weekday' },
        { title: 'Gone', notes: 'for the trash' },
      ],
    },
  ],
  [
    'agents.create',
    { slug: 'newsletter-editor', role: 'Editor', instructions: 'Edit newsletters.', tools: ['tasks:read'] },
  ],
  ['access.create_key', { label: 'phone', scopes: ['tasks:read'], expiresInDays: null }],
]

const EXAMPLE_TASKS = { taskIds: [exampleId('task')] }

const START: Step = ['runs.start', { agent: 'newsletter-editor', goal: 'Draft the newsletter of March.' }]

/** A run that waits for a person, released by its worker. */
function waits(reason: 'approval' | 'input' | 'outcome_unknown'): Step[] {
  return [
    START,
    async (worker, clock) => {
      // What is asked today has not expired.
      clock.set(TEST_NOW)
      const hold = await worker.claim(exampleId('run'))
      if (reason === 'approval') await worker.ask(hold)
      else if (reason === 'input') await worker.question(hold, 'Which newsletter?')
      else await worker.losesTrack(hold)
      await worker.release(hold, { state: 'waiting', reason })
    },
  ]
}

function ended(state: 'succeeded' | 'failed'): Step[] {
  const reason = state === 'succeeded' ? 'finished' : 'provider_failed'
  return [
    START,
    async (worker) => {
      const hold = await worker.claim(exampleId('run'))
      await worker.end(hold, { state, reason, summary: 'As far as it came.' })
    },
  ]
}

const MADE: Step[] = [
  START,
  async (worker) => {
    const hold = await worker.claim(exampleId('run'))
    const stepId = await worker.plan(hold.runId)
    await worker.write(async (writes) => {
      const run = await lockRun(writes.db, hold.runId)
      const file = { name: 'letter.md', mediaType: 'text/markdown', content: '# March' }
      await addArtifact(writes, { run, stepId, ...file })
    })
  },
]

const SCHEDULED: Step = [
  'schedules.create',
  { agent: 'newsletter-editor', goal: 'Draft the newsletter.', when: 'every monday at 9' },
]

/** What has to be so before an operation's example fits. */
const BEFORE: Readonly<Record<string, readonly Step[]>> = {
  'tasks.reopen': [['tasks.complete', EXAMPLE_TASKS]],
  'tasks.restore': [['tasks.delete', EXAMPLE_TASKS]],
  'tasks.empty_trash': [['tasks.delete', EXAMPLE_TASKS]],
  'budgets.list': [['budgets.set', { usdPerDay: 5 }]],
  'budgets.remove': [['budgets.set', { agent: 'developer', tokensPerDay: 100_000 }]],
  'runs.get': waits('input'),
  'runs.list': [START],
  'runs.wait': [START],
  'runs.events': [START],
  'runs.result': ended('succeeded'),
  'runs.steps': waits('outcome_unknown'),
  'runs.cancel': [START],
  'runs.pause': [START],
  'runs.resume': [START, ['runs.pause', { runId: exampleId('run') }]],
  'runs.retry': ended('failed'),
  'runs.steer': [START],
  'runs.answer': waits('input'),
  'runs.settle_step': waits('outcome_unknown'),
  'runs.rate': ended('succeeded'),
  'artifacts.list': MADE,
  'artifacts.read': MADE,
  'schedules.get': [SCHEDULED],
  'schedules.list': [SCHEDULED],
  'schedules.update': [SCHEDULED],
  'schedules.pause': [SCHEDULED],
  'schedules.resume': [SCHEDULED, ['schedules.pause', { scheduleId: exampleId('schedule') }]],
  'schedules.run_now': [SCHEDULED],
  'schedules.delete': [SCHEDULED],
  'reports.runs': ended('succeeded'),
  'approvals.list': waits('approval'),
  'approvals.get': waits('approval'),
  'approvals.decide': waits('approval'),
  'projects.recommit': [['projects.update', { projectId: exampleId('project'), state: 'paused' }]],
}

export interface World {
  /** Its `invoke` gives ids in a fixed order. */
  readonly gateway: TestGateway
  /** Empties it, and makes it anew as `operation`'s example wants it. */
  makeFor(operation: Operation): Promise<void>
  empty(): Promise<void>
  /** Every row that a call may have changed, by table. */
  rows(): Promise<Record<string, unknown[]>>
}

export async function openWorld(): Promise<World> {
  const base = await openTestGateway({ operations, models: SOME_MODEL })
  const ids = createSequence()
  const invoke: Invoke = createInvoke({ ...base.runtime, newId: ids.next })
  const gateway: TestGateway = { ...base, invoke }

  const worker = createRunDriver(gateway, ids.next)

  async function take(step: Step): Promise<void> {
    if (typeof step === 'function') {
      await step(worker, base.clock)
      return
    }
    const [name, input] = step
    const operation = operations.find((each) => each.name === name)
    if (!operation) throw new Error(`there is no operation ${name}`)
    await invoke(operation, input, base.as())
  }

  async function empty(): Promise<void> {
    await base.db.execute(sql.raw(EMPTY_ALL))
    ids.restart()
  }

  return {
    gateway,
    empty,
    async makeFor(operation) {
      await empty()
      base.clock.set(LONG_AGO)
      for (const step of [...BASE, ...(BEFORE[operation.name] ?? [])]) await take(step)
      base.clock.set(TEST_NOW)
    },
    async rows() {
      const found: Record<string, unknown[]> = Object.fromEntries(TABLES.map((table) => [table, []]))
      const rows = await base.db.execute<{ name: string; row: unknown }>(sql.raw(READ_ALL))
      for (const { name, row } of rows) found[name]?.push(row)
      return found
    },
  }
}

/** What calls leave behind; stored answers of keyed calls are left out, since not every door sends a key. */
const TABLES = [
  'people',
  'api_keys',
  'projects',
  'milestones',
  'project_templates',
  'tasks',
  'task_dependencies',
  'agents',
  'budgets',
  'spending',
  'runs',
  'run_events',
  'run_steps',
  'approvals',
  'artifacts',
  'run_feedback',
  'schedules',
  'audit_entries',
  'audit_touches',
]

/** One statement each: deleting few rows is much faster than truncating, which makes every table's files anew. */
const EMPTY_ALL = `with ${[...TABLES, 'idempotency_keys']
  .map((table) => `${table}_gone as (delete from ${table})`)
  .join(', ')} select 1`
const READ_ALL = `select * from (${TABLES.map(
  (table) => `select '${table}' as name, to_jsonb(t) as row from ${table} t`,
).join(' union all ')}) as every_row order by name, row::text collate "C"`

/** Characters of an example id that all ids of the sequence begin with; what follows sorts after the example's end. */
const COMMON_CHARS = 21
const NUMBER_CHARS = 4

/** Ids in a fixed order: of each kind the example's comes first. */
function createSequence(): { readonly next: NewId; restart(): void } {
  const counts = new Map<string, number>()
  return {
    next(prefix) {
      const count = counts.get(prefix) ?? 0
      counts.set(prefix, count + 1)
      if (count === 0) return exampleId(prefix)
      const common = exampleId(prefix).slice(0, prefix.length + 1 + COMMON_CHARS)
      return `${common}t${String(count).padStart(NUMBER_CHARS, '0')}`
    },
    restart: () => counts.clear(),
  }
}
