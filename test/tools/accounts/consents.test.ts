/** Accounts by consent: agreed to in a browser, refreshed by one process at a time, and asked for again. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Account } from '../../../src/domain/accounts/account.ts'
import { connectedAccounts, consentRequests } from '../../../src/domain/accounts/tables.ts'
import { sealedSecrets } from '../../../src/domain/secrets/tables.ts'
import { areas } from '../../../src/tools/registry.ts'
import { CLIENT, type ConsentService, startConsentService, TOKEN_S } from '../../support/consent-service.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { TEST_PUBLIC_URL } from '../../support/world/database.ts'
import { scopes, weather, weatherConnector } from './weather.ts'

const operations = [...areas, weather].flatMap((area) => area.operations)
const CALLBACK = '/oauth/callback'

let front: TestFront
let service: ConsentService

beforeAll(async () => {
  service = await startConsentService(`${TEST_PUBLIC_URL}${CALLBACK}`)
  const environment = {
    WEATHER_URL: service.url,
    WEATHER_CLIENT_ID: CLIENT.id,
    WEATHER_CLIENT_SECRET: CLIENT.secret,
  }
  front = await openFront({}, { operations, connectors: [weatherConnector], areas: [weather], environment })
})
afterAll(async () => {
  await front.close()
  await service.close()
})
afterEach(async () => {
  service.person = 'ada'
  service.granted = undefined
  service.faults.splice(0)
  service.asked.splice(0)
  scopes.splice(0, scopes.length, 'openid', 'degrees')
  front.gateway.clock.set(new Date())
  for (const table of [connectedAccounts, consentRequests, sealedSecrets])
    await front.gateway.db.delete(table)
})

const ann: Partial<Actor> = { id: 'ann', personId: 'ann', scopes: ['accounts:write'] }

async function call(name: string, input: object = {}, who = ann) {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`there is no ${name}`)
  const { output } = await front.gateway.invoke(operation, input, front.gateway.as(who))
  return output as { account?: Account; items?: Account[]; consent?: { url: string }; of?: string }
}

const list = async () => (await call('accounts.list')).items ?? []
const forecast = () => call('weather.forecast')

/** The address with which a person who agreed comes back. */
async function returned(who = ann): Promise<URL> {
  const { consent } = await call('accounts.connect', { connector: 'weather' }, who)
  return await service.agree(consent?.url ?? '')
}

interface Shown {
  readonly status: number
  readonly text: string
  readonly cookie: string
  readonly form: URLSearchParams
}

/** The page as a browser gets it, and the form in it. */
async function openPage({ search }: URL): Promise<Shown> {
  const answer = await fetch(`${front.url}${CALLBACK}${search}`)
  const text = await answer.text()
  const fields: [string, string][] = [
    ...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g),
  ].map(([, name = '', value = '']) => [name, value])
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { status: answer.status, text, cookie, form: new URLSearchParams(fields) }
}

async function press({ form, cookie }: Pick<Shown, 'form' | 'cookie'>, headers: Record<string, string> = {}) {
  const answer = await fetch(`${front.url}${CALLBACK}`, {
    method: 'POST',
    body: form,
    headers: { cookie, ...headers },
  })
  return { status: answer.status, text: await answer.text() }
}

async function connect(): Promise<Account> {
  const done = await press(await openPage(await returned()))
  expect(done).toMatchObject({ status: 200, text: expect.stringContaining('is connected') })
  const [account] = await list()
  if (account === undefined) throw new Error('no account was connected')
  return account
}

/** Moves the clock to where the access token is no longer valid. */
const expireToken = () => front.gateway.clock.advance(TOKEN_S * 1000)

