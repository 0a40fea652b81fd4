/** What `invoke` promises to every door, on a real database. */
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway()
  await gateway.db.execute(sql`create table notes (text text not null)`)
})
afterAll(() => gateway.close())
afterEach(async () => {
  await gateway.db.execute(sql`delete from notes`)
  await gateway.db.execute(sql`delete from audit_entries`)
})

const base = {
  output: z.object({ count: z.int() }),
  repeat: 'keyed',
  tell: () => '',
} as const

/** Writes a note, then does what the test says. */
function noting(
  then: (signal: AbortSignal) => Promise<void> | void = () => undefined,
  output: typeof base.output = base.output,
) {
  return defineOperation({
    ...base,
    output,
    name: 'notes.add',
    summary: 'Adds a note.',
    route: 'POST /v1/notes',
    input: z.object({ text: z.string(), password: z.string().optional() }),
    scope: 'tasks:write',
    effect: 'write',
    example: { text: 'a' },
    async run({ text }, ctx) {
      await ctx.db.execute(sql`insert into notes values (${text})`)
      ctx.changed('note://1')
      await then(ctx.signal)
      return { count: await countNotes(ctx.db) }
    },
  })
}

const countNotes = async (db: TestGateway['db']) =>
  (await db.execute<{ n: number }>(sql`select count(*)::int as n from notes`))[0]?.n ?? -1

const audit = () =>
  gateway.db.execute<{ operation: string; outcome: string; input: unknown; request_id: string }>(
    sql`select operation, outcome, input, request_id from audit_entries order by id`,
  )

const reader: Partial<Actor> = { scopes: ['tasks:read'] }

