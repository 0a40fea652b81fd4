/** The audit read back through `invoke` on a real database. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Scope } from '../../../src/core/operation/scopes.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { whoami } from '../../../src/tools/access/whoami.ts'
import { operations } from '../../../src/tools/registry.ts'
import { steerRun } from '../../../src/tools/runs/steer-run.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let people = 0
let ada: Partial<Actor>
let bob: Partial<Actor>

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
})
afterAll(() => gateway.close())
beforeEach(() => {
  people += 1
  gateway.clock.set(TEST_NOW)
  ada = { id: `ada-${people}`, personId: `ada-${people}`, scopes: ['profile:write', 'access:write'] }
  bob = { id: `bob-${people}`, personId: `bob-${people}`, scopes: ['profile:write', 'access:read'] }
})

const rename = (actor: Partial<Actor>, name: string) =>
  gateway.invoke(updateProfile, { name }, { ...gateway.as(actor), requestId: `req-${name}` })
const read = async (actor: Partial<Actor>, input: z.input<typeof listAudit.input> = {}) =>
  (await gateway.invoke(listAudit, input, gateway.as(actor))).output
const requests = async (actor: Partial<Actor>, input: z.input<typeof listAudit.input> = {}) =>
  (await read(actor, input)).items.map(({ requestId }) => requestId)

describe('the audit', () => {
  it('records a write with who, through which door, what and how it ended; reads leave nothing', async () => {
    await gateway.invoke(
      updateProfile,
      { name: 'Ada' },
      { ...gateway.as(ada), door: 'mcp', requestId: 'req-1' },
    )
    await gateway.invoke(whoami, {}, gateway.as(ada))
    const { items } = await read(ada)
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^audit_/),
        at: TEST_NOW,
        actor: { kind: 'person', id: ada.id },
        person: ada.personId,
        keyId: null,
        door: 'mcp',
        operation: 'access.update_profile',
        input: { name: 'Ada' },
        outcome: 'ok',
        durationMs: expect.any(Number),
        requestId: 'req-1',
        touched: [],
        alsoFailed: 0,
      },
    ])
  })

  it('records what was refused, with its error code', async () => {
    const attempt = gateway.invoke(createKey, { label: 'x', scopes: ['admin'] }, gateway.as(ada))
    await expect(attempt).rejects.toMatchObject({ code: 'forbidden' })
    const missing = gateway.invoke(
      revokeKey,
      { keyId: 'key_01h455vb4pex5vsknk084sn02q', confirm: true },
      gateway.as(ada),
    )
    await expect(missing).rejects.toMatchObject({ code: 'not_found' })
    const outcomes = (await read(ada)).items.map(({ operation, outcome }) => [operation, outcome])
    expect(outcomes.sort()).toEqual([
      ['access.create_key', 'forbidden'],
      ['access.revoke_key', 'not_found'],
    ])
  })

  it("shows nobody another person's entries, except to an admin who asks for everyone's", async () => {
    await rename(ada, 'a')
    expect(await requests(bob)).toEqual([])
    await expect(read(bob, { everyone: true })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await requests({}, { everyone: true, actor: `${ada.id}` })).toEqual(['req-a'])
    expect(await requests({}, { actor: `${ada.id}` })).toEqual([])
  })

  it('is filtered by operation, outcome, actor, door and time', async () => {
    await rename(ada, 'early')
    gateway.clock.advance(60_000)
    await gateway.invoke(
      updateProfile,
      { name: 'B' },
      { ...gateway.as({ ...ada, kind: 'service', id: 'bot' }), door: 'http', requestId: 'req-late' },
    )
    const minuteLater = '2026-03-04T09:01:00Z'
    expect(await requests(ada, { actor: 'bot' })).toEqual(['req-late'])
    expect(await requests(ada, { door: 'http' })).toEqual(['req-late'])
    expect(await requests(ada, { since: minuteLater })).toEqual(['req-late'])
    expect(await requests(ada, { until: '2026-03-04T10:01:00+01:00' })).toEqual(['req-early'])
    expect(await requests(ada, { operation: 'access.update_profile', outcome: 'ok' })).toHaveLength(2)
    expect(await requests(ada, { operation: 'tasks.create' })).toEqual([])
    expect(await requests(ada, { outcome: 'forbidden' })).toEqual([])
  })

  it('pages through entries of one millisecond without losing or repeating any', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `n${index}`)
    for (const name of names) await rename(ada, name)
    const seen: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await read(ada, { limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map(({ requestId }) => requestId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(names.map((name) => `req-${name}`).reverse())
  })

  it('answers a forged cursor with invalid_input, whatever it holds', async () => {
    const part = fc.oneof(fc.string(), fc.integer(), fc.constant(TEST_NOW), fc.constant('infinity'))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 3 }), async (parts) => {
        const cursor = Buffer.from(JSON.stringify(['newest', ...parts])).toString('base64url')
        const outcome = await read(ada, { cursor }).then(
          () => 'ok',
          (error: { code?: unknown }) => error.code,
        )
        expect(['ok', 'invalid_input']).toContain(outcome)
      }),
      { numRuns: 50 },
    )
  })

  it('never shows an API key that somebody typed where it does not belong', async () => {
    const { output } = await gateway.invoke(
      createKey,
      { label: 'a', scopes: ['profile:read'] },
      gateway.as(ada),
    )
    await rename(ada, `my key is ${output.secret}`)
    const [entry] = (await read(ada, { operation: 'access.update_profile' })).items
    expect(entry?.input).toEqual({ name: 'my key is [redacted]' })
  })

  it('shows an input only to readers who could read without it what it speaks of', async () => {
    const writer = { ...ada, scopes: ['tasks:write', 'access:read'] as const }
    await gateway.invoke(createTasks, { tasks: [{ title: 'Secret' }] }, gateway.as(writer))
    const steer = { runId: 'run_01h455vb4pex5vsknk084sn02q', message: 'Secret' }
    const told = gateway.invoke(steerRun, steer, gateway.as({ ...ada, scopes: ['runs:write'] }))
    await expect(told).rejects.toMatchObject({ code: 'not_found' })
    const inputs = async (...scopes: Scope[]) =>
      (await read({ ...ada, scopes: ['access:read', ...scopes] })).items.map(({ input }) => input).reverse()
    const seen = [{ tasks: [expect.objectContaining({ title: 'Secret' })] }, { ...steer, answers: false }]
    expect(await inputs('tasks:read', 'projects:read', 'runs:read')).toEqual(seen)
    expect(await inputs('tasks:read')).toEqual([seen[0], 'Not shown: needs runs:read, projects:read.'])
    expect(await inputs()).toEqual([
      'Not shown: needs tasks:read.',
      'Not shown: needs runs:read, tasks:read, projects:read.',
    ])
  })

  it('cuts long texts, so that an answer stays readable', async () => {
    const writer = { ...ada, scopes: ['tasks:write', 'access:read'] as const }
    const tasks = [{ title: 'Long', notes: 'n'.repeat(9000) }]
    await gateway.invoke(createTasks, { tasks }, gateway.as(writer))
    const [entry] = (await read(writer)).items
    expect(entry?.input).toMatchObject({ tasks: [{ title: 'Long', notes: `${'n'.repeat(499)}…` }] })
  })
})
