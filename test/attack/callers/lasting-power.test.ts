/** What goes on working once the way in is closed is given only on a proof that only this machine has. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keylessPerson } from '../../../src/core/operation/actor.ts'
import { allScopes, grants } from '../../../src/core/operation/scopes.ts'
import { makeMachineSecret } from '../../../src/domain/access/machine-secret.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { connectModern } from '../../support/mcp-clients.ts'

let front: TestFront

beforeAll(async () => {
  front = await openFront()
})
afterAll(() => front.close())

const NEW_KEY = { label: 'x', scopes: ['admin'] }

describe('a caller on loopback without a key or a proof', () => {
  test('is told the truth of what it may do', async () => {
    const response = await front.send('GET', '/v1/whoami')
    expect(await response.json()).toMatchObject({
      id: 'local',
      scopes: keylessPerson().scopes,
      authenticatedBy: 'local',
    })
  })

  test('makes no key, revokes none, lifts no limit, and sees nothing of other people', async () => {
    const made = await front.send('POST', '/v1/keys', NEW_KEY, front.asOwner)
    const { key } = (await made.json()) as { key: { id: string } }
    const attempts = [
      front.send('POST', '/v1/keys', NEW_KEY),
      front.send('POST', '/v1/keys', { label: 'x', scopes: ['tasks:read'] }),
      front.send('POST', `/v1/keys/${key.id}/revoke`, { confirm: true }),
      front.send('PUT', '/v1/budgets', { usdPerDay: 100 }),
      front.send('GET', '/v1/keys?everyone=true'),
      front.send('GET', '/v1/audit?everyone=true'),
    ]
    for (const response of await Promise.all(attempts)) {
      expect(response.status).toBe(403)
    }
    const refused = await front.send('POST', '/v1/keys', NEW_KEY)
    expect(await refused.json()).toMatchObject({
      code: 'forbidden',
      fix: expect.stringContaining('switchboard keys create'),
    })
  })

  test('continues with tasks, projects, agents and runs, over HTTP and MCP', async () => {
    const made = await front.send('POST', '/v1/tasks', { tasks: [{ title: 'Buy milk' }] })
    expect(made.status).toBe(200)
    const client = await connectModern(`${front.url}/mcp`)
    const call = (name: string, input: object) => client.callTool({ name, arguments: { ...input } })
    expect((await call('tasks_list', {})).isError).not.toBe(true)
    expect((await call('projects_create', { name: 'Kitchen' })).isError).not.toBe(true)
    expect((await call('agents_list', {})).isError).not.toBe(true)
    expect((await call('runs_list', {})).isError).not.toBe(true)
    await client.close()
  })

  test('has every scope of the product decided on', () => {
    const withheld = allScopes().filter((scope) => !grants(keylessPerson().scopes, scope))
    expect(withheld).toEqual([
      'admin',
      'projects:leave',
      'projects:share',
      'budgets:write',
      'accounts:end',
      'accounts:write',
      'hooks:end',
      'hooks:write',
      'people:write',
      'teams:leave',
      'teams:write',
      'access:write',
      'webhooks:read',
      'webhooks:end',
      'webhooks:write',
      'slack:write',
    ])
  })
})

describe("a caller who knows the machine's secret", () => {
  test('is the owner, also where everybody else needs a key', async () => {
    const response = await front.send('GET', '/v1/whoami', undefined, front.asOwner)
    expect(await response.json()).toMatchObject({
      id: 'local',
      scopes: ['admin'],
      authenticatedBy: 'machine',
    })
    expect((await front.send('POST', '/v1/keys', NEW_KEY, front.asOwner)).status).toBe(200)
  })

  test.each([makeMachineSecret(), 'sb_machine_', 'sb_machine_undefined'])(
    'and nobody else: %s is refused, not taken for a keyless caller',
    async (secret) => {
      const response = await front.send('GET', '/v1/whoami', undefined, { authorization: `Bearer ${secret}` })
      expect(response.status).toBe(401)
    },
  )
})
