/** The stand-in's OAuth and webhooks. */
import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpApp, listenHttp } from '../../../support/slack/listen.ts'
import { WEBHOOK_EVENTS } from '../../../support/todoist/deliver/app.ts'
import type { Scope } from '../../../support/todoist/sync/scopes.ts'
import { clientOf, start, todoist } from './start.ts'

const MINUTE_MS = 60_000

let receiver: HttpApp | undefined
afterEach(() => receiver?.close())

async function startHooked(...scopes: Scope[]) {
  receiver = await listenHttp()
  const { received, urls, answers } = receiver
  const world = await start({
    app: { webhookUrl: urls.events, redirectUri: 'https://gateway.example/callback' },
  })
  const token = scopes.length > 0 ? todoist.oauth.grant(world.ada, ...scopes) : ''
  const names = () => received.map(({ body }) => JSON.parse(body).event_name)
  return { ...world, token, received, answers, names }
}

describe('OAuth', () => {
  async function authorize(query: Record<string, string> = {}) {
    const parameters = {
      client_id: todoist.app.clientId,
      scope: 'data:read_write,data:delete',
      state: 's',
      ...query,
    }
    const response = await fetch(`${todoist.url}/oauth/authorize?${new URLSearchParams(parameters)}`, {
      redirect: 'manual',
    })
    return { status: response.status, location: new URL(response.headers.get('location') ?? 'http://none') }
  }
  async function exchange(code: string, client_secret = todoist.app.clientSecret) {
    const body = new URLSearchParams({ client_id: todoist.app.clientId, client_secret, code })
    const response = await fetch(`${todoist.url}/oauth/access_token`, { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }

  test('consents by itself, and exchanges each code once for a token that can be revoked', async () => {
    const { ada } = await startHooked()
    const { location } = await authorize()
    expect(location.href).toMatch(/^https:\/\/gateway\.example\/callback\?state=s&code=/)
    const code = location.searchParams.get('code') ?? ''
    const { body } = await exchange(code)
    expect(body).toMatchObject({ token_type: 'Bearer' })
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'bad_authorization_code' } })
    const client = clientOf(body.access_token ?? '')
    expect((await client.get('/user')).body.id).toBe(ada.id)
    const credentials = Buffer.from(`${todoist.app.clientId}:${todoist.app.clientSecret}`).toString('base64')
    await fetch(`${todoist.url}/api/v1/revoke`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token: body.access_token }),
    })
    expect((await client.get('/user')).status).toBe(401)
  })

  test('refuses: denied, an unknown scope, another address, a wrong secret', async () => {
    await startHooked()
    expect((await authorize({ scope: 'everything' })).location.searchParams.get('error')).toBe(
      'invalid_scope',
    )
    expect((await authorize({ redirect_uri: 'https://other.example' })).status).toBe(400)
    todoist.oauth.isDenied = true
    expect((await authorize()).location.searchParams.get('error')).toBe('access_denied')
    expect((await exchange('x', 'wrong')).body.error).toBe('incorrect_application_credentials')
  })

  test('holds a token to its scopes: deleting needs scopes of its own', async () => {
    const { ada, token } = await startHooked('data:read_write')
    const client = clientOf(token)
    const [task, project] = [ada.add('Task'), ada.addProject('Home')]
    expect(await client.remove(`/tasks/${task.id}`)).toMatchObject({ status: 403 })
    expect(await client.remove(`/projects/${project.id}`)).toMatchObject({ status: 403 })
    const { body } = await client.run('delete', { type: 'item_delete', args: { id: task.id } })
    expect(body.sync_status['delete-0']).toMatchObject({
      http_code: 403,
      error: expect.stringContaining('data:delete'),
    })
    const reading = clientOf(todoist.oauth.grant(ada, 'data:read'))
    expect((await reading.read()).status).toBe(200)
    expect((await reading.post('/tasks', { content: 'New' })).status).toBe(403)
    const adding = clientOf(todoist.oauth.grant(ada, 'task:add'))
    expect([
      (await adding.get('/tasks')).status,
      (await adding.post('/tasks', { content: 'New' })).status,
    ]).toEqual([403, 200])
  })
})

