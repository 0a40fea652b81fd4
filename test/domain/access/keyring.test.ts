/** Whom a key stands for: remembered for seconds, never beyond its end. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import type { z } from 'zod'
import { makeKey } from '../../../src/domain/access/key-form.ts'
import {
  createKeyring,
  KEY_CACHE_TTL_MS,
  type Keyring,
  LAST_USED_EVERY_MS,
} from '../../../src/domain/access/keyring.ts'
import { findEndedKeys, hasActiveKey } from '../../../src/domain/access/keys.ts'
import { apiKeys } from '../../../src/domain/access/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let keyring: Keyring

beforeAll(async () => {
  gateway = await openTestGateway()
  await addPeople(gateway.db, ['ada'])
})
afterAll(() => gateway.close())
beforeEach(() => {
  gateway.clock.set(TEST_NOW)
  keyring = ring()
})

const ring = () => createKeyring({ db: gateway.db, now: gateway.clock.now, log: gateway.log })

async function make(input: Partial<z.input<typeof createKey.input>> = {}) {
  const whole = { label: 'k', scopes: ['tasks:read' as const], ...input }
  const { output } = await gateway.invoke(createKey, whole, gateway.as())
  if (output.secret === null) throw new Error('no secret')
  return { id: output.key.id, secret: output.secret }
}

const revoke = (keyId: string) => gateway.invoke(revokeKey, { keyId, confirm: true }, gateway.as())

/** As another process would, without a word to this one. */
const change = (id: string, set: Partial<typeof apiKeys.$inferInsert>) =>
  gateway.db.update(apiKeys).set(set).where(eq(apiKeys.id, id))

describe('a key', () => {
  it('stands for its person, or for the service it was made for', async () => {
    const person = await make({ person: 'ada', scopes: ['tasks:write'], expiresAt: null })
    const service = await make({ person: 'ada', kind: 'service', expiresInDays: 1 })
    const keyExpiresAtMs = Date.parse(TEST_NOW) + 24 * 3_600_000
    expect(await keyring.verify(person.secret)).toEqual({
      ok: true,
      actor: { kind: 'person', id: 'ada', personId: 'ada', scopes: ['tasks:write'], keyId: person.id },
    })
    expect(await keyring.verify(service.secret)).toEqual({
      ok: true,
      actor: {
        ...{ kind: 'service', id: service.id, personId: 'ada', scopes: ['tasks:read'] },
        ...{ keyId: service.id, keyExpiresAtMs },
      },
    })
  })

  it('is refused when it is malformed, unknown, revoked or expired', async () => {
    const revoked = await make()
    await revoke(revoked.id)
    const expired = await make({ expiresInDays: 1 })
    gateway.clock.advance(86_400_000)
    expect(await keyring.verify(`${revoked.secret}x`)).toEqual({ ok: false, reason: 'malformed' })
    expect(await keyring.verify(makeKey())).toEqual({ ok: false, reason: 'unknown' })
    expect(await keyring.verify(revoked.secret)).toMatchObject({ ok: false, reason: 'revoked' })
    expect(await keyring.verify(expired.secret)).toMatchObject({ ok: false, reason: 'expired' })
  })

  it('grants nothing by a scope that this version does not know', async () => {
    const { id, secret } = await make()
    await gateway.db.execute(`update api_keys set scopes = '{tasks:read,tasks:rule}' where id = '${id}'`)
    expect(await keyring.verify(secret)).toMatchObject({ actor: { scopes: ['tasks:read'] } })
  })
})

describe('a key seen a moment ago', () => {
  it('is known without the database, for as long as its time to live and no longer', async () => {
    const { id, secret } = await make()
    expect(keyring.recall(secret)).toBeUndefined()
    await keyring.verify(secret)
    await change(id, { revokedAt: gateway.clock.now() })
    gateway.clock.advance(KEY_CACHE_TTL_MS - 1)
    expect(keyring.recall(secret)).toMatchObject({ keyId: id })
    gateway.clock.advance(1)
    expect(keyring.recall(secret)).toBeUndefined()
    expect(await keyring.verify(secret)).toMatchObject({ reason: 'revoked' })
  })

  it('is forgotten the moment it expires', async () => {
    const { secret } = await make({ expiresAt: '2026-03-04T09:00:01Z' })
    await keyring.verify(secret)
    gateway.clock.advance(999)
    expect(keyring.recall(secret)).toBeDefined()
    gateway.clock.advance(1)
    expect(keyring.recall(secret)).toBeUndefined()
  })

  it('is forgotten at once when it is revoked here, also in the middle of a look-up', async () => {
    const stop = gateway.watch(keyring.notice)
    const [calm, racing, other] = [await make(), await make(), await make()]
    await keyring.verify(calm.secret)
    await keyring.verify(other.secret)
    await revoke(calm.id)
    expect(keyring.recall(calm.secret)).toBeUndefined()
    expect(keyring.recall(other.secret)).toBeDefined()

    const underWay = keyring.verify(racing.secret)
    await revoke(racing.id)
    await underWay
    expect(keyring.recall(racing.secret)).toBeUndefined()
    stop()
  })
})

