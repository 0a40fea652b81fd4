/** Who is let in, on real requests and keys of a real database. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keylessPerson, LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { authModeFor } from '../../src/domain/access/auth-mode.ts'
import { makeKey } from '../../src/domain/access/key-form.ts'
import { createKeyring, KEY_CACHE_TTL_MS } from '../../src/domain/access/keyring.ts'
import { makeMachineSecret } from '../../src/domain/access/machine-secret.ts'
import { createPeers, networkOf } from '../../src/server/access/address.ts'
import { type Auth, assertStartable, createAuth } from '../../src/server/access/auth.ts'
import { REFUSED_KEYS_PER_MINUTE } from '../../src/server/access/rate-limit.ts'
import { createKey } from '../../src/tools/access/create-key.ts'
import { revokeKey } from '../../src/tools/access/revoke-key.ts'
import { cpuMsOf } from '../support/cpu-time.ts'
import { addPeople } from '../support/world/add-people.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../support/world/database.ts'

let gateway: TestGateway
let local: Auth
let required: Auth

beforeAll(async () => {
  gateway = await openTestGateway()
  await addPeople(gateway.db, ['ada'])
})
afterAll(() => gateway.close())

const peers = createPeers()

const MACHINE_SECRET = makeMachineSecret()

beforeEach(() => {
  gateway.clock.set(TEST_NOW)
  const keyring = createKeyring({ db: gateway.db, now: gateway.clock.now, log: gateway.log })
  gateway.watch(keyring.notice)
  const parts = { keyring, log: gateway.log, ...peers }
  local = createAuth({
    ...parts,
    mode: 'local',
    allowedHosts: ['box.lan'],
    allowedOrigins: ['https://app.example.com'],
  })
  required = createAuth({ ...parts, mode: 'required', machineSecret: MACHINE_SECRET })
})

async function make(input: object = {}) {
  const whole = { label: 'k', scopes: ['tasks:read'], person: 'ada', ...input }
  const { output } = await gateway.invoke(createKey, whole, gateway.as())
  return { id: output.key.id, secret: output.secret ?? '' }
}

function request(headers: Record<string, string> = {}, address = '127.0.0.1'): Request {
  const made = new Request('http://localhost:3000/v1/tasks', {
    headers: { host: 'localhost:3000', ...headers },
  })
  peers.note(made, arriving(made, address))
  return made
}

/** As Node would have received it. */
function arriving(made: Request, remoteAddress: string) {
  const rawHeaders = [...made.headers].flat()
  return { httpVersion: '1.1', url: '/v1/tasks', rawHeaders, socket: { remoteAddress, localPort: 3000 } }
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: { code?: unknown }) => error.code,
  )