describe('a consent', () => {
  test('is asked for with PKCE and only what is needed, and connects the account when the person says so', async () => {
    const { consent } = await call('accounts.connect', { connector: 'weather' })
    const asked = new URL(consent?.url ?? '').searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      scope: 'openid degrees',
      code_challenge_method: 'S256',
      redirect_uri: `${TEST_PUBLIC_URL}${CALLBACK}`,
    })
    const shown = await openPage(await service.agree(consent?.url ?? ''))
    expect(shown.text).toContain('ann asked this gateway to connect an account of Weather.')
    expect(await list()).toEqual([])
    expect(await press(shown)).toMatchObject({
      status: 200,
      text: expect.stringContaining('ada@weather.example'),
    })
    expect(await list()).toMatchObject([
      { connector: 'weather', name: 'ada@weather.example', owner: 'ann', scopes: ['openid', 'degrees'] },
    ])
    expect(await forecast()).toEqual({ of: 'ada' })
  })

  test('can be used once, by one of two who come back with it at the same time', async () => {
    const shown = await openPage(await returned())
    const presses = await Promise.all([press(shown), press(shown)])
    expect(presses.map(({ status }) => status).toSorted()).toEqual([200, 400])
    const again = await press(shown)
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('was used before') })
    expect(await list()).toHaveLength(1)
  })

  test('is refused when its state was changed, is of another gateway, or is too old', async () => {
    const back = await returned()
    const state = back.searchParams.get('state') ?? ''
    const other = new URL(back)
    other.searchParams.set('state', `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`)
    expect((await openPage(other)).text).toContain('is not from this gateway')
    other.searchParams.set('state', '')
    expect((await openPage(other)).status).toBe(400)
    await front.gateway.db.update(consentRequests).set({ personId: 'eve', ownerId: 'eve' })
    expect((await openPage(back)).text).toContain('is not from this gateway')
    await front.gateway.db.update(consentRequests).set({ personId: 'ann', ownerId: 'ann' })
    front.gateway.clock.advance(15 * 60_000)
    expect((await openPage(back)).text).toContain('has expired')
    expect(await list()).toEqual([])
  })

  test('is taken only from the browser and the page that asked', async () => {
    const shown = await openPage(await returned())
    for (const [form, headers] of [
      [shown, { cookie: '' }],
      [shown, { cookie: 'switchboard_consent=another' }],
      [shown, { 'sec-fetch-site': 'cross-site' }],
    ] as const)
      expect(await press(form, headers)).toMatchObject({
        status: 400,
        text: expect.stringContaining('not sent by the page'),
      })
    expect((await press(shown)).status).toBe(200)
  })

  test('that was not given connects nothing, and a page shows nothing unescaped', async () => {
    const back = await returned()
    back.searchParams.delete('code')
    back.searchParams.set('error', 'access_denied')
    expect((await openPage(back)).text).toContain('You did not agree')
    back.searchParams.set('error', '<script>alert(0)</script>')
    expect((await openPage(back)).text).toMatch(/without your consent \(&lt;script/)
    back.searchParams.set('code', '"><script>alert(1)</script>')
    const shown = await openPage(back)
    expect(shown.text).not.toContain('<script>alert')
    shown.form.set('cancel', 'yes')
    expect((await press(shown)).text).toContain('Nothing was connected')
    expect(await list()).toEqual([])
  })

  test('whose code the service refuses connects nothing, and begins again', async () => {
    const back = await returned()
    back.searchParams.set('code', 'another code')
    expect(await press(await openPage(back))).toMatchObject({
      status: 400,
      text: expect.stringContaining('Weather refuses the consent'),
    })
    expect(await list()).toEqual([])
    await connect()
  })
})

