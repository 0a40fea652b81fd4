/** Hooks of people's own, over real HTTP: what is signed becomes a call once, and everything else is refused. */

import { createHmac } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { people } from '../../../src/domain/access/tables.ts'
import { inboxEvents } from '../../../src/domain/inbox/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { createHook } from '../../../src/tools/hooks/create-hook.ts'
import { deleteHook } from '../../../src/tools/hooks/delete-hook.ts'
import { getHook } from '../../../src/tools/hooks/get-hook.ts'
import { rotateSecret } from '../../../src/tools/hooks/rotate-secret.ts'
import { tryMapping } from '../../../src/tools/hooks/try-mapping.ts'
import { updateHook } from '../../../src/tools/hooks/update-hook.ts'
import { listEvents } from '../../../src/tools/inbox/list-events.ts'
import { retryEvent } from '../../../src/tools/inbox/retry-event.ts'
import { areas } from '../../../src/tools/registry.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { isLong } from '../../support/form.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { TEST_PUBLIC_URL } from '../../support/world/database.ts'

const MAPPING = 'action = "opened" ? { "tasks": [{ "title": issue.title }] } : null'
const MINUTE_MS = 60_000

let front: TestFront

beforeAll(async () => {
  front = await openFront()
  await addPeople(front.gateway.db, ['ada'])
})

afterAll(() => front?.close())

beforeEach(async () => {
  await front.gateway.db.delete(inboxEvents)
  await front.gateway.db.execute(sql`delete from tasks`)
})

const work = () =>
  sweep(
    front.gateway.runtime,
    areas.flatMap((area) => area.sweeps).filter(({ name }) => name === 'inbox'),
  )

type Spec = Partial<Parameters<typeof createHook.run>[0]>

async function makeHook(spec: Spec = {}, actor: Partial<Actor> = {}) {
  const input = { name: 'Issues', operation: 'tasks.create', mapping: MAPPING, verify: 'github', ...spec }
  const { output } = await front.gateway.invoke(createHook, input, front.gateway.as(actor))
  const { hook, secret } = output
  return { id: hook.id, url: hook.url.replace(TEST_PUBLIC_URL, front.url), secret: secret ?? '' }
}

const send = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers, body })

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)

function opened(title: string): string {
  return JSON.stringify({ action: 'opened', issue: { title } })
}

function asGithub(body: string, secret: string, delivery = 'delivery-1'): Record<string, string> {
  const signature = `sha256=${hmac(secret, body).digest('hex')}`
  return { 'x-hub-signature-256': signature, 'x-github-delivery': delivery, 'x-github-event': 'issues' }
}

function asStandard(body: string, secret: string, seconds: number): Record<string, string> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = hmac(key, `msg_1.${seconds}.${body}`).digest('base64')
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': `${seconds}`,
    'webhook-signature': `v1a,x v1,${signature}`,
  }
}

function asStripe(body: string, secret: string, seconds: number): Record<string, string> {
  return { 'stripe-signature': `t=${seconds},v1=00,v1=${hmac(secret, `${seconds}.${body}`).digest('hex')}` }
}

const nowSeconds = () => Math.floor(front.gateway.clock.now().getTime() / 1000)

async function titles(actor: Partial<Actor> = {}): Promise<string[]> {
  const { output } = await front.gateway.invoke(listTasks, {}, front.gateway.as(actor))
  return output.items.map(({ title }) => title)
}

async function events() {
  const { output } = await front.gateway.invoke(listEvents, {}, front.gateway.as())
  return output.items
}

