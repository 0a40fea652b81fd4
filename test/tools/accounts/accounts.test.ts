/** Accounts by a pasted token: connected, checked, used and disconnected, for a person or a team. */
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type AppError, errorBody, toAppError } from '../../../src/core/errors.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { exampleId } from '../../../src/core/operation/ids.ts'
import { auditEntries, grants } from '../../../src/domain/access/tables.ts'
import type { Account } from '../../../src/domain/accounts/account.ts'
import { connectedAccounts } from '../../../src/domain/accounts/tables.ts'
import { sealedSecrets } from '../../../src/domain/secrets/tables.ts'
import { teams } from '../../../src/domain/teams/tables.ts'
import { areas } from '../../../src/tools/registry.ts'
import { greenhouse, sensors } from '../../area/greenhouse.ts'
import { type SensorService, startSensorService } from '../../support/sensor-service.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

const operations = [...areas, greenhouse].flatMap((area) => area.operations)

let gateway: TestGateway
let service: SensorService

beforeAll(async () => {
  service = await startSensorService()
  const environment = { GREENHOUSE_SENSORS_URL: service.url }
  gateway = await openTestGateway({ operations, connectors: [sensors], areas: [greenhouse], environment })
})
afterAll(async () => {
  await gateway.close()
  await service.close()
})
afterEach(async () => {
  service.status = undefined
  service.accounts.clear()
  await gateway.db.delete(connectedAccounts)
  await gateway.db.delete(sealedSecrets)
})

const ann: Partial<Actor> = { id: 'ann', personId: 'ann', scopes: ['accounts:write', 'greenhouse:write'] }
const bob: Partial<Actor> = { id: 'bob', personId: 'bob', scopes: ['accounts:write', 'greenhouse:write'] }

/** A token that the service accepts. */
function tokenOf(id: string, token = `token-of-${id}`): string {
  service.accounts.set(token, { id, name: `the box ${id}` })
  return token
}

async function call(
  name: string,
  input: object,
  who: Partial<Actor> = ann,
): Promise<{ account?: Account; items?: Account[]; degrees?: number }> {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`there is no ${name}`)
  return (await gateway.invoke(operation, input, gateway.as(who))).output
}

async function connect(input: object, who = ann): Promise<Account> {
  const { account } = await call('accounts.connect', { connector: 'sensors', ...input }, who)
  if (account === undefined) throw new Error('no account was connected')
  return account
}

const list = async (who = ann, query: object = {}): Promise<Account[]> =>
  (await call('accounts.list', query, who)).items ?? []

