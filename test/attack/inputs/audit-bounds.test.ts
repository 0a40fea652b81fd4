/** Refusing costs less than asking: what the audit keeps has bounds, for an entry, a minute and a person. */
import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIT_INPUT_MAX_BYTES } from '../../../src/core/call/audit-input.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import { deleteOldAnswers } from '../../../src/domain/access/answers/answer-retention.ts'
import { deleteOldEntries } from '../../../src/domain/access/audit-retention.ts'
import { FAILED_ENTRIES_PER_MINUTE } from '../../../src/domain/access/record-entry.ts'
import { auditEntries, idempotencyKeys } from '../../../src/domain/access/tables.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { cases, isLong } from '../../support/form.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

const person = (id: string, scopes: Actor['scopes']) => ({ id, personId: id, scopes })

/** 250 KB, as much as a batch of tasks may be. */
const LARGE = {
  tasks: Array.from({ length: 25 }, (_, index) => ({
    title: `Task ${index}`,
    notes: `${'n'.repeat(9_990)}🎉`,
  })),
}

const entriesOf = (personId: string) =>
  gateway.db.select().from(auditEntries).where(eq(auditEntries.personId, personId))

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

describe('an entry of the audit', () => {
  test('keeps of a large input no more than its bound, and says what it left out', async () => {
    const writer = person('writer', ['tasks:write'])
    await gateway.invoke(createTasks, LARGE, gateway.as(writer))
    const [entry] = await entriesOf('writer')
    expect(bytesOf(entry?.input)).toBeLessThanOrEqual(AUDIT_INPUT_MAX_BYTES.done)
    expect(JSON.stringify(entry?.input)).toContain('characters more)')
    expect(JSON.stringify(entry?.input)).toContain('Task 24')
  })

  test('keeps less of a call that was refused', async () => {
    const call = gateway.invoke(createTasks, LARGE, gateway.as(person('reader', ['tasks:read'])))
    await expect(call).rejects.toMatchObject({ code: 'forbidden' })
    const [entry] = await entriesOf('reader')
    expect(bytesOf(entry?.input)).toBeLessThanOrEqual(AUDIT_INPUT_MAX_BYTES.failed)
  })
})

describe('refused calls', () => {
  test.runIf(isLong)('get few entries a minute, and the rest is counted on the last of them', async () => {
    const flooder = person('flooder', ['tasks:read', 'access:read'])
    const asked = cases(60, 400)
    const flood = async (actor: Partial<Actor>, count: number) => {
      for (let index = 0; index < count; index += 1) {
        await gateway.invoke(createTasks, LARGE, gateway.as(actor)).catch(() => undefined)
      }
    }
    await flood(flooder, asked)
    const entries = await entriesOf('flooder')
    expect(entries).toHaveLength(FAILED_ENTRIES_PER_MINUTE)
    expect(entries.reduce((sum, { alsoFailed }) => sum + 1 + alsoFailed, 0)).toBe(asked)
    expect(bytesOf(entries)).toBeLessThan(100_000)
    const { output } = await gateway.invoke(listAudit, {}, gateway.as(flooder))
    expect(output.items[0]).toMatchObject({ alsoFailed: asked - FAILED_ENTRIES_PER_MINUTE })
    // Another key of that person is another caller, and in the next minute there is room again.
    await flood({ ...flooder, keyId: 'key_other' }, 1)
    gateway.clock.advance(60_001)
    await flood(flooder, 1)
    expect(await entriesOf('flooder')).toHaveLength(FAILED_ENTRIES_PER_MINUTE + 2)
    gateway.clock.set(TEST_NOW)
  })

  test('that come at the same moment lose no count', async () => {
    const many = person('many', ['tasks:read'])
    const calls = Array.from({ length: 50 }, () =>
      gateway.invoke(createTasks, { tasks: [{ title: 'x' }] }, gateway.as(many)),
    )
    await Promise.allSettled(calls)
    const entries = await entriesOf('many')
    expect(entries.reduce((sum, { alsoFailed }) => sum + 1 + alsoFailed, 0)).toBe(50)
    expect(entries.length).toBeLessThan(2 * FAILED_ENTRIES_PER_MINUTE)
  })
})