describe('each preset', () => {
  const PRESETS = [
    ['github', (body: string, secret: string) => asGithub(body, secret)],
    ['standard', (body: string, secret: string, seconds: number) => asStandard(body, secret, seconds)],
    ['stripe', (body: string, secret: string, seconds: number) => asStripe(body, secret, seconds)],
    ['url', () => ({ 'idempotency-key': 'once' })],
  ] as const

  test.each(PRESETS)('%s: a signed report becomes one task, however often it comes', async (verify, sign) => {
    const { url, secret } = await makeHook({ verify })
    const body = JSON.stringify({ id: 'evt_1', action: 'opened', issue: { title: 'Fix the page' } })
    for (const _delivery of [1, 2, 3]) {
      expect((await send(url, body, sign(body, secret, nowSeconds()))).status).toBe(200)
    }
    await Promise.all([work(), work()])
    expect((await send(url, body, sign(body, secret, nowSeconds()))).status).toBe(200)
    await work()
    expect(await titles()).toEqual(['Fix the page'])
    expect(await events()).toMatchObject([{ state: 'done', attempts: 1, operation: 'tasks.create' }])
  })

  test.each(PRESETS)(
    '%s: a changed body, a wrong secret and no signature are refused alike',
    async (verify, sign) => {
      const { url, secret } = await makeHook({ verify })
      const body = opened('Forged')
      const seconds = nowSeconds()
      const wrong = verify === 'url' ? `${url}x` : url
      const answers = [
        await send(wrong, `${body} `, sign(body, secret, seconds)),
        await send(wrong, body, sign(body, `${secret.slice(0, -8)}AAAAAAAA`, seconds)),
        await send(wrong, body),
        await send(
          url.replace(/hook_\w+/, 'hook_01h455vb4pex5vsknk084sn02q'),
          body,
          sign(body, secret, seconds),
        ),
      ]
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
      const details = await Promise.all(
        answers.map(async (answer) => (await answer.json()) as { detail: string }),
      )
      expect(new Set(details.map(({ detail }) => detail)).size).toBe(1)
      expect(await events()).toEqual([])
    },
  )

  test.each([PRESETS[1], PRESETS[2]])(
    '%s: an old report is refused, and one of the future',
    async (verify, sign) => {
      const { url, secret } = await makeHook({ verify })
      const body = opened('Replayed')
      for (const away of [-301, 301]) {
        expect((await send(url, body, sign(body, secret, nowSeconds() + away))).status).toBe(401)
      }
      expect((await send(url, body, sign(body, secret, nowSeconds() - 299))).status).toBe(200)
    },
  )
})

test('without an id of its own, a report to a URL with a secret is known by its body', async () => {
  const { url } = await makeHook({ verify: 'url' })
  for (const [attempt, body] of [opened('One'), opened('One'), opened('Two')].entries()) {
    // A proxy gives each attempt an id of its own.
    await send(url, body, { 'idempotency-key': '', 'x-request-id': `attempt-${attempt}` })
  }
  await work()
  expect((await titles()).sort()).toEqual(['One', 'Two'])
})

test('a form is mapped by its fields, or by the JSON in its payload as GitHub sends it', async () => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const fields = await makeHook({ verify: 'url', mapping: '{ "tasks": [{ "title": subject & text }] }' })
  await send(fields.url, 'subject=A+%26+&text=b%C3%A9', type)
  const { url, secret } = await makeHook()
  const payload = `payload=${encodeURIComponent(opened('As a form'))}`
  await send(url, payload, { ...asGithub(payload, secret), ...type })
  // The type that curl gives to what it sends.
  await send(url, opened('As curl does'), {
    ...asGithub(opened('As curl does'), secret, 'delivery-2'),
    ...type,
  })
  expect((await send(fields.url, 'neither a form nor JSON', type)).status).toBe(400)
  await work()
  expect((await titles()).sort()).toEqual(['A & bé', 'As a form', 'As curl does'])
})

test('an event that the mapping leaves out is done without a call', async () => {
  const { url } = await makeHook({ verify: 'url' })
  await send(url, '{"action":"closed"}')
  await work()
  expect(await events()).toMatchObject([{ state: 'done', result: null }])
  expect(await titles()).toEqual([])
})

test('an event whose mapping fails stays in sight, and counts once the mapping is corrected', async () => {
  const { id, url } = await makeHook({ verify: 'url', mapping: '{ "tasks": [{ "titel": issue.title }] }' })
  await send(url, opened('Kept'))
  await work()
  const [failed] = await events()
  expect(failed).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('titel'), fix: expect.stringContaining('hooks.update') },
  })
  const call = front.gateway.as()
  await front.gateway.invoke(updateHook, { hookId: id, mapping: MAPPING }, call)
  await front.gateway.invoke(retryEvent, { eventId: failed?.id }, call)
  await work()
  expect(await titles()).toEqual(['Kept'])
})

test('an event whose call did nothing has failed, and is handled once the mapping is corrected', async () => {
  const mapping = '{ "tasks": [{ "title": issue.title, "projectId": "P-99999" }] }'
  const { id, url } = await makeHook({ verify: 'url', mapping })
  await send(url, opened('Kept'))
  await work()
  const [failed] = await events()
  expect(failed).toMatchObject({ state: 'failed', error: { message: 'There is no project P-99999.' } })
  const call = front.gateway.as()
  await front.gateway.invoke(updateHook, { hookId: id, mapping: MAPPING }, call)
  await front.gateway.invoke(retryEvent, { eventId: failed?.id }, call)
  await work()
  expect(await titles()).toEqual(['Kept'])
})

