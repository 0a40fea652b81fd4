import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../src/core/errors.ts'
import { defineOperation } from '../../../src/core/operation/operation.ts'
import { ANSWER_LIFETIME_MS, deleteOldAnswers } from '../../../src/domain/access/answers/answer-retention.ts'
import { auditEntries, idempotencyKeys } from '../../../src/domain/access/tables.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

/** An effect that can be counted, and that may be made to wait or to fail. */
const note = defineOperation({
  name: 'notes.add',
  summary: 'Write one note.',
  route: 'POST /v1/notes',
  input: z.object({ text: z.string(), fail: z.boolean().default(false) }),
  output: z.object({ count: z.int() }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  example: { text: 'hello' },
  async run({ text, fail }, ctx) {
    await ctx.db.execute(sql`insert into notes (text) values (${text})`)
    await pause?.()
    if (fail) throw new AppError('conflict', 'No.')
    const [row] = await ctx.db.execute<{ count: number }>(sql`select count(*) as count from notes`)
    return { count: row?.count ?? 0 }
  },
  tell: ({ count }) => `There are ${count} notes.`,
})

let pause: (() => Promise<void>) | undefined
let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway({ operations: [note] })
  await gateway.db.execute(sql`create table notes (text text not null)`)
})
afterAll(() => gateway.close())

async function countNotes(text: string): Promise<number> {
  const rows = await gateway.db.execute(sql`select 1 from notes where text = ${text}`)
  return rows.length
}

const call = (key: string) => ({ ...gateway.as(), idempotencyKey: key })

describe('a call with an idempotency key', () => {
  test('takes effect once, and its retry gets the first answer', async () => {
    const first = await gateway.invoke(note, { text: 'once' }, call('once'))
    await gateway.invoke(note, { text: 'another' }, gateway.as())
    const second = await gateway.invoke(note, { text: 'once' }, call('once'))

    expect(first.replayed).toBe(false)
    expect(second).toEqual({ output: first.output, replayed: true })
    expect(await countNotes('once')).toBe(1)
  })

  test('is refused with another input', async () => {
    await gateway.invoke(note, { text: 'this' }, call('mismatch'))

    await expect(gateway.invoke(note, { text: 'that' }, call('mismatch'))).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
    expect(await countNotes('that')).toBe(0)
  })

  test('may be made again after it failed, since nothing of it stands', async () => {
    await expect(gateway.invoke(note, { text: 'failed', fail: true }, call('failed'))).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await countNotes('failed')).toBe(0)

    await gateway.invoke(note, { text: 'failed' }, call('failed'))
    expect(await countNotes('failed')).toBe(1)
  })

  test('belongs to one person: the same key of another is another call', async () => {
    await gateway.invoke(note, { text: 'mine' }, call('shared'))
    const other = { ...gateway.as({ id: 'ann', personId: 'ann' }), idempotencyKey: 'shared' }

    expect((await gateway.invoke(note, { text: 'mine' }, other)).replayed).toBe(false)
  })

  test('made ten times at once takes effect once; each is answered alike or told to wait', async () => {
    const attempts = Array.from({ length: 10 }, () => gateway.invoke(note, { text: 'race' }, call('race')))
    const outcomes = await Promise.allSettled(attempts)

    const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
    expect(new Set(answers.map(({ output }) => JSON.stringify(output))).size).toBe(1)
    expect(refusals.every(({ code }) => code === 'in_progress')).toBe(true)
    expect(await countNotes('race')).toBe(1)
  })

  test('is told at once that the same call still runs, where the database has several sessions', async () => {
    if (gateway.database.kind === 'embedded') return
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const running = new Promise<void>((resolve) => {
      pause = () => {
        resolve()
        return released
      }
    })
    const first = gateway.invoke(note, { text: 'slow' }, call('slow'))
    await running

    await expect(gateway.invoke(note, { text: 'slow' }, call('slow'))).rejects.toMatchObject({
      code: 'in_progress',
    })
    pause = undefined
    release()
    await first
    expect((await gateway.invoke(note, { text: 'slow' }, call('slow'))).replayed).toBe(true)
  })

  test('is forgotten after seven days, and housekeeping deletes it', async () => {
    await gateway.invoke(note, { text: 'old' }, call('old'))
    gateway.clock.advance(ANSWER_LIFETIME_MS)

    expect((await gateway.invoke(note, { text: 'old' }, call('old'))).replayed).toBe(false)
    expect(await countNotes('old')).toBe(2)

    const before = await gateway.db.$count(idempotencyKeys)
    expect(await deleteOldAnswers(gateway.db, gateway.clock.now())).toBe(before - 1)
    expect((await gateway.invoke(note, { text: 'old' }, call('old'))).replayed).toBe(true)
  })
})

describe('the audit', () => {
  test('records a write that took effect and one that was refused, without secrets', async () => {
    const text = 'my key is sb_abcdefghijklmnopqrstuvwxyz'
    await gateway.invoke(note, { text }, gateway.as({ id: 'audited' }))
    const refused = gateway.invoke(note, { text, fail: true }, gateway.as({ id: 'audited' }))
    await expect(refused).rejects.toMatchObject({ code: 'conflict' })

    const entries = await gateway.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.actorId, 'audited'))
      .orderBy(auditEntries.id)
    expect(entries.map(({ outcome, input }) => [outcome, input])).toEqual([
      ['ok', { text: 'my key is [redacted]', fail: false }],
      ['conflict', { text: 'my key is [redacted]', fail: true }],
    ])
  })
})