describe('many keys at once', () => {
  it('are looked up by a few queries, and each is told its own', async () => {
    const good = await Promise.all([make(), make()])
    let queries = 0
    const counting: typeof gateway.db = new Proxy(gateway.db, {
      get(db, name, receiver) {
        if (name === 'select') queries += 1
        return Reflect.get(db, name, receiver)
      },
    })
    const crowded = createKeyring({ db: counting, now: gateway.clock.now, log: gateway.log })
    const wrong = Array.from({ length: 500 }, makeKey)
    const keys = [...wrong, good[0].secret, ...wrong, good[1].secret]
    const told = await Promise.all(keys.map((key) => crowded.verify(key)))
    expect(told.flatMap((one) => (one.ok ? one.actor.keyId : []))).toEqual(good.map(({ id }) => id))
    expect(queries).toBeLessThan(10)
    await crowded.close()
  })

  it('fail together when the database does, and no later one with them', async () => {
    let isAway = true
    const db: typeof gateway.db = new Proxy(gateway.db, {
      get(of, name, receiver) {
        if (isAway && name === 'select') throw new Error('away')
        return Reflect.get(of, name, receiver)
      },
    })
    const shaken = createKeyring({ db, now: gateway.clock.now, log: gateway.log })
    const failed = await Promise.allSettled([makeKey(), makeKey(), makeKey()].map(shaken.verify))
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    isAway = false
    expect(await shaken.verify(makeKey())).toMatchObject({ reason: 'unknown' })
  })
})

describe('when a key was last used', () => {
  const lastUsed = async (id: string) => {
    const [row] = await gateway.db.select().from(apiKeys).where(eq(apiKeys.id, id))
    return row?.lastUsedAt?.toISOString()
  }

  it('is written at most once a minute, in whichever process', async () => {
    const { id, secret } = await make()
    await keyring.verify(secret)
    await keyring.close()
    expect(await lastUsed(id)).toBe(TEST_NOW)

    gateway.clock.advance(LAST_USED_EVERY_MS - 1)
    const another = ring()
    await another.verify(secret)
    await another.close()
    expect(await lastUsed(id)).toBe(TEST_NOW)

    gateway.clock.advance(1)
    await another.verify(secret)
    await another.close()
    expect(await lastUsed(id)).toBe('2026-03-04T09:01:00.000Z')
  })

  it('never goes back', async () => {
    const { id, secret } = await make()
    await keyring.verify(secret)
    await keyring.close()
    gateway.clock.advance(-LAST_USED_EVERY_MS)
    const late = ring()
    await change(id, { lastUsedAt: new Date(TEST_NOW) })
    await late.verify(secret)
    await late.close()
    expect(await lastUsed(id)).toBe(TEST_NOW)
  })
})

it('whether there is an active key is told by keys that can be used, not by keys that were made', async () => {
  await gateway.db.delete(apiKeys)
  const isThere = () => hasActiveKey(gateway.db, gateway.clock.now())
  expect(await isThere()).toBe(false)
  const { id } = await make({ expiresInDays: 1 })
  expect(await isThere()).toBe(true)
  gateway.clock.advance(86_400_000)
  expect(await isThere()).toBe(false)
  gateway.clock.set(TEST_NOW)
  await revoke(id)
  expect(await isThere()).toBe(false)
  await make({ expiresAt: null })
  expect(await isThere()).toBe(true)
})

test('keys that were revoked, have expired, lost a scope or were deleted have ended', async () => {
  const [whole, revoked, expired, lesser, deleted] = [
    await make(),
    await make(),
    await make({ expiresInDays: 1 }),
    await make({ scopes: ['tasks:write'] }),
    await make(),
  ]
  gateway.clock.advance(86_400_000)
  await change(revoked.id, { revokedAt: gateway.clock.now() })
  await change(lesser.id, { scopes: ['tasks:read'] })
  await gateway.db.delete(apiKeys).where(eq(apiKeys.id, deleted.id))
  const held = [whole, revoked, expired, lesser, deleted].map(({ id }) => ({
    keyId: id,
    scopes: [id === lesser.id ? ('tasks:write' as const) : ('tasks:read' as const)],
  }))
  const ended = await findEndedKeys(gateway.db, held, gateway.clock.now())
  expect(ended).toEqual([revoked.id, expired.id, lesser.id, deleted.id])
})
