/** How often one may call, in one process and across several. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { type Actor, LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { rateLimits } from '../../src/domain/access/tables.ts'
import type { RateLimitStore } from '../../src/server/access/rate-counter.ts'
import { createRateLimit, PERSON_SHARE, RATE_LIMITS } from '../../src/server/access/rate-limit.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

let gateway: TestGateway
const closers: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(async () => {
  for (const close of closers) await close()
  await gateway.close()
})

/** With a key, and of a person, of whom nothing is counted yet, in any store. */
function actor(scopes: Actor['scopes'] = ['tasks:read'], personId = `ada-${randomUUID()}`): Actor {
  return { kind: 'person', id: personId, personId, scopes, keyId: `key_${randomUUID()}` }
}

const from = (address: string) => new Request('http://localhost/', { headers: { 'x-test-address': address } })
const addressOf = (request: Request) => request.headers.get('x-test-address') ?? ''
const HERE = from('192.0.2.1')

function limiter(store: RateLimitStore = { kind: 'memory' }, limits = {}) {
  return createRateLimit({ store, limits, log: gateway.log, addressOf })
}

async function redis(): Promise<RateLimitStore> {
  const client = new Redis(process.env.REDIS_URL ?? '', { maxRetriesPerRequest: 1 })
  await client.ping()
  closers.push(() => client.quit())
  return { kind: 'redis', client }
}

const STORES: [string, () => Promise<RateLimitStore>][] = [
  ['memory', async () => ({ kind: 'memory' })],
  ['the database', async () => ({ kind: 'postgres', db: gateway.db, table: rateLimits })],
  ...(process.env.REDIS_URL ? [['Redis', redis] satisfies [string, () => Promise<RateLimitStore>]] : []),
]

describe.each(STORES)('counted in %s', (_name, open) => {
  it('calls within the limit go through and are told what is left; the next is refused with the time to wait', async () => {
    const limit = limiter(await open(), { user: 3 })
    const ada = actor()
    for (const left of [2, 1, 0]) {
      const headers = await limit(ada, HERE)
      expect(headers['RateLimit-Policy']).toBe('"user";q=3;w=60')
      expect(headers.RateLimit).toMatch(new RegExp(`^"user";r=${left};t=(60|[1-5]?\\d)$`))
    }
    for (let again = 0; again < 2; again++) {
      const error = await limit(ada, HERE).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'rate_limited',
        message: 'More than 3 calls in a minute.',
        headers: { RateLimit: expect.stringMatching(/^"user";r=0;t=/) },
      })
      const wait = error instanceof AppError ? error.retryAfterMs : undefined
      expect(wait).toBeGreaterThan(0)
      expect(wait).toBeLessThanOrEqual(60_000)
    }
  })

  it('one key does not use up what another has', async () => {
    const limit = limiter(await open(), { user: 1 })
    const [ada, bob] = [actor(), actor()]
    await limit(ada, HERE)
    await expect(limit(ada, HERE)).rejects.toMatchObject({ code: 'rate_limited' })
    await limit(bob, HERE)
  })

  it('all keys of a person share twice the calls of one, and other people have their own', async () => {
    const limit = limiter(await open(), { user: 10 })
    const person = `ada-${randomUUID()}`
    const keys = Array.from({ length: 60 }, () => actor(['tasks:read'], person))
    const outcomes = await Promise.allSettled(keys.map((key) => limit(key, HERE)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10 * PERSON_SHARE)
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(refused?.reason).toMatchObject({
      code: 'rate_limited',
      message: 'More than 20 calls in a minute by all keys of this person.',
      fix: expect.stringMatching(/^Wait \d+ s and call again\.$/),
      headers: { 'RateLimit-Policy': '"user-person";q=20;w=60' },
    })
    await limit(actor(), HERE)
  })

  it('several calls that come together count as several', async () => {
    const limit = limiter(await open(), { user: 10 })
    const ada = actor()
    expect((await limit(ada, HERE, 9)).RateLimit).toMatch(/^"user";r=1;/)
    await expect(limit(ada, HERE, 2)).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('exactly as many as allowed get through when all come at once', async () => {
    const limit = limiter(await open(), { user: 5 })
    const ada = actor()
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => limit(ada, HERE)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  })
})

describe.each(STORES.slice(1))('shared in %s', (_name, open) => {
  it('several gateways share one limit', async () => {
    const store = await open()
    const [one, other] = [limiter(store, { user: 2 }), limiter(store, { user: 2 })]
    const ada = actor()
    await one(ada, HERE)
    await other(ada, HERE)
    await expect(one(ada, HERE)).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(other(ada, HERE)).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('several gateways share the limit of a person, within what each has taken ahead', async () => {
    const store = await open()
    const limits = [limiter(store, { user: 100 }), limiter(store, { user: 100 })]
    const person = `ada-${randomUUID()}`
    const calls = Array.from(
      { length: 300 },
      (_, index) => () => limits[index % 2]?.(actor(['tasks:read'], person), HERE),
    )
    const outcomes = await Promise.allSettled(calls.map((call) => call()))
    const admitted = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect(admitted).toBeGreaterThanOrEqual(100 * PERSON_SHARE - 4)
    expect(admitted).toBeLessThanOrEqual(100 * PERSON_SHARE)
  })
})

describe('who is counted how', () => {
  it('callers without a key are counted by address', async () => {
    const limit = limiter(undefined, { anonymous: 1 })
    await limit(undefined, HERE)
    await expect(limit(undefined, HERE)).rejects.toMatchObject({ code: 'rate_limited' })
    await limit(undefined, from('192.0.2.2'))
  })

  it('admins have more than users, and those more than strangers', async () => {
    const limit = limiter()
    const policyOf = async (who: Actor | undefined) => (await limit(who, HERE))['RateLimit-Policy']
    expect(await policyOf(undefined)).toBe('"anonymous";q=100;w=60')
    expect(await policyOf(actor())).toBe('"user";q=1000;w=60')
    expect(await policyOf(actor(['admin']))).toBe('"admin";q=10000;w=60')
  })

  it('the owner at this machine has no limit, unless one is set', async () => {
    expect(RATE_LIMITS.local).toBeNull()
    expect(await limiter()(LOCAL_PERSON, HERE)).toEqual({})
    const limit = limiter(undefined, { local: 1 })
    await limit(LOCAL_PERSON, HERE)
    await expect(limit(LOCAL_PERSON, HERE)).rejects.toMatchObject({ code: 'rate_limited' })
  })
})

it('a shared store that is away stops nobody: each process counts for itself, and says so once', async () => {
  const client = new Redis('redis://127.0.0.1:1', { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => undefined)
  closers.push(async () => client.disconnect())
  const limit = limiter({ kind: 'redis', client }, { user: 2 })
  const ada = actor()
  await limit(ada, HERE)
  await limit(ada, HERE)
  await expect(limit(ada, HERE)).rejects.toMatchObject({ code: 'rate_limited' })
  const complaints = gateway.logged.filter(({ level }) => level === 'warn')
  expect(complaints).toEqual([
    expect.objectContaining({ message: expect.stringContaining('shared rate limits') }),
  ])
})