describe('what is kept', () => {
  const NOW = new Date('2026-06-01T00:00:00Z')
  const daysAgo = (days: number) => new Date(NOW.getTime() - days * 24 * 60 * 60 * 1000)
  const RETENTION = { days: 100, entriesPerPerson: 1_000 }

  async function addEntries(personId: string, outcome: string, rows: number, ageDays: number) {
    await gateway.db.execute(sql`
      insert into audit_entries (id, at, actor_kind, actor_id, person_id, door, operation, input, outcome,
        duration_ms, request_id)
      select ${newId('audit')} || n, ${daysAgo(ageDays)}::timestamptz + n * interval '1 ms', 'person', ${personId},
        ${personId}, 'http', 'tasks.create', '{}', ${outcome}, 1, 'req'
      from generate_series(1, ${rows}::int) as n`)
  }

  const count = async (personId: string) => {
    const rows = await gateway.db.execute<{ outcome: string; count: number }>(sql`
      select outcome, count(*)::int as count from audit_entries where person_id = ${personId} group by outcome`)
    return Object.fromEntries(rows.map(({ outcome, count: of }) => [outcome, of]))
  }

  test('is what is young enough, and of each person the newest; failed calls push out none that was done', async () => {
    await addEntries('old', 'ok', 3, 101)
    await addEntries('old', 'ok', 2, 99)
    await addEntries('quiet', 'ok', 900, 90)
    await addEntries('loud', 'forbidden', 2_500, 1)
    await addEntries('loud', 'ok', 900, 90)
    await addEntries('busy', 'ok', 1_200, 50)
    await addEntries('busy', 'ok', 10, 2)
    await deleteOldEntries(gateway.db, RETENTION, NOW)

    expect(await count('old')).toEqual({ ok: 2 })
    expect(await count('quiet')).toEqual({ ok: 900 })
    expect(await count('loud')).toEqual({ ok: 900, forbidden: 100 })
    expect(await count('busy')).toEqual({ ok: 1_000 })
    const young = await gateway.db.execute(sql`
      select 1 from audit_entries where person_id = 'busy' and at >= ${daysAgo(3)}`)
    expect(young).toHaveLength(10)
  })

  test('of what somebody did to the things of others is not pushed out by what they do besides', async () => {
    await addEntries('meddler', 'ok', 3, 90)
    await gateway.db.execute(sql`
      insert into audit_touches (person_id, at, entry_id, uris)
      select 'owner', at, id, '{task://1}' from audit_entries where person_id = 'meddler'`)
    await addEntries('meddler', 'ok', 1_500, 1)
    await deleteOldEntries(gateway.db, RETENTION, NOW)
    expect(await count('meddler')).toEqual({ ok: 1_003 })
    const owner = gateway.as(person('owner', ['access:read']))
    const { output } = await gateway.invoke(listAudit, {}, owner)
    expect(output.items.map(({ person: by }) => by)).toEqual(['meddler', 'meddler', 'meddler'])
    // Nor is it kept beyond its own share.
    await deleteOldEntries(gateway.db, { ...RETENTION, entriesPerPerson: 2 }, NOW)
    expect(await count('meddler')).toEqual({ ok: 4 })
  })

  test('of answers to keyed calls is the newest that fit, and all of the last day, or of the last hour in a flood', async () => {
    const answer = (key: string, ageDays: number, actorId: string) => ({
      ...{ actorId, operation: 'tasks.create', key, inputHash: 'x', createdAt: daysAgo(ageDays) },
      output: { text: randomBytes(9_000).toString('base64') },
    })
    await gateway.db
      .insert(idempotencyKeys)
      .values([
        ...[answer('oldest', 6, 'a'), answer('older', 5, 'a'), answer('young', 2, 'a')],
        ...[answer('today', 0.5, 'a'), answer('now', 0.01, 'a'), answer('theirs', 6, 'b')],
      ])
    const kept = async () =>
      (await gateway.db.select({ key: idempotencyKeys.key }).from(idempotencyKeys))
        .map(({ key }) => key)
        .toSorted()
    expect(await deleteOldAnswers(gateway.db, NOW, 40_000)).toBe(2)
    expect(await kept()).toEqual(['now', 'theirs', 'today', 'young'])
    expect(await deleteOldAnswers(gateway.db, NOW, 20_000)).toBe(1)
    expect(await kept()).toEqual(['now', 'theirs', 'today'])
    expect(await deleteOldAnswers(gateway.db, NOW, 1)).toBe(2)
    expect(await kept()).toEqual(['now'])
  })
})