describe('on loopback', () => {
  it('who sends no key is the person at this machine without lasting power, before and after keys are made', async () => {
    expect(await local.authenticate(request())).toEqual(keylessPerson())
    await make()
    expect(await local.authenticate(request())).toEqual(keylessPerson())
  })

  it('who sends a key is whom it stands for, never the owner', async () => {
    const { id, secret } = await make({ expiresAt: null })
    const actor = { kind: 'person', id: 'ada', personId: 'ada', scopes: ['tasks:read'], keyId: id }
    expect(await local.authenticate(request(bearer(secret)))).toEqual(actor)
    expect(await local.authenticate(request({ 'x-api-key': secret }))).toEqual(actor)
  })

  it('a key with blanks around it counts, and blanks without end cost nothing', async () => {
    const { secret } = await make()
    const spaced = { authorization: `Bearer   ${secret}` }
    expect(await local.authenticate(request(spaced))).toMatchObject({ id: 'ada' })
    const endless = request({ authorization: `Bearer${' '.repeat(200_000)}a b` })
    const cpuMs = await cpuMsOf(async () => {
      expect(await codeOf(local.authenticate(endless))).toBe('unauthenticated')
    })
    expect(cpuMs).toBeLessThan(1000)
  })

  it('no wrong credential makes anybody the owner', async () => {
    const word = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).filter((text) => text.trim() === text)
    const header = fc.record({
      name: fc.constantFrom('authorization', 'x-api-key'),
      value: fc.oneof(
        word,
        word.map((text) => `Bearer ${text}`),
        word.map((text) => `sb_${text}`),
        word.map((text) => `Basic ${text}`),
      ),
    })
    await fc.assert(
      fc.asyncProperty(header, async ({ name, value }) => {
        expect(['unauthenticated', 'rate_limited']).toContain(
          await codeOf(local.authenticate(request({ [name]: value }))),
        )
      }),
    )
  })

  it.each(['localhost:3000', '127.0.0.1:3000', '127.1.2.3:3000', '[::1]:3000', 'LOCALHOST:3000'])(
    'the host %s is this machine',
    async (host) => {
      expect(await local.authenticate(request({ host }))).toEqual(keylessPerson())
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.7:3000',
    'evil@localhost',
    'localhost.',
    '127.1:3000',
    '2130706433:3000',
    '[::ffff:127.0.0.1]:3000',
    '',
  ])('a page that was led here under the host %j is kept out', async (host) => {
    expect(await codeOf(local.authenticate(request({ host })))).toBe('forbidden')
  })

  it.each([
    { origin: 'http://localhost:3000' },
    { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('a page of ours may call: %j', async (headers) => {
    expect(await local.authenticate(request(headers))).toEqual(keylessPerson())
  })

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:5173' },
    { origin: 'null' },
    { origin: 'https://app.example.com.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('a page of another site may not: %j', async (headers) => {
    expect(await codeOf(local.authenticate(request(headers)))).toBe('forbidden')
  })

  it('who calls by a name that others use too needs a key, with which it is served', async () => {
    const host = 'box.lan:3000'
    await expect(local.authenticate(request({ host }))).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('box.lan'),
    })
    const { secret } = await make()
    expect(await codeOf(local.authenticate(request({ host, ...bearer(secret) })))).toBe('ok')
  })

  it('what came through a proxy needs a key, and is told by what it is known', async () => {
    const sent = { 'X-Forwarded-For': '203.0.113.9' }
    await expect(local.authenticate(request(sent))).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('x-forwarded-for'),
    })
    const { secret } = await make()
    expect(await codeOf(local.authenticate(request({ ...sent, ...bearer(secret) })))).toBe('ok')
  })
})

describe('where keys are required', () => {
  it("the machine's secret makes its bearer the owner, and another one nobody", async () => {
    expect(await required.authenticate(request(bearer(MACHINE_SECRET)))).toBe(LOCAL_PERSON)
    expect(await codeOf(required.authenticate(request(bearer(makeMachineSecret()))))).toBe('unauthenticated')
    // A gateway that has no such secret takes none.
    expect(await codeOf(local.authenticate(request(bearer(MACHINE_SECRET))))).toBe('unauthenticated')
  })

  it('nobody gets in without one, and is told how', async () => {
    await expect(required.authenticate(request())).rejects.toMatchObject({
      code: 'unauthenticated',
      fix: expect.stringContaining('Bearer sb_'),
      headers: { 'www-authenticate': 'Bearer realm="switchboard"' },
    })
  })

  it('any host will do, since a page that was led here has no key', async () => {
    const { secret } = await make()
    expect(await codeOf(required.authenticate(request({ host: 'gateway.example', ...bearer(secret) })))).toBe(
      'ok',
    )
  })

  it('one answer is given to unknown, mistyped, revoked and expired keys', async () => {
    const revoked = await make()
    await gateway.invoke(revokeKey, { keyId: revoked.id, confirm: true }, gateway.as())
    const expired = await make({ expiresInDays: 1 })
    gateway.clock.advance(86_400_000)
    const answers = await Promise.all(
      [makeKey(), 'sb_x', revoked.secret, expired.secret].map((key) =>
        required.authenticate(request(bearer(key))).catch((error: unknown) => error),
      ),
    )
    for (const answer of answers) {
      expect(answer).toMatchObject({
        code: 'unauthenticated',
        message: 'The API key is not accepted: it is mistyped, expired or revoked.',
        headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
      })
    }
    expect(new Set(gateway.logged.map(({ fields }) => 'reason' in fields && fields.reason))).toEqual(
      new Set(['malformed', 'unknown', 'revoked', 'expired']),
    )
    expect(JSON.stringify(gateway.logged)).not.toContain(expired.secret)
  })

  it('a key that is revoked is refused with the next request', async () => {
    const { id, secret } = await make()
    expect(await codeOf(required.authenticate(request(bearer(secret))))).toBe('ok')
    await gateway.invoke(revokeKey, { keyId: id, confirm: true }, gateway.as())
    expect(await codeOf(required.authenticate(request(bearer(secret))))).toBe('unauthenticated')
  })

  it('an address that presents wrong keys is slowed down, but no key from there that is right', async () => {
    const { id, secret } = await make()
    const other = await make()
    for (let attempt = 0; attempt < REFUSED_KEYS_PER_MINUTE; attempt++) {
      expect(await codeOf(required.authenticate(request(bearer(makeKey()), '192.0.2.1')))).toBe(
        'unauthenticated',
      )
    }
    await expect(required.authenticate(request(bearer(makeKey()), '192.0.2.1'))).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: expect.any(Number),
    })
    // Also one that was never seen before.
    expect(await codeOf(required.authenticate(request(bearer(secret), '192.0.2.1')))).toBe('ok')
    gateway.clock.advance(KEY_CACHE_TTL_MS)
    expect(await codeOf(required.authenticate(request(bearer(other.secret), '192.0.2.1')))).toBe('ok')
    await gateway.invoke(revokeKey, { keyId: id, confirm: true }, gateway.as())
    expect(await codeOf(required.authenticate(request(bearer(secret), '192.0.2.1')))).toBe('rate_limited')
  })
})

