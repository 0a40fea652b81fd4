/** API keys through `invoke` on a real database: who may make, see and revoke which. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { allScopes, grants, type Scope } from '../../../src/core/operation/scopes.ts'
import { isKeyForm } from '../../../src/domain/access/key-form.ts'
import { apiKeys, auditEntries, idempotencyKeys } from '../../../src/domain/access/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listKeys } from '../../../src/tools/access/list-keys.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { reactivatePerson } from '../../../src/tools/people/reactivate-person.ts'
import { some } from '../../support/form.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let people = 0

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

let ada: Partial<Actor>
let bob: Partial<Actor>
const root: Partial<Actor> = { id: 'root', personId: 'root', scopes: ['admin'] }

// People of its own for each test keep them apart on one database.
beforeEach(async () => {
  people += 1
  await addPeople(gateway.db, [`ada-${people}`, `bob-${people}`])
  ada = { id: `ada-${people}`, personId: `ada-${people}`, scopes: ['access:write', 'tasks:write'] }
  bob = { id: `bob-${people}`, personId: `bob-${people}`, scopes: ['access:write'] }
})

async function create(actor: Partial<Actor>, input: Partial<z.input<typeof createKey.input>> = {}) {
  const whole = { label: 'laptop', scopes: ['tasks:read' as const], ...input }
  return (await gateway.invoke(createKey, whole, gateway.as(actor))).output
}

const list = async (actor: Partial<Actor>, input: z.input<typeof listKeys.input> = {}) =>
  (await gateway.invoke(listKeys, input, gateway.as(actor))).output

const revoke = async (actor: Partial<Actor>, keyId: string) =>
  (await gateway.invoke(revokeKey, { keyId, confirm: true }, gateway.as(actor))).output

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(gateway.clock.now().getTime() + days * DAY_MS).toISOString()

describe('making a key', () => {
  it('answers with a well-formed key once, and keeps neither it nor its text anywhere', async () => {
    const { key, secret } = await create(ada)
    expect(isKeyForm(secret ?? '')).toBe(true)
    expect(secret?.startsWith(key.hint.slice(0, -1))).toBe(true)
    const rows = await gateway.db.select().from(apiKeys).where(eq(apiKeys.id, key.id))
    const listed = await list(ada)
    expect(JSON.stringify([rows, listed])).not.toContain(secret)
  })

  it('keeps the secret out of the stored answer, of its replay and of the audit', async () => {
    const call = { ...gateway.as(ada), idempotencyKey: `make-${people}` }
    const input = { label: 'laptop', scopes: ['tasks:read'] }
    const first = await gateway.invoke(createKey, input, call)
    const again = await gateway.invoke(createKey, input, call)
    expect(first.output.secret).toMatch(/^sb_/)
    expect(again).toEqual({ replayed: true, output: { key: first.output.key, secret: null } })
    expect(createKey.tell(again.output)).toContain('earlier call')
    const stored = await gateway.db.select().from(idempotencyKeys)
    const audited = await gateway.db.select().from(auditEntries)
    expect(JSON.stringify([stored, audited, gateway.logged])).not.toContain(first.output.secret)
    expect((await list(ada)).items).toHaveLength(1)
  })

  it('gives a key ninety days unless told otherwise, and for ever only when asked', async () => {
    expect((await create(ada)).key.expiresAt).toBe(inDays(90))
    expect((await create(ada, { expiresInDays: 1 })).key.expiresAt).toBe(inDays(1))
    expect((await create(ada, { expiresAt: '2026-03-05T00:00:00+01:00' })).key.expiresAt).toBe(
      '2026-03-04T23:00:00.000Z',
    )
    expect((await create(ada, { expiresInDays: null })).key.expiresAt).toBeNull()
    expect((await create(ada, { expiresAt: null })).key.expiresAt).toBeNull()
  })

  it.each([
    { expiresAt: '2026-03-04T09:00:00Z' },
    { expiresAt: '2036-03-05T09:00:00Z' },
    { expiresAt: '2026-04-01T00:00:00Z', expiresInDays: 3 },
    { expiresInDays: 0 },
    { scopes: [] },
    { label: ' ' },
    { person: 'Ada Lovelace' },
    { person: 'key_01h455vb4pex5vsknk084sn02q' },
  ])('refuses %j', async (input) => {
    await expect(create(root, input)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('never gives a scope that its maker does not have', async () => {
    for (const own of some(allScopes())) {
      const actor = { ...ada, scopes: ['access:write', own] satisfies Scope[] }
      for (const wanted of some(allScopes())) {
        const attempt = create(actor, { scopes: [wanted] })
        if (grants(actor.scopes, wanted)) expect((await attempt).key.scopes).toEqual([wanted])
        else await expect(attempt).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
  })

  it('is refused as a whole when one of several scopes is beyond its maker', async () => {
    await expect(create(ada, { scopes: ['tasks:read', 'admin'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await list(ada)).items).toEqual([])
  })

  it('for somebody else is for admins', async () => {
    await expect(create(ada, { person: `${bob.personId}` })).rejects.toMatchObject({ code: 'forbidden' })
    const { key } = await create(root, { person: `${bob.personId}`, kind: 'service' })
    expect(key).toMatchObject({ person: bob.personId, createdBy: 'root', kind: 'service' })
    expect((await list(bob)).items).toEqual([key])
  })

  it('for a service is all that a service makes, so that it cannot pass for its person', async () => {
    const service = { ...ada, kind: 'service' as const }
    await expect(create(service, { kind: 'person' })).rejects.toMatchObject({ code: 'forbidden' })
    expect((await create(service, { kind: 'service' })).key.kind).toBe('service')
  })

  it('needs access:write', async () => {
    await expect(create({ ...ada, scopes: ['access:read'] })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each(['mcp', 'slack', 'worker'] as const)(
    'is not done through %s, where others read along',
    async (door) => {
      const call = { ...gateway.as(root), door }
      const attempt = gateway.invoke(createKey, { label: 'x', scopes: ['tasks:read'] }, call)
      await expect(attempt).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('people only'),
      })
    },
  )

  it('is not done for an agent, whatever its scopes', async () => {
    await expect(create({ ...root, kind: 'agent' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('listing keys', () => {
  it('shows the keys of somebody who was deactivated as what they are until they come back', async () => {
    const { key } = await create(ada)
    const person = `ada-${people}`
    await gateway.invoke(deactivatePerson, { personId: person }, gateway.as(root))
    const seen = async (state?: 'active' | 'deactivated') =>
      (await list(root, { everyone: true, state, limit: 100 })).items
        .filter((each) => each.person === person)
        .map(({ id, state: is }) => [id, is])
    expect(await seen()).toEqual([[key.id, 'deactivated']])
    expect(await seen('deactivated')).toEqual([[key.id, 'deactivated']])
    expect(await seen('active')).toEqual([])
    await gateway.invoke(reactivatePerson, { personId: person }, gateway.as(root))
    expect(await seen('active')).toEqual([[key.id, 'active']])
  })

  it("shows one's own, newest first, a page at a time", async () => {
    for (const label of ['one', 'two', 'three']) await create(ada, { label })
    const first = await list(ada, { limit: 2 })
    expect(first.items.map(({ label }) => label)).toEqual(['three', 'two'])
    const second = await list(ada, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ items: [{ label: 'one' }], nextCursor: null })
  })

  it("hides other people's, which only an admin may ask for", async () => {
    await create(ada)
    expect((await list(bob)).items).toEqual([])
    await expect(list(bob, { everyone: true })).rejects.toMatchObject({ code: 'forbidden' })
    expect((await list(root, { everyone: true })).items).toContainEqual(
      expect.objectContaining({ person: ada.personId }),
    )
  })

  it('tells active, expired and revoked keys apart', async () => {
    const start = gateway.clock.now()
    const active = await create(ada, { label: 'active', expiresInDays: 2 })
    await create(ada, { label: 'expired', expiresInDays: 1 })
    const revoked = await create(ada, { label: 'revoked' })
    await revoke(ada, revoked.key.id)
    gateway.clock.advance(DAY_MS)
    for (const state of ['active', 'expired', 'revoked'] as const) {
      const { items } = await list(ada, { state })
      expect(items.map((key) => [key.label, key.state])).toEqual([[state, state]])
    }
    gateway.clock.set(start)
    expect(active.key.state).toBe('active')
  })
})

describe('revoking a key', () => {
  it('ends it once, says so again, and tells the processes that remember it', async () => {
    const { key } = await create(ada)
    expect(await revoke(ada, key.id)).toMatchObject({ changed: true, key: { state: 'revoked' } })
    expect(gateway.changes.at(-1)).toEqual({ uris: [`key://${key.id}`], spaceId: ada.personId })
    expect(await revoke(ada, key.id)).toMatchObject({ changed: false, key: { state: 'revoked' } })
  })

  it("does not reach other people's keys, which look as if they were not there", async () => {
    const { key } = await create(ada)
    await expect(revoke(bob, key.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await revoke(root, key.id)).toMatchObject({ changed: true })
  })

  it('needs confirmation', async () => {
    const { key } = await create(ada)
    const attempt = gateway.invoke(revokeKey, { keyId: key.id }, gateway.as(ada))
    await expect(attempt).rejects.toMatchObject({ code: 'confirmation_required' })
  })
})
