/** A gateway in memory with a few small operations, for tests of doors that need no database. */

import { z } from 'zod'
import type { Gateway } from '../../../src/core/area/gateway.ts'
import { createInvoke } from '../../../src/core/call/invoke.ts'
import type { AuditEntry, KeyedCall, Ledger } from '../../../src/core/call/ledger.ts'
import { AppError, notFound } from '../../../src/core/errors.ts'
import { type Actor, LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import type { Change, Log, Resources } from '../../../src/core/operation/context.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import { defineOperation, type Operation } from '../../../src/core/operation/operation.ts'
import { pageInput, pageOf } from '../../../src/core/schema/page.ts'
import { capturePrompt } from '../../../src/tools/tasks/capture/capture-prompt.ts'
import { planMyDayPrompt } from '../../../src/tools/tasks/prompts/plan-my-day-prompt.ts'
import { weeklyReviewPrompt } from '../../../src/tools/tasks/prompts/weekly-review-prompt.ts'
import { NO_ACCOUNTS } from './no-models.ts'

const Note = z.object({ id: z.string(), title: z.string(), labels: z.array(z.string()) })
type Note = z.output<typeof Note>

/** A signal that a running operation was told to stop, or that it began. */
export interface Probe {
  /** Resolves when `probe.wait` has begun. */
  readonly started: Promise<void>
  /** Resolves when the signal of `probe.wait` was aborted. */
  readonly aborted: Promise<void>
  /** Lets `probe.wait` finish. */
  release(): void
}

export interface Fixture {
  readonly gateway: Gateway
  readonly audit: readonly AuditEntry[]
  readonly logged: readonly { level: string; fields: object; message: string }[]
  readonly probe: Probe
  /** Watchers that are subscribed to changes. */
  watcherCount(): number
  /** Resolves once there are so many of them, now or later. */
  watchersAre(count: number): Promise<void>
  publish(change: Change): void
}

/** Somebody else, with their own notes. */
export function personNamed(id: string, scopes: Actor['scopes'] = ['admin']): Actor {
  return { kind: 'person', id, personId: id, scopes }
}

export { LOCAL_PERSON }

function createProbe() {
  return { started: createGate(), aborted: createGate(), released: createGate() }
}

/** A promise that somebody else resolves. */
function createGate() {
  let open: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

function fixtureOperations(probe: ReturnType<typeof createProbe>): Operation[] {
  const notes = new Map<string, Note[]>()
  const notesOf = (personId: string): Note[] => notes.get(personId) ?? []

  return [
    defineOperation({
      name: 'notes.add',
      summary: 'Write down a note.',
      route: 'POST /v1/notes',
      input: z.object({ title: z.string().min(1).max(50), labels: z.array(z.string()).default([]) }),
      output: z.object({ note: Note }),
      scope: 'tasks:write',
      effect: 'write',
      repeat: 'keyed',
      example: { title: 'milk' },
      async run({ title, labels }, ctx) {
        const { personId } = ctx.actor
        const note = { id: `note_${notesOf(personId).length + 1}`, title, labels }
        notes.set(personId, [...notesOf(personId), note])
        ctx.changed(`task://${note.id}`)
        return { note }
      },
      tell: ({ note }) => `Noted: ${note.title} (${note.id})`,
    }),
    defineOperation({
      name: 'notes.wipe',
      summary: 'Destroy all notes for ever.',
      route: 'POST /v1/notes/wipe',
      input: z.object({ labels: z.array(z.string()).optional() }),
      output: z.object({ wiped: z.int() }),
      scope: 'tasks:write',
      effect: 'destroy',
      repeat: 'natural',
      listed: false,
      example: {},
      async run(_input, ctx) {
        const wiped = notesOf(ctx.actor.personId).length
        notes.delete(ctx.actor.personId)
        return { wiped }
      },
      tell: ({ wiped }) => `Wiped ${wiped} notes.`,
    }),
    defineOperation({
      name: 'tasks.list',
      summary: 'List notes as tasks.',
      route: 'GET /v1/tasks',
      input: z.object({
        status: z.array(z.string()).optional(),
        sort: z.string().optional(),
        ...pageInput,
      }),
      output: pageOf(Note),
      scope: 'tasks:read',
      effect: 'read',
      repeat: 'natural',
      example: {},
      async run({ limit, cursor }, ctx) {
        const from = cursor === undefined ? 0 : Number(cursor)
        const items = notesOf(ctx.actor.personId).slice(from, from + limit)
        const next = from + items.length
        return { items, nextCursor: next < notesOf(ctx.actor.personId).length ? String(next) : null }
      },
      tell: ({ items }) => items.map(({ title }) => title).join('\n') || 'Nothing.',
    }),
    defineOperation({
      name: 'tasks.get',
      summary: 'Get one note as a task.',
      route: 'GET /v1/tasks/:taskId',
      input: z.object({ taskId: z.string() }),
      output: z.object({ task: Note }),
      scope: 'tasks:read',
      effect: 'read',
      repeat: 'natural',
      example: { taskId: 'note_1' },
      resource: {
        uri: 'task://{id}',
        name: 'task',
        title: 'A task',
        description: 'One note.',
        list: { operation: 'tasks.list', input: {}, titleOf: ({ title }) => String(title) },
      },
      async run({ taskId }, ctx) {
        const task = notesOf(ctx.actor.personId).find(({ id }) => id === taskId)
        if (!task) throw notFound('task', taskId)
        return { task }
      },
      tell: ({ task }) => task.title,
    }),
    defineOperation({
      name: 'tasks.plan',
      summary: 'What is there today.',
      route: 'GET /v1/plan',
      input: z.object({}),
      output: z.object({ count: z.int() }),
      scope: 'tasks:read',
      effect: 'read',
      repeat: 'natural',
      example: {},
      resource: {
        uri: 'plan://today',
        name: 'today',
        title: 'Today',
        description: 'What there is.',
        follows: ['task://'],
      },
      run: async (_input, ctx) => ({ count: notesOf(ctx.actor.personId).length }),
      tell: ({ count }) => `${count} for today.`,
    }),
    defineOperation({
      name: 'projects.list',
      summary: 'List projects.',
      route: 'GET /v1/projects',
      input: z.object(pageInput),
      output: pageOf(z.object({ id: z.string(), name: z.string() })),
      scope: 'projects:read',
      effect: 'read',
      repeat: 'natural',
      example: {},
      run: async () => ({ items: [{ id: 'project_1', name: 'Kitchen' }], nextCursor: null }),
      tell: ({ items }) => items.map(({ name }) => name).join('\n'),
    }),
    defineOperation({
      name: 'probe.echo',
      summary: 'Say the same again.',
      route: 'GET /v1/probe/echo',
      input: z.object({ text: z.string() }),
      output: z.object({ text: z.string() }),
      scope: 'profile:read',
      effect: 'read',
      repeat: 'natural',
      example: { text: 'hello' },
      run: async ({ text }) => ({ text }),
      tell: ({ text }) => text,
    }),
    defineOperation({
      name: 'probe.wait',
      summary: 'Report progress, then wait until released or stopped.',
      route: 'POST /v1/probe/wait',
      input: z.object({}),
      output: z.object({ stopped: z.boolean() }),
      scope: 'profile:read',
      effect: 'read',
      repeat: 'natural',
      example: {},
      async run(_input, ctx) {
        ctx.report({ done: 1, total: 2, note: 'half way' })
        const stopped = new Promise<void>((resolve) => {
          ctx.signal.addEventListener('abort', () => resolve())
        })
        probe.started.open()
        await Promise.race([probe.released.promise, stopped])
        if (ctx.signal.aborted) probe.aborted.open()
        ctx.report({ done: 2, total: 2 })
        return { stopped: ctx.signal.aborted }
      },
      tell: ({ stopped }) => (stopped ? 'Stopped.' : 'Waited.'),
    }),
    defineOperation({
      name: 'probe.fail',
      summary: 'Fail with something that must not be told.',
      route: 'POST /v1/probe/fail',
      input: z.object({ how: z.enum(['thrown', 'known', 'told']).default('thrown') }),
      output: z.object({}),
      scope: 'profile:read',
      effect: 'read',
      repeat: 'natural',
      example: {},
      async run({ how }) {
        if (how === 'known') throw new AppError('conflict', 'It is taken.', { fix: 'Take another.' })
        if (how === 'thrown') throw new Error('secret: hunter2')
        return {}
      },
      tell() {
        throw new Error('secret: hunter2')
      },
    }),
    defineOperation({
      name: 'probe.large',
      summary: 'A list as long as asked for.',
      route: 'GET /v1/probe/large',
      input: z.object({ itemChars: z.int().max(1_000_000), ...pageInput }),
      output: pageOf(z.object({ text: z.string() })),
      scope: 'profile:read',
      effect: 'read',
      repeat: 'natural',
      example: { itemChars: 10 },
      run: async ({ itemChars, limit }) => ({
        items: Array.from({ length: limit }, () => ({ text: 'x'.repeat(itemChars) })),
        nextCursor: String(limit),
      }),
      tell: ({ items }) => items.map(({ text }) => text).join('\n'),
    }),
    defineOperation({
      name: 'profile.secret',
      summary: 'Only for administrators.',
      route: 'GET /v1/profile/secret',
      input: z.object({}),
      output: z.object({ ok: z.boolean() }),
      scope: 'admin',
      effect: 'read',
      repeat: 'natural',
      example: {},
      run: async () => ({ ok: true }),
      tell: () => 'ok',
    }),
  ]
}

/** Stored answers and audit, without a database: a transaction that fails leaves its effect, which no test looks at. */
function createMemoryLedger(audit: AuditEntry[]): Ledger {
  const answers = new Map<string, { inputHash: string; output?: unknown }>()
  const nameOf = ({ actor, operation, key }: KeyedCall) => JSON.stringify([actor.id, operation, key])
  return {
    async claim(call) {
      const known = answers.get(nameOf(call))
      if (!known) {
        answers.set(nameOf(call), { inputHash: call.inputHash })
        return { state: 'mine' }
      }
      if (known.inputHash !== call.inputHash) return { state: 'other_input' }
      return 'output' in known ? { state: 'answered', output: known.output } : { state: 'in_progress' }
    },
    async answer(call, { output }) {
      answers.set(nameOf(call), { inputHash: call.inputHash, output })
    },
    async begin() {
      throw new Error('nothing here reaches outside')
    },
    async leave() {},
    async record(entry) {
      audit.push(entry)
      return { isHeard: false, told: [] }
    },
  }
}

/** A gateway with the fixture's operations and `more`; `runtime` replaces parts that live in memory. */
export function openFixture(more: readonly Operation[] = []): Fixture {
  const probe = createProbe()
  const audit: AuditEntry[] = []
  const logged: { level: string; fields: object; message: string }[] = []
  const watchers = new Set<(change: Change) => void>()
  const countings = new Set<() => void>()
  const count = (): void => {
    for (const look of countings) look()
  }
  const logAt = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields, message })
  }
  const log: Log = { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') }
  const ledger = createMemoryLedger(audit)
  // What other rooms lend to operations; these here need none of it.
  const resources = {} as Resources
  const publish = (change: Change): void => {
    for (const watcher of watchers) watcher(change)
  }
  const invoke = createInvoke({
    resources,
    ledger,
    lend: NO_ACCOUNTS,
    transaction: (work) => work(resources, ledger),
    publish,
    watch: () => () => undefined,
    operations: [],
    enqueue: async () => undefined,
    now: () => new Date(),
    newId,
    log,
  })
  const watch = (listener: (change: Change) => void) => {
    watchers.add(listener)
    count()
    return () => {
      watchers.delete(listener)
      count()
    }
  }
  return {
    gateway: {
      operations: [...fixtureOperations(probe), ...more],
      prompts: [planMyDayPrompt, weeklyReviewPrompt, capturePrompt],
      invoke,
      log,
      version: '0.0.0-test',
      watch,
      // People here share nothing.
      watchFor: (personId, listener) =>
        watch((change) => {
          if (change.spaceId === personId) listener(change)
        }),
    },
    audit,
    logged,
    probe: {
      started: probe.started.promise,
      aborted: probe.aborted.promise,
      release: () => probe.released.open(),
    },
    watcherCount: () => watchers.size,
    watchersAre: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (watchers.size !== wanted) return
          countings.delete(look)
          resolve()
        }
        countings.add(look)
        look()
      }),
    publish,
  }
}