describe('starting', () => {
  it('keys are required wherever others can reach the gateway', () => {
    const modeFor = (host: string, auth?: 'local' | 'required', trustedProxies = 0) =>
      authModeFor({ host, auth, trustedProxies })
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      expect(modeFor(host)).toBe('local')
      expect(modeFor(host, 'required')).toBe('required')
      // Who has proxies of their own in front lets others reach it; who says otherwise is believed.
      expect(modeFor(host, undefined, 1)).toBe('required')
      expect(modeFor(host, 'local', 1)).toBe('local')
    }
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'gateway.example']) {
      expect(modeFor(host)).toBe('required')
      expect(() => modeFor(host, 'local')).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    }
  })

  it('is refused where a key is required and there is none, saying how to make one', async () => {
    await expect(assertStartable('required', async () => false)).rejects.toMatchObject({
      code: 'unauthenticated',
      fix: expect.stringContaining('switchboard keys create'),
    })
    await assertStartable('required', async () => true)
    await assertStartable('local', async () => false)
  })
})

describe('the address that a request is counted under', () => {
  it('is that of the connection, unless our own proxies tell another', () => {
    const sent = { 'x-forwarded-for': '6.6.6.6, 198.51.100.7, 10.0.0.2' }
    for (const [trusted, expected] of [
      [0, '10.0.0.1'],
      [1, '10.0.0.2'],
      [2, '198.51.100.7'],
    ] as const) {
      const behind = createPeers(trusted)
      const made = request(sent)
      behind.note(made, arriving(made, '10.0.0.1'))
      expect(behind.addressOf(made)).toBe(expected)
    }
  })

  it.each([
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8:0:1::5]:50123', '2001:db8:0:1::/64'],
    ['[2001:db8:0:1::5]', '2001:db8:0:1::/64'],
    ['unknown', '10.0.0.1'],
    ['x'.repeat(5000), '10.0.0.1'],
  ])('is the same for every port that a proxy writes beside it: %.30s', (forwarded, address) => {
    const behind = createPeers(1)
    const made = request({ 'x-forwarded-for': forwarded })
    behind.note(made, arriving(made, '10.0.0.1'))
    expect(behind.addressOf(made)).toBe(address)
  })

  it('is a network where one caller has many addresses', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf('2001:db8:0:1::5')).toBe('2001:db8:0:1::/64')
    expect(networkOf('2001:0DB8::0001:0:0:0:5')).toBe('2001:db8:0:1::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    fc.assert(
      fc.property(fc.ipV6(), (address) => networkOf(address).endsWith('/64') || address.includes('.')),
    )
  })
})