test('a repeating task that the mapping names is completed each time, and one that is reported only once', async () => {
  const call = front.gateway.as()
  const repeating = { title: 'Restart', repeat: 'daily', due: 'today' }
  const { output } = await front.gateway.invoke(createTasks, { tasks: [repeating] }, call)
  const [made] = output.results
  const ref = made !== undefined && 'task' in made ? made.task?.ref : undefined
  const named = await makeHook({
    verify: 'url',
    operation: 'tasks.complete',
    mapping: `{ "taskIds": ["${ref}"] }`,
  })
  for (const key of ['1', '2']) {
    await send(named.url, '{}', { 'idempotency-key': key })
    await work()
  }
  const states = async () =>
    (await front.gateway.invoke(listTasks, { text: 'Restart' }, call)).output.items.map(
      ({ status }) => status,
    )
  expect((await states()).sort()).toEqual(['done', 'done', 'open'])
  const reported = await makeHook({
    verify: 'url',
    operation: 'tasks.complete',
    mapping: '{ "taskIds": [done] }',
  })
  await send(reported.url, JSON.stringify({ done: ref }), { 'idempotency-key': '3' })
  await work()
  expect(await events()).toMatchObject([{ state: 'done' }, { state: 'done' }, { state: 'done' }])
  expect((await states()).sort()).toEqual(['done', 'done', 'open'])
})

test.runIf(isLong)(
  'a mapping that takes too much time or memory is stopped, and holds up neither the gateway nor other events',
  async () => {
    const slow = await makeHook({ verify: 'url', mapping: '($f := function($n) { $f($n + 1) }; $f(0))' })
    const large = await makeHook({ verify: 'url', mapping: '[1..9999999]' })
    const quick = await makeHook({ verify: 'url' })
    for (const { url } of [slow, large, quick]) await send(url, opened('Quick'))
    await work()
    expect(await titles()).toEqual(['Quick'])
    const [, ...stopped] = await events()
    const failed = (limit: string) => ({
      state: 'failed',
      error: { message: expect.stringContaining(limit) },
    })
    expect(stopped).toMatchObject([failed('64 MB of memory'), failed('1000 milliseconds')])
  },
)

test('a hook acts with the key that made it, and says why once the key is revoked', async () => {
  const { gateway } = front
  const scopes = ['hooks:write', 'tasks:write'] as const
  const made = await gateway.invoke(createKey, { label: 'maker', scopes, person: 'ada' }, gateway.as())
  const keyId = made.output.key.id
  const maker = { id: 'ada', personId: 'ada', keyId, scopes }
  const { id, url } = await makeHook({ verify: 'url' }, maker)
  await send(url, opened('For Ada'))
  await work()
  expect(await titles({ id: 'ada', personId: 'ada' })).toEqual(['For Ada'])
  expect(await titles()).toEqual([])
  await gateway.invoke(revokeKey, { keyId, confirm: true }, gateway.as())
  expect((await send(url, opened('Too late'))).status).toBe(200)
  await work()
  const ada = gateway.as({ id: 'ada', personId: 'ada' })
  const { output } = await gateway.invoke(getHook, { hookId: id }, ada)
  expect(output.hook.problem).toContain('has been revoked')
  expect(await titles({ id: 'ada', personId: 'ada' })).toEqual(['For Ada'])
})

test('a hook goes on after a new role of its maker that still allows its calls', async () => {
  const { gateway } = front
  const scopes = ['hooks:write', 'tasks:write'] as const
  const made = await gateway.invoke(createKey, { label: 'maker', scopes, person: 'ada' }, gateway.as())
  const { url } = await makeHook(
    { verify: 'url' },
    { id: 'ada', personId: 'ada', keyId: made.output.key.id, scopes },
  )
  const setRole = (role: 'guest' | 'member') =>
    gateway.db.update(people).set({ role }).where(eq(people.id, 'ada'))
  await setRole('guest')
  await send(url, opened('For a guest'))
  await work()
  await setRole('member')
  expect(await titles({ id: 'ada', personId: 'ada' })).toEqual(['For a guest'])
})