describe('an access token that has expired', () => {
  test('is refreshed before it is used, by one of many calls at once', async () => {
    await connect()
    expireToken()
    service.asked.splice(0)
    const answers = await Promise.all(Array.from({ length: 6 }, forecast))
    expect(answers).toEqual(Array.from({ length: 6 }, () => ({ of: 'ada' })))
    expect(service.asked).toEqual(['refresh_token'])
    expireToken()
    expect(await forecast()).toEqual({ of: 'ada' })
    expect(service.asked).toEqual(['refresh_token', 'refresh_token'])
  })

  test('is refreshed at the next call when the service is down, slow or busy now', async () => {
    await connect()
    expireToken()
    service.faults.push(
      { status: 503, body: {} },
      { status: 429, body: { error: 'slow_down' }, headers: { 'retry-after': '7' } },
    )
    await expect(forecast()).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(forecast()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 7_000 })
    expect((await list())[0]?.state).toBe('connected')
    expect(await forecast()).toEqual({ of: 'ada' })
  })

  test('breaks the account when the service refuses the refresh, until the person agrees again', async () => {
    const account = await connect()
    expireToken()
    service.faults.push({ status: 400, body: { error: 'invalid_grant' } })
    await expect(forecast()).rejects.toMatchObject({
      code: 'not_configured',
      fix: 'Connect it again: switchboard accounts connect weather',
    })
    expect(await list()).toMatchObject([{ state: 'broken' }])
    expect(await connect()).toMatchObject({ id: account.id, state: 'connected' })
    expect(await forecast()).toEqual({ of: 'ada' })
  })

  test('does not break the account when the service does not know the gateway', async () => {
    await connect()
    expireToken()
    service.faults.push({ status: 401, body: { error: 'invalid_client' } })
    await expect(forecast()).rejects.toMatchObject({
      code: 'not_configured',
      fix: expect.stringContaining('client id'),
    })
    expect((await list())[0]?.state).toBe('connected')
  })

  test('is refreshed by another process after one that ended in the middle', async () => {
    await connect()
    expireToken()
    const crashed = { refreshId: 'req_of_a_process_that_is_gone', refreshUntil: new Date(0) }
    await front.gateway.db.update(connectedAccounts).set(crashed)
    expect(await forecast()).toEqual({ of: 'ada' })
  })
})

/** The access token that the service gave last, with a refresh token after it. */
const lastToken = () => service.tokens.at(-2) ?? ''

describe('an account whose token the service refuses early', () => {
  test('is refreshed once, and broken when the new token is refused too', async () => {
    await connect()
    front.gateway.clock.advance(61_000)
    await service.withdraw(lastToken())
    await expect(forecast()).rejects.toMatchObject({
      code: 'rate_limited',
      fix: expect.stringContaining('refreshed'),
    })
    expect(await forecast()).toEqual({ of: 'ada' })
    await service.withdraw(lastToken())
    await expect(forecast()).rejects.toMatchObject({ code: 'not_configured' })
    expect((await list())[0]?.state).toBe('broken')
  })
})

describe('scopes', () => {
  test('that grow have the person asked again', async () => {
    await connect()
    scopes.push('alarms')
    expect(await list()).toMatchObject([{ missingScopes: ['alarms'] }])
    await expect(forecast()).rejects.toMatchObject({
      code: 'not_configured',
      message: expect.stringContaining('was not granted: alarms'),
    })
    const again = await connect()
    expect(again).toMatchObject({ scopes: ['openid', 'degrees', 'alarms'], missingScopes: [] })
    expect(await forecast()).toEqual({ of: 'ada' })
  })

  test('that the person did not grant are missing', async () => {
    service.granted = ['openid']
    await connect()
    expect(await list()).toMatchObject([{ scopes: ['openid'], missingScopes: ['degrees'] }])
    await expect(forecast()).rejects.toMatchObject({ code: 'not_configured' })
  })
})

test('disconnecting ends the tokens at the service, or says that it could not, and the account goes anyway', async () => {
  const disconnect = ({ id }: Account) => call('accounts.disconnect', { accountId: id, confirm: true })
  const areValid = () => Promise.all(service.tokens.slice(-2).map(service.isValid))
  const first = await connect()
  expect(await areValid()).toEqual([true, true])
  expect(await disconnect(first)).toMatchObject({ revocation: 'revoked', because: null })
  expect(await areValid()).toEqual([false, false])
  const second = await connect()
  service.faults.push({ status: 503, body: {} })
  const because = 'Weather did not revoke the token.'
  expect(await disconnect(second)).toMatchObject({ revocation: 'failed', because })
  expect([await list(), await areValid()]).toEqual([[], [true, true]])
})
