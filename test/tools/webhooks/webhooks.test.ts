/** Webhooks through `invoke` on a real database: who may have which, and what they show. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Scope } from '../../../src/core/operation/scopes.ts'
import { auditEntries, idempotencyKeys } from '../../../src/domain/access/tables.ts'
import { sealedSecrets } from '../../../src/domain/secrets/tables.ts'
import { WEBHOOKS_MAX } from '../../../src/domain/webhooks/store.ts'
import { webhooks } from '../../../src/domain/webhooks/tables.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { deleteWebhook } from '../../../src/tools/webhooks/delete-webhook.ts'
import { listDeliveries } from '../../../src/tools/webhooks/list-deliveries.ts'
import { listWebhooks } from '../../../src/tools/webhooks/list-webhooks.ts'
import { testWebhook } from '../../../src/tools/webhooks/test-webhook.ts'
import { updateWebhook } from '../../../src/tools/webhooks/update-webhook.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { addTeam } from '../../support/world/team.ts'

let gateway: TestGateway
let round = 0
let ada: Partial<Actor>
let bob: Partial<Actor>

beforeAll(async () => {
  const environment = { SWITCHBOARD_WEBHOOK_HOSTS: 'hooks.internal:8443,LOCALHOST:9999,[0:0::1]:80' }
  gateway = await openTestGateway({ environment })
})
afterAll(() => gateway.close())
beforeEach(() => {
  round += 1
  ada = { id: `ada-${round}`, personId: `ada-${round}`, scopes: ['webhooks:write', 'tasks:read'] }
  bob = { id: `bob-${round}`, personId: `bob-${round}`, scopes: ['webhooks:write', 'tasks:read'] }
})

const URL = 'https://example.com/hooks'

async function create(actor: Partial<Actor>, input: Partial<z.input<typeof createWebhook.input>> = {}) {
  const whole = { url: URL, events: ['task.*'], ...input }
  return (await gateway.invoke(createWebhook, whole, gateway.as(actor))).output
}

const list = async (actor: Partial<Actor>) =>
  (await gateway.invoke(listWebhooks, {}, gateway.as(actor))).output.items

describe('making a webhook', () => {
  test('shows its secret once: it is stored sealed, and not in the answer kept for retries', async () => {
    const call = { ...gateway.as(ada), idempotencyKey: `make-${round}` }
    const input = { url: URL, events: ['task.*'] }
    const { output } = await gateway.invoke(createWebhook, input, call)
    expect(output.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const again = await gateway.invoke(createWebhook, input, call)
    expect(again.output).toEqual({ webhook: output.webhook, secret: null })
    const stored = [
      await gateway.db.select().from(webhooks),
      await gateway.db.select().from(sealedSecrets),
      await gateway.db.select().from(idempotencyKeys),
      await gateway.db.select().from(auditEntries),
    ]
    expect(JSON.stringify([stored, gateway.logged, await list(ada)])).not.toContain(output.secret?.slice(6))
  })

  test.each([
    ['http://example.com/hook', 'does not begin with https://'],
    ['https://127.0.0.1/', 'not on the public internet'],
    ['https://2130706433/', 'not on the public internet'],
    ['https://0x7f.1/', 'not on the public internet'],
    ['https://10.1.2.3/', 'not on the public internet'],
    ['https://169.254.169.254/latest/meta-data', 'not on the public internet'],
    ['https://100.64.0.1/', 'not on the public internet'],
    ['https://[::1]/', 'not on the public internet'],
    ['https://[fe80::1]/', 'not on the public internet'],
    ['https://[fd00:ec2::254]/', 'not on the public internet'],
    ['https://[::ffff:10.0.0.1]/', 'not on the public internet'],
    ['https://[64:ff9b::a00:1]/', 'not on the public internet'],
    ['https://[2002:a00:1::]/', 'not on the public internet'],
    ['https://localhost/', 'this machine'],
    ['https://api.localhost/', 'this machine'],
    ['https://hooks.internal:8443@10.0.0.1/', 'a name or a password'],
    ['http://localhost:9998/', 'does not begin with https://'],
    ['ftp://example.com/', ''],
  ])('refuses the address %s', async (url, message) => {
    await expect(create(ada, { url })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(message),
    })
  })

  test.each(['https://hooks.internal:8443/a', 'http://localhost:9999/', 'http://[::1]/', 'https://1.1.1.1/'])(
    'takes the address %s',
    async (url) => {
      expect((await create(ada, { url })).webhook.url).toBe(url)
    },
  )

  test('refuses a pattern that means no event, and one of events that its maker may not read', async () => {
    await expect(create(ada, { events: ['task.*', 'tsk.*'] })).rejects.toMatchObject({
      code: 'invalid_input',
      fix: expect.stringContaining('task.created'),
    })
    await expect(create(ada, { events: ['run.*'] })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('runs:read'),
    })
    expect(await list(ada)).toEqual([])
  })

  test('is refused where its owner has many, to agents, through MCP, and without a key', async () => {
    const made = await Promise.allSettled(Array.from({ length: WEBHOOKS_MAX + 5 }, () => create(ada)))
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(WEBHOOKS_MAX)
    await expect(create(ada)).rejects.toMatchObject({ code: 'conflict' })
    await expect(create({ ...bob, kind: 'agent' })).rejects.toMatchObject({ code: 'forbidden' })
    const attempt = gateway.invoke(
      createWebhook,
      { url: URL, events: ['*'] },
      { ...gateway.as(), door: 'mcp' },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('webhooks of others', () => {
  test('look as if they were not there', async () => {
    const { webhook } = await create(ada)
    const input = { webhookId: webhook.id }
    for (const [operation, more] of [
      [updateWebhook, {}],
      [testWebhook, {}],
      [listDeliveries, {}],
      [deleteWebhook, { confirm: true }],
    ] as const) {
      const attempt = gateway.invoke(
        operation as typeof deleteWebhook,
        { ...input, ...more },
        gateway.as(bob),
      )
      await expect(attempt).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await list(bob)).toEqual([])
  })

  test('of a team are seen by its members, and changed by those who may change what it has', async () => {
    const teamId = await addTeam(gateway.db, { [`${ada.personId}`]: 'member', [`${bob.personId}`]: 'viewer' })
    const { webhook } = await create(ada, { teamId })
    expect(webhook.owner).toBe(teamId)
    expect(await list(bob)).toEqual([webhook])
    const input = { webhookId: webhook.id, events: ['task.created'] }
    await expect(gateway.invoke(updateWebhook, input, gateway.as(bob))).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await gateway.invoke(updateWebhook, input, gateway.as(ada))).output.webhook.events).toEqual([
      'task.created',
    ])
    await expect(create(bob, { teamId })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a caller who may not read the events of a webhook', () => {
  test('gives it no other address, but may disable it', async () => {
    const { webhook } = await create(ada)
    const narrow = { ...ada, scopes: ['webhooks:write'] as const }
    const change = (input: object) =>
      gateway.invoke(updateWebhook, { webhookId: webhook.id, ...input }, gateway.as(narrow))
    await expect(change({ url: `${URL}/stolen` })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('tasks:read'),
    })
    await expect(change({ url: `${URL}/stolen`, state: 'disabled' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await change({ url: URL, state: 'disabled' })
    expect(await list(ada)).toMatchObject([{ url: URL, state: 'disabled' }])
  })

  test('sees its deliveries without what was told', async () => {
    const { webhook } = await create(ada)
    await gateway.invoke(
      createTasks,
      { tasks: [{ title: 'Plant the ibex' }] },
      gateway.as({ ...ada, scopes: ['tasks:write'] }),
    )
    const seenBy = async (scopes: readonly Scope[]) =>
      (await gateway.invoke(listDeliveries, { webhookId: webhook.id }, gateway.as({ ...ada, scopes }))).output
        .items
    expect(await seenBy(['webhooks:read'])).toMatchObject([
      { event: 'task.created', state: 'waiting', data: 'Not shown: needs tasks:read.' },
    ])
    expect(await seenBy(['webhooks:read', 'tasks:read'])).toMatchObject([
      { data: { title: 'Plant the ibex' } },
    ])
  })
})

describe('deleting a webhook', () => {
  test('forgets its secret and its deliveries', async () => {
    const { webhook } = await create(ada)
    await gateway.invoke(testWebhook, { webhookId: webhook.id }, gateway.as(ada))
    const before = await gateway.db.select().from(sealedSecrets)
    await gateway.invoke(deleteWebhook, { webhookId: webhook.id, confirm: true }, gateway.as(ada))
    expect(await list(ada)).toEqual([])
    expect(await gateway.db.select().from(webhooks).where(eq(webhooks.id, webhook.id))).toEqual([])
    expect(await gateway.db.select().from(sealedSecrets)).toHaveLength(before.length - 1)
  })
})