describe('webhooks', () => {
  test('there are 25 events', () => {
    expect(new Set(WEBHOOK_EVENTS).size).toBe(25)
  })

  test('are signed over the raw body, and tell of the update only to its author', async () => {
    const { ada, received } = await startHooked('data:read_write')
    const bob = todoist.world.person('bob')
    todoist.oauth.grant(bob, 'data:read')
    const home = ada.addProject('Home')
    ada.share(home, bob)
    const task = ada.add('Rent', { project_id: home.id })
    await todoist.webhooks.settled()
    received.length = 0
    ada.edit(task.id, { content: 'Pay rent' })
    await todoist.webhooks.settled()
    expect(received).toHaveLength(2)
    for (const { headers, body } of received) {
      const signature = createHmac('sha256', todoist.app.clientSecret).update(body).digest('base64')
      expect(headers).toMatchObject({ 'user-agent': 'Todoist-Webhooks', 'x-todoist-hmac-sha256': signature })
      const payload = JSON.parse(body)
      expect(payload).toMatchObject({ event_name: 'item:updated', version: '10', initiator: { id: ada.id } })
      expect(payload.event_data_extra?.old_item.content).toBe(payload.user_id === ada.id ? 'Rent' : undefined)
    }
    todoist.switches.webhookVersion = '1'
    ada.complete(task.id)
    await todoist.webhooks.settled()
    expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
      event_name: 'item:completed',
      version: '1',
    })
  })

  test('come again after 15 minutes, three times, with the same delivery id', async () => {
    const { ada, received, answers, clock } = await startHooked('data:read_write')
    answers(() => ({ status: 500 }))
    ada.add('Task')
    for (let round = 0; round < 5; round += 1) {
      await todoist.webhooks.settled()
      clock.advance(15 * MINUTE_MS)
    }
    expect(received).toHaveLength(4)
    expect(new Set(received.map(({ headers }) => headers['x-todoist-delivery-id'])).size).toBe(1)
    expect(todoist.webhooks.seen).toMatchObject([{ name: 'item:added', attempts: [500, 500, 500, 500] }])
  })

  test('are doubled, late or lost on command', async () => {
    const { ada, names } = await startHooked('data:read_write')
    const add = async (content: string) => {
      const task = ada.add(content)
      await todoist.webhooks.settled()
      return task
    }
    todoist.faults.nextEvent('twice', 'lost', 'late')
    const task = await add('One')
    await add('Two')
    await add('Three')
    expect(names()).toEqual(['item:added', 'item:added'])
    ada.complete(task.id)
    await todoist.webhooks.settled()
    expect(names().slice(2).sort()).toEqual(['item:added', 'item:completed'])
  })

  test('a personal token alone gets none', async () => {
    const { ada, received } = await startHooked()
    ada.add('Task')
    await todoist.webhooks.settled()
    expect(received).toEqual([])
  })

  test('tell of comments with their task, of labels only to their owner, and of reminders', async () => {
    const { ada, received, names } = await startHooked('data:read_write')
    const task = ada.add('Task', { due: { string: 'tomorrow 9am' } })
    ada.does('note_add', { item_id: task.id, content: 'Look' })
    ada.does('label_add', { name: 'home' })
    todoist.world.person('bob').does('label_add', { name: 'his' })
    ada.fireReminder(
      ada.does('reminder_add', { item_id: task.id, type: 'relative', minute_offset: 10 }) ?? '',
    )
    await todoist.webhooks.settled()
    expect(names().sort()).toEqual(['item:added', 'label:added', 'note:added', 'reminder:fired'])
    const note = received.find(({ body }) => body.includes('note:added'))
    expect(JSON.parse(note?.body ?? '').event_data).toMatchObject({ content: 'Look', item: { id: task.id } })
  })
})