test('a hook calls only what agents may call and its maker may', async () => {
  const codes = async (spec: Spec, actor?: Partial<Actor>) =>
    await makeHook(spec, actor).then(
      () => 'made',
      (error: { code: string }) => error.code,
    )
  const operations = ['tasks.creat', 'tasks.list', 'tasks.empty_trash', 'access.create_key', 'hooks.update']
  for (const operation of operations) expect(await codes({ operation })).toBe('invalid_input')
  expect(await codes({}, { scopes: ['hooks:write'] })).toBe('forbidden')
  expect(await codes({ mapping: '{ "tasks": [' })).toBe('invalid_input')
  expect(await codes({ mapping: '('.repeat(3000) + ')'.repeat(3000) })).toBe('invalid_input')
  expect(await codes({ verify: 'standard', secret: 'short' })).toBe('invalid_input')
})

test('the secret is shown once, is nowhere in the database, and is refused once it was replaced at once', async () => {
  const { gateway } = front
  const input = { name: 'Once', operation: 'tasks.create', mapping: MAPPING, verify: 'url' }
  const call = { ...gateway.as(), idempotencyKey: 'make it once' }
  const first = await gateway.invoke(createHook, input, call)
  const again = await gateway.invoke(createHook, input, call)
  const { hook, secret } = first.output
  expect(hook.url).toContain(secret ?? 'nothing')
  expect(again.output).toMatchObject({ secret: null, hook: { id: hook.id } })
  expect(JSON.stringify(again.output)).not.toContain(secret)
  const stored = await gateway.db.execute(
    sql`select to_jsonb(k) from idempotency_keys k union all select to_jsonb(h) from hooks h`,
  )
  expect(JSON.stringify(stored)).not.toContain(secret)
  const rotated = await gateway.invoke(rotateSecret, { hookId: hook.id, atOnce: true }, gateway.as())
  const at = (url: string) => url.replace(TEST_PUBLIC_URL, front.url)
  expect((await send(at(hook.url), opened('Old'))).status).toBe(401)
  expect((await send(at(rotated.output.hook.url), opened('New'))).status).toBe(200)
  await gateway.invoke(deleteHook, { hookId: hook.id, confirm: true }, gateway.as())
  expect((await send(at(rotated.output.hook.url), opened('Gone'))).status).toBe(401)
})

test('in order, a later event waits for an earlier one that is tried again', async () => {
  const { url } = await makeHook({ verify: 'url', inOrder: true })
  await send(url, opened('First'))
  await send(url, opened('Second'))
  await front.gateway.db.execute(sql`alter table tasks rename to tasks_away`)
  await work()
  await front.gateway.db.execute(sql`alter table tasks_away rename to tasks`)
  expect((await events()).map(({ attempts }) => attempts)).toEqual([0, 1])
  front.gateway.clock.advance(MINUTE_MS)
  await work()
  expect((await titles()).sort()).toEqual(['First', 'Second'])
  expect((await events()).map(({ state }) => state)).toEqual(['done', 'done'])
})

test('hooks.try shows what a mapping makes, and why the operation would not take it', async () => {
  const attempt = async (mapping: string, sample = opened('Tried')) => {
    const input = { operation: 'tasks.create', mapping, sample, type: 'issues' }
    return (await front.gateway.invoke(tryMapping, input, front.gateway.as())).output
  }
  expect(await attempt(MAPPING)).toEqual({
    ignored: false,
    input: { tasks: [{ title: 'Tried' }] },
    problems: [],
  })
  expect(await attempt('$type = "push" ? {} : null')).toMatchObject({ ignored: true })
  expect((await attempt('{ "tasks": [{}] }')).problems.join()).toContain('tasks.0.title')
  await expect(attempt('$nothing(1)')).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(attempt(MAPPING, '{"cut')).rejects.toMatchObject({ code: 'invalid_input' })
  for (const [mapping, why] of [
    ['{ "minutes": 1 / 0 }', 'a number without bounds'],
    ['{ "title": $uppercase }', 'a function'],
  ] as const)
    await expect(attempt(mapping)).rejects.toThrow(`it makes ${why}`)
  expect(await titles()).toEqual([])
})

test('of very many mappings that one person tries at once, the last are refused, and nobody else waits for them', async () => {
  const { mappings } = front.gateway.runtime.resources
  const sent = { body: '{ "made": 1 }', type: null }
  const ended: string[] = []
  const attempt = async (who: string) => {
    const made = await mappings.tryOut('made', sent, who).catch(({ code }: { code: string }) => code)
    ended.push(who)
    return made
  }
  const tries = Array.from({ length: 19 }, () => attempt('ann'))
  const other = attempt('bob')
  expect(await Promise.all(tries)).toEqual([...Array.from({ length: 18 }, () => 1), 'rate_limited'])
  expect(await other).toBe(1)
  expect(ended.indexOf('bob')).toBeLessThan(6)
})