describe('an account', () => {
  test('is connected when its service accepts the token, and then acts', async () => {
    const account = await connect({ token: tokenOf('one') })
    expect(account).toMatchObject({
      connector: 'sensors',
      name: 'the box one',
      owner: 'ann',
      state: 'connected',
      brokenBecause: null,
      missingScopes: [],
    })
    expect(await list()).toEqual([account])
    expect(await call('greenhouse.measure', {})).toEqual({ degrees: 21 })
    expect(service.seen.at(-1)).toBe('token-of-one')
  })

  test('is not connected with a token that the service refuses, or while it is down', async () => {
    await expect(connect({ token: 'a wrong token' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'Sensors does not accept this token.',
      fix: expect.stringContaining('printed on the box'),
    })
    for (const token of ['two\nlines', 'a\u0000b', 'caf\u00e9'])
      await expect(connect({ token })).rejects.toMatchObject({ code: 'invalid_input' })
    service.status = 500
    await expect(connect({ token: tokenOf('one') })).rejects.toMatchObject({ code: 'internal' })
    await expect(connect({ connector: 'nothing', token: 'a token' })).rejects.toMatchObject({
      code: 'not_found',
      fix: 'There are: sensors.',
    })
    expect(await list()).toEqual([])
  })

  test('that is connected again is the same, with the new token in place of the old one', async () => {
    const first = await connect({ token: tokenOf('one') })
    const again = await connect({ token: tokenOf('one', 'another token of one') })
    expect(again.id).toBe(first.id)
    expect(await list()).toHaveLength(1)
    await call('greenhouse.measure', {})
    expect(service.seen.at(-1)).toBe('another token of one')
    expect(await gateway.db.select().from(sealedSecrets)).toHaveLength(1)
  })

  test('that is connected by two calls at once is one', async () => {
    const tokens = [1, 2, 3, 4].map((each) => tokenOf('one', `token ${each} of one`))
    const connected = await Promise.all(tokens.map((token) => connect({ token })))
    expect(new Set(connected.map(({ id }) => id)).size).toBe(1)
    expect(await call('greenhouse.measure', {})).toEqual({ degrees: 21 })
  })

  test('of one person is neither seen nor used by another', async () => {
    const { id } = await connect({ token: tokenOf('one') })
    expect(await list(bob)).toEqual([])
    const notFound = { code: 'not_found' }
    await expect(call('accounts.check', { accountId: id }, bob)).rejects.toMatchObject(notFound)
    await expect(call('accounts.disconnect', { accountId: id, confirm: true }, bob)).rejects.toMatchObject(
      notFound,
    )
    await expect(call('greenhouse.measure', { accountId: id }, bob)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(call('greenhouse.measure', {}, bob)).rejects.toMatchObject({
      code: 'not_configured',
      fix: 'Connect one: switchboard accounts connect sensors',
    })
  })

  test('is named where there are several', async () => {
    const [one, two] = [await connect({ token: tokenOf('one') }), await connect({ token: tokenOf('two') })]
    await expect(call('greenhouse.measure', {})).rejects.toMatchObject({
      code: 'invalid_input',
      fix: expect.stringMatching(new RegExp(`${one.id} \\(the box one\\), ${two.id} \\(the box two\\)`)),
    })
    await call('greenhouse.measure', { accountId: two.id })
    expect(service.seen.at(-1)).toBe('token-of-two')
  })

  test('that is disconnected leaves no secret behind', async () => {
    const { id } = await connect({ token: tokenOf('one') })
    await expect(call('accounts.disconnect', { accountId: id })).rejects.toMatchObject({
      code: 'confirmation_required',
    })
    await call('accounts.disconnect', { accountId: id, confirm: true })
    expect(await list()).toEqual([])
    expect(await gateway.db.select().from(sealedSecrets)).toEqual([])
  })
})

describe('an account of a team', () => {
  test('is connected and used by its members, and only seen by its viewers', async () => {
    const team = exampleId('team')
    const now = new Date()
    const row = { id: team, name: 'Growers', createdBy: 'ann', createdAt: now, updatedAt: now }
    await gateway.db.insert(teams).values(row)
    const inTeam = (personId: string, role: 'editor' | 'viewer') => ({
      personId,
      role,
      spaceId: team,
      ownerId: team,
    })
    await gateway.db.insert(grants).values([inTeam('ann', 'editor'), inTeam('bob', 'viewer')])
    const account = await connect({ token: tokenOf('one'), teamId: team })
    expect(account).toMatchObject({ owner: team, connectedBy: 'ann' })
    expect(await list(bob)).toEqual([account])
    await expect(call('greenhouse.measure', { accountId: account.id }, bob)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(connect({ token: tokenOf('two'), teamId: team }, bob)).rejects.toMatchObject({
      code: 'forbidden',
    })
    const carl = { ...bob, id: 'carl', personId: 'carl' }
    await expect(connect({ token: tokenOf('two'), teamId: team }, carl)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await list(carl)).toEqual([])
    await gateway.db.delete(grants)
  })
})

describe('an account that its service refuses', () => {
  test('is broken once, is not tried again, and works when it is connected again', async () => {
    const account = await connect({ token: tokenOf('one') })
    service.accounts.clear()
    const refusals = await Promise.allSettled([
      call('greenhouse.measure', {}),
      call('greenhouse.measure', {}),
    ])
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        reason: { code: 'not_configured', fix: 'Connect it again: switchboard accounts connect sensors' },
      })
    const told = gateway.changes.filter(({ uris }) => uris.includes(`account://${account.id}`))
    // Once when it was connected, and once when it broke.
    expect(told).toHaveLength(2)
    const [broken] = await list(ann, { state: 'broken' })
    expect(broken).toMatchObject({
      id: account.id,
      brokenBecause: expect.stringContaining('no longer accepts'),
    })

    const asked = service.seen.length
    await expect(call('greenhouse.measure', {})).rejects.toMatchObject({
      message: expect.stringContaining('is broken'),
    })
    expect(service.seen).toHaveLength(asked)

    await connect({ token: tokenOf('one', 'a new token') })
    expect(await call('greenhouse.measure', {})).toEqual({ degrees: 21 })
  })

  test('is checked, and a service that is down breaks nothing', async () => {
    const { id: accountId } = await connect({ token: tokenOf('one') })
    service.status = 503
    await expect(call('accounts.check', { accountId })).rejects.toMatchObject({ code: 'internal' })
    expect((await list())[0]?.state).toBe('connected')
    service.status = undefined
    service.accounts.clear()
    await expect(call('accounts.check', { accountId })).rejects.toMatchObject({ code: 'not_configured' })
    expect((await list())[0]?.state).toBe('broken')
    tokenOf('one')
    expect((await call('accounts.check', { accountId })).account).toMatchObject({ state: 'connected' })
  })

  test('is broken too when its secret was lost', async () => {
    const { id } = await connect({ token: tokenOf('one') })
    await gateway.db.delete(sealedSecrets)
    await expect(call('greenhouse.measure', {})).rejects.toMatchObject({ code: 'not_configured' })
    expect(await list()).toMatchObject([{ id, state: 'broken' }])
  })
})

describe('the operations of one connector', () => {
  test('do the same to its accounts, and know no others', async () => {
    const { account } = await call('greenhouse.accounts.connect', { token: tokenOf('one') })
    expect(await list()).toEqual([account])
    expect((await call('greenhouse.accounts.list', {})).items).toEqual([account])
    await gateway.db.update(connectedAccounts).set({ connector: 'another' })
    expect((await call('greenhouse.accounts.list', {})).items).toEqual([])
    for (const verb of ['check', 'disconnect'])
      await expect(
        call(`greenhouse.accounts.${verb}`, {
          accountId: (account as unknown as Account).id,
          ...(verb === 'disconnect' && { confirm: true }),
        }),
      ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a token', () => {
  test.each(['mcp', 'slack', 'worker'] as const)(
    'is not taken through %s, where a model sees it',
    async (door) => {
      const operation = operations.find(({ name }) => name === 'accounts.connect')
      if (operation === undefined) throw new Error('there is no accounts.connect')
      const input = { connector: 'sensors', token: tokenOf('one') }
      await expect(gateway.invoke(operation, input, { ...gateway.as(ann), door })).rejects.toMatchObject({
        code: 'forbidden',
        message: 'A token must not pass through a model.',
      })
    },
  )

  test('that a service repeats in an error is not shown', async () => {
    await connect({ token: tokenOf('one', 'Water the plants') })
    service.status = 507
    await expect(call('greenhouse.measure', {})).rejects.toThrow('The sensors sleep, said [redacted].')
  })

  test('masks nothing of what other people read, because anybody may give any text as one', async () => {
    const texts = ['Water the plants', 'There is no project']
    for (const token of texts) {
      await expect(connect({ token }, bob)).rejects.toMatchObject({ code: 'invalid_input' })
      await connect({ token: tokenOf(token, token) }, bob)
    }
    const other: Partial<Actor> = { id: 'cleo', personId: 'cleo', scopes: ['admin'] }
    await call('tasks.create', { tasks: [{ title: 'Water the plants' }] }, other)
    const [entry] = await gateway.db
      .select({ input: auditEntries.input })
      .from(auditEntries)
      .where(eq(auditEntries.personId, 'cleo'))
    expect(entry?.input).toEqual({ tasks: [{ title: 'Water the plants' }] })
    const refused = await call('projects.get', { projectId: 'P-77' }, other).catch(toAppError)
    expect(errorBody(refused as AppError).message).toBe('There is no project P-77.')
  })
})