describe('a write', () => {
  it('leaves its effect and one audit entry, without secrets', async () => {
    await gateway.invoke(noting(), { text: 'hello', password: 'hunter2' }, gateway.as())
    expect(await countNotes(gateway.db)).toBe(1)
    expect(await audit()).toMatchObject([
      { operation: 'notes.add', outcome: 'ok', input: { text: 'hello', password: '[redacted]' } },
    ])
  })

  it('tells watchers after the commit, and of nothing when it fails', async () => {
    const before = gateway.changes.length
    await gateway.invoke(noting(), { text: 'a' }, gateway.as())
    expect(gateway.changes.slice(before)).toEqual([{ uris: ['note://1'], spaceId: 'local' }])
    const failing = noting(() => {
      throw new AppError('conflict', 'No.')
    })
    await expect(gateway.invoke(failing, { text: 'b' }, gateway.as())).rejects.toThrow()
    expect(gateway.changes).toHaveLength(before + 1)
  })

  it('that fails leaves no effect, and an entry that says how it failed', async () => {
    const failing = noting(() => {
      throw new AppError('conflict', 'No.')
    })
    await expect(gateway.invoke(failing, { text: 'a' }, gateway.as())).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await countNotes(gateway.db)).toBe(0)
    expect(await audit()).toMatchObject([{ outcome: 'conflict' }])
  })

  it('that is cancelled before it is committed leaves no effect', async () => {
    const controller = new AbortController()
    const cancelling = noting(() => controller.abort())
    await expect(
      gateway.invoke(cancelling, { text: 'a' }, { ...gateway.as(), signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(await countNotes(gateway.db)).toBe(0)
  })

  it('whose answer breaks its own schema is our fault and leaves no effect', async () => {
    const broken = noting(undefined, z.object({ count: z.int().max(0) }))
    await expect(gateway.invoke(broken, { text: 'a' }, gateway.as())).rejects.toMatchObject({
      code: 'internal',
    })
    expect(await countNotes(gateway.db)).toBe(0)
  })
})

describe('an unknown error', () => {
  it('reaches the log whole and the caller not at all', async () => {
    const leaking = noting(() => {
      throw new Error('password of the database is swordfish')
    })
    const call = { ...gateway.as(), requestId: 'req_1' }
    const thrown = await gateway.invoke(leaking, { text: 'a' }, call).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(AppError)
    expect(thrown).toMatchObject({ code: 'internal', message: expect.not.stringContaining('swordfish') })
    expect(gateway.logged.at(-1)).toMatchObject({ level: 'error', fields: { requestId: 'req_1' } })
    expect(JSON.stringify(gateway.logged.at(-1)?.fields, errorsToo)).toContain('swordfish')
  })
})

const errorsToo = (_: string, value: unknown) => (value instanceof Error ? value.message : value)

describe('an idempotency key', () => {
  it('gives the first answer again and has one effect', async () => {
    const call = { ...gateway.as(), idempotencyKey: 'key-1' }
    const first = await gateway.invoke(noting(), { text: 'a' }, call)
    const again = await gateway.invoke(noting(), { text: 'a' }, call)
    expect(first).toEqual({ output: { count: 1 }, replayed: false })
    expect(again).toEqual({ output: { count: 1 }, replayed: true })
    expect(await countNotes(gateway.db)).toBe(1)
  })

  it('with another input is refused', async () => {
    const call = { ...gateway.as(), idempotencyKey: 'key-2' }
    await gateway.invoke(noting(), { text: 'a' }, call)
    await expect(gateway.invoke(noting(), { text: 'b' }, call)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
  })

  it('of a call that failed is free again', async () => {
    const call = { ...gateway.as(), idempotencyKey: 'key-3' }
    const failing = noting(() => {
      throw new AppError('conflict', 'No.')
    })
    await expect(gateway.invoke(failing, { text: 'a' }, call)).rejects.toThrow()
    expect(await gateway.invoke(noting(), { text: 'a' }, call)).toMatchObject({ replayed: false })
  })

  it("is each person's own", async () => {
    const keyed = { idempotencyKey: 'key-4' }
    await gateway.invoke(noting(), { text: 'a' }, { ...gateway.as({ id: 'ana' }), ...keyed })
    const other = await gateway.invoke(noting(), { text: 'a' }, { ...gateway.as({ id: 'bob' }), ...keyed })
    expect(other.replayed).toBe(false)
  })

  it('raced by many calls has one effect; the others get its answer or are told to wait', async () => {
    const call = { ...gateway.as(), idempotencyKey: 'key-5' }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => gateway.invoke(noting(), { text: 'a' }, call)),
    )
    expect(await countNotes(gateway.db)).toBe(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') expect(outcome.value.output).toEqual({ count: 1 })
      else expect(outcome.reason).toMatchObject({ code: 'in_progress', retryAfterMs: expect.any(Number) })
    }
  })

  it('too long to be one is refused', async () => {
    const call = { ...gateway.as(), idempotencyKey: 'k'.repeat(256) }
    await expect(gateway.invoke(noting(), { text: 'a' }, call)).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})

describe('permission', () => {
  it('is asked before anything runs, and the refusal is recorded', async () => {
    await expect(gateway.invoke(noting(), { text: 'a' }, gateway.as(reader))).rejects.toMatchObject({
      code: 'forbidden',
      fix: expect.stringContaining('tasks:write'),
    })
    expect(await countNotes(gateway.db)).toBe(0)
    expect(await audit()).toMatchObject([{ outcome: 'forbidden' }])
  })

  it('to destroy needs confirm: true in the input', async () => {
    const destroying = defineOperation({
      ...base,
      name: 'notes.clear',
      summary: 'Deletes all notes.',
      route: 'POST /v1/notes/clear',
      input: z.object({}),
      scope: 'tasks:write',
      effect: 'destroy',
      example: {},
      async run(_, ctx) {
        await ctx.db.execute(sql`delete from notes`)
        return { count: 0 }
      },
    })
    await gateway.invoke(noting(), { text: 'a' }, gateway.as())
    await expect(gateway.invoke(destroying, {}, gateway.as())).rejects.toMatchObject({
      code: 'confirmation_required',
    })
    expect(await countNotes(gateway.db)).toBe(1)
    await gateway.invoke(destroying, { confirm: true }, gateway.as())
    expect(await countNotes(gateway.db)).toBe(0)
  })
})

describe('text that no database keeps', () => {
  it.each(['a\0b', 'half \ud800 a pair'])('is refused by the name of its field: %j', async (text) => {
    await expect(gateway.invoke(noting(), { text }, gateway.as())).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path: 'text' }],
    })
  })
})
