/** Hooks of a team: who sees them, what they act as, and what is left when their maker leaves; and how a secret is replaced. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { sealedSecrets, sealingKeys } from '../../../src/domain/secrets/tables.ts'
import { createHook } from '../../../src/tools/hooks/create-hook.ts'
import { getHook } from '../../../src/tools/hooks/get-hook.ts'
import { listHooks } from '../../../src/tools/hooks/list-hooks.ts'
import { rotateSecret } from '../../../src/tools/hooks/rotate-secret.ts'
import { updateHook } from '../../../src/tools/hooks/update-hook.ts'
import { listEvents } from '../../../src/tools/inbox/list-events.ts'
import { retryEvent } from '../../../src/tools/inbox/retry-event.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { areas } from '../../../src/tools/registry.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { removeMember } from '../../../src/tools/teams/remove-member.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { TEST_PUBLIC_URL } from '../../support/world/database.ts'

const HOUR_MS = 60 * 60 * 1000

let front: TestFront

beforeAll(async () => {
  front = await openFront()
  await addPeople(front.gateway.db, ['ada', 'bob', 'eve'])
})
afterAll(() => front?.close())

const by = (id: string): Partial<Actor> => ({ id, personId: id })
const call: TestFront['gateway']['invoke'] = (...given) => front.gateway.invoke(...given)
const as = (id: string) => front.gateway.as(by(id))
const send = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(url.replace(TEST_PUBLIC_URL, front.url), { method: 'POST', headers, body: JSON.stringify(body) })
const work = () =>
  sweep(
    front.gateway.runtime,
    areas.flatMap((area) => area.sweeps).filter(({ name }) => name === 'inbox'),
  )
const titles = async (id: string, projectId: string) =>
  (await call(listTasks, { projectId }, as(id))).output.items.map(({ title }) => title)

async function projectOf(id: string, name: string, teamId?: string): Promise<string> {
  return (await call(createProject, { name, ...(teamId !== undefined && { teamId }) }, as(id))).output.project
    .id
}

test('a hook of a team is seen by its members, acts within the team, and stops when its maker leaves', async () => {
  const teamId = (await call(createTeam, { name: 'Garden' }, front.gateway.as())).output.team.id
  for (const personId of ['ada', 'bob']) await call(addMember, { teamId, personId }, front.gateway.as())
  const beds = await projectOf('ada', 'Beds', teamId)
  const diary = await projectOf('ada', 'Diary')
  const mapping = '{ "tasks": [{ "title": title, "projectId": to }] }'
  const spec = { name: 'Weeds', operation: 'tasks.create', mapping, verify: 'url', teamId } as const
  const { hook } = (await call(createHook, spec, as('ada'))).output
  const { id: hookId, url } = hook

  expect(hook.teamId).toBe(teamId)
  expect((await call(getHook, { hookId }, as('bob'))).output.hook.id).toBe(hookId)
  expect((await call(listHooks, {}, as('eve'))).output.items).toEqual([])
  for (const operation of [getHook, rotateSecret])
    await expect(call(operation, { hookId }, as('eve'))).rejects.toMatchObject({ code: 'not_found' })

  await send(url, { title: 'Weed', to: beds })
  await send(url, { title: 'Dear diary', to: diary })
  await work()
  expect(await titles('bob', beds)).toEqual(['Weed'])
  // What is its maker's alone is not there for it.
  expect(await titles('ada', diary)).toEqual([])

  await call(removeMember, { teamId, personId: 'ada' }, front.gateway.as())
  await send(url, { title: 'Water', to: beds })
  await work()
  const why = `ada may no longer change what ${teamId} has.`
  expect((await call(getHook, { hookId }, as('bob'))).output.hook.problem).toBe(why)
  await expect(call(getHook, { hookId }, as('ada'))).rejects.toMatchObject({ code: 'not_found' })
  const [failed] = (await call(listEvents, { state: 'failed' }, as('bob'))).output.items
  expect(failed?.error?.message).toContain(why)

  // It acts for whoever changes it.
  expect((await call(updateHook, { hookId, name: 'Weeds' }, as('bob'))).output.hook.problem).toBeNull()
  await call(retryEvent, { eventId: failed?.id ?? '' }, as('bob'))
  await work()
  expect((await titles('bob', beds)).sort()).toEqual(['Water', 'Weed'])
})

test.each(['github', 'url'] as const)(
  '%s: both secrets are accepted while one is replaced',
  async (verify) => {
    const spec = { name: 'Rotated', operation: 'tasks.create', mapping: 'null', verify }
    const first = (await call(createHook, spec, as('eve'))).output
    const { id: hookId } = first.hook
    const rotate = async (input: { atOnce?: boolean } = {}) =>
      (await call(rotateSecret, { hookId, ...input }, as('eve'))).output
    let sent = 0
    const status = async ({ hook, secret }: typeof first) => {
      sent += 1
      const body = { sent }
      const hex = createHmac('sha256', secret ?? '')
        .update(JSON.stringify(body))
        .digest('hex')
      const signed = { 'x-hub-signature-256': `sha256=${hex}`, 'x-github-delivery': `${sent}` }
      return (await send(hook.url, body, verify === 'github' ? signed : {})).status
    }
    const statuses = async (...secrets: (typeof first)[]) => {
      const found: number[] = []
      for (const each of secrets) found.push(await status(each))
      return found
    }

    const second = await rotate()
    const until = new Date(front.gateway.clock.now().getTime() + 24 * HOUR_MS).toISOString()
    expect((await call(getHook, { hookId }, as('eve'))).output.hook.earlierUntil).toBe(until)
    expect(await statuses(first, second)).toEqual([200, 200])
    const third = await rotate()
    expect(await statuses(first, second, third)).toEqual([401, 200, 200])
    front.gateway.clock.advance(24 * HOUR_MS)
    expect(await statuses(second, third)).toEqual([401, 200])
    const fourth = await rotate({ atOnce: true })
    expect(fourth.hook.earlierUntil).toBeNull()
    expect(await statuses(third, fourth)).toEqual([401, 200])
  },
)

test('an earlier secret whose key was lost holds up no report', async () => {
  const spec = { name: 'Lost', operation: 'tasks.create', mapping: 'null', verify: 'standard' } as const
  const { hook } = (await call(createHook, spec, as('eve'))).output
  await front.gateway.db.insert(sealingKeys).values({ id: 'lost', createdAt: new Date() })
  await front.gateway.db.update(sealedSecrets).set({ keyId: 'lost' })
  const { secret } = (await call(rotateSecret, { hookId: hook.id }, as('eve'))).output
  const seconds = Math.floor(front.gateway.clock.now().getTime() / 1000)
  const key = Buffer.from((secret ?? '').replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`m.${seconds}.{}`).digest('base64')
  const headers = {
    'webhook-id': 'm',
    'webhook-timestamp': `${seconds}`,
    'webhook-signature': `v1,${signature}`,
  }
  expect((await send(hook.url, {}, headers)).status).toBe(200)
})
