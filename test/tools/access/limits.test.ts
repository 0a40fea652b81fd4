/** Everybody has a share of what is kept and queued: usage shows it, admins change it, and it applies at once. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { people } from '../../../src/domain/access/tables.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { inboxEvents } from '../../../src/domain/inbox/tables.ts'
import { takeDue } from '../../../src/domain/inbox/take.ts'
import { limits } from '../../../src/domain/limits/tables.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { setLimit } from '../../../src/tools/access/set-limit.ts'
import { showUsage } from '../../../src/tools/access/show-usage.ts'
import { operations } from '../../../src/tools/registry.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
  const createdAt = gateway.clock.now()
  await gateway.db.insert(people).values(['ann', 'bob', 'eve'].map((id) => ({ id, createdAt })))
})
afterAll(() => gateway.close())

const as = (personId: string): Partial<Actor> => ({
  ...{ id: personId, personId, keyId: `key_${personId}` },
  scopes: ['runs:write', 'access:read', 'access:write'],
})
const ANN = as('ann')
const ADMIN: Partial<Actor> = { ...as('local'), scopes: ['admin'] }

const set = (input: Parameters<typeof setLimit.run>[0]) => gateway.invoke(setLimit, input, gateway.as(ADMIN))

async function useOf(actor: Partial<Actor>, name: string, input: object = {}) {
  const { output } = await gateway.invoke(showUsage, input, gateway.as(actor))
  return output.items[0]?.limits.find((each) => each.name === name)
}

const start = () => gateway.invoke(startRun, { agent: 'assistant', goal: 'Help' }, gateway.as(ANN))

test('a person sees their own use, and what an admin allows applies at once', async () => {
  await start()
  expect(await useOf(ANN, 'open_runs')).toMatchObject({ used: 1, most: 500, unit: 'runs', setBy: null })
  const { output } = await set({ limit: 'open_runs', value: 2, personId: 'ann' })
  expect(setLimit.tell(output)).toBe('ann uses 1 of 2 runs (open_runs).')
  await expect(start()).rejects.toMatchObject({
    code: 'rate_limited',
    fix: expect.stringContaining('set_limit'),
  })
  await set({ limit: 'open_runs', value: 4, personId: 'ann' })
  await start()
  expect(await useOf(ANN, 'open_runs')).toMatchObject({ used: 2, most: 4, setBy: 'local' })
  await set({ limit: 'open_runs', value: null, personId: 'ann' })
  expect(await useOf(ANN, 'open_runs')).toMatchObject({ most: 500, setBy: null })
  const { output: audit } = await gateway.invoke(listAudit, {}, gateway.as(ANN))
  expect(audit.items.map(({ operation }) => operation)).toContain('access.set_limit')
})

test.each(['schedules', 'hooks', 'webhooks', 'agents', 'teams'])(
  'a limit of %s that is zero allows none',
  async (limit) => {
    await set({ limit, value: 0, personId: 'ann' })
    const inputs: Readonly<Record<string, readonly [string, object]>> = {
      schedules: ['schedules.create', { agent: 'assistant', goal: 'Help', when: 'hourly' }],
      hooks: ['hooks.create', { name: 'Builds', operation: 'tasks.create', mapping: '{}', verify: 'url' }],
      webhooks: ['webhooks.create', { url: 'https://example.com/events', events: ['task.*'] }],
      agents: ['agents.create', { slug: 'helper', role: 'Helper', instructions: 'Help.' }],
      teams: ['teams.create', { name: 'Garden' }],
    }
    const [name, input] = inputs[limit] ?? []
    const operation = operations.find((each) => each.name === name)
    if (operation === undefined) throw new Error(`there is no operation ${name}`)
    const call = gateway.invoke(operation, input, gateway.as({ ...ANN, scopes: ['admin'] }))
    await expect(call).rejects.toMatchObject({
      code: 'conflict',
      fix: expect.stringMatching(/^(Delete|Archive) one.*set_limit/),
    })
    await set({ limit, value: null, personId: 'ann' })
  },
)

test("only admins set limits, see everybody's use page by page, and only an admin of a team sees the team's", async () => {
  await expect(
    gateway.invoke(setLimit, { limit: 'open_runs', value: 9 }, gateway.as(ANN)),
  ).rejects.toMatchObject({ code: 'forbidden' })
  await expect(gateway.invoke(showUsage, { everyone: true }, gateway.as(ANN))).rejects.toMatchObject({
    code: 'forbidden',
  })
  const { output: created } = await gateway.invoke(
    createTeam,
    { name: 'Garden' },
    gateway.as({ ...ANN, scopes: ['teams:write'] }),
  )
  const teamId = created.team.id
  await set({ limit: 'schedules', value: 7, teamId })
  expect(await useOf(ANN, 'schedules', { teamId })).toMatchObject({ used: 0, most: 7 })
  expect(await useOf(ANN, 'open_runs', { teamId })).toBeUndefined()
  await expect(useOf(as('bob'), 'schedules', { teamId })).rejects.toMatchObject({ code: 'not_found' })

  const seen: string[] = []
  let cursor: string | undefined
  do {
    const { output } = await gateway.invoke(
      showUsage,
      { everyone: true, limit: 2, cursor },
      gateway.as(ADMIN),
    )
    seen.push(...output.items.map(({ ownerId }) => ownerId))
    cursor = output.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual([...seen].sort())
  expect(seen).toEqual(expect.arrayContaining(['ann', 'bob', 'eve', teamId]))
})

test('stored bytes are those of events as well, and of what webhooks are told', async () => {
  const stored = async () => (await useOf(as('eve'), 'stored_bytes'))?.used ?? 0
  const before = await stored()
  // Repetitive text, which PostgreSQL compresses: its own length counts.
  const body = JSON.stringify({ text: 'a'.repeat(100_000) })
  await storeArrivals(gateway.runtime, [{ ...arrival('eve', 'stored'), body }])
  const withEvent = await stored()
  expect(withEvent - before).toBeGreaterThanOrEqual(body.length)
  const eve = gateway.as({ ...as('eve'), scopes: ['admin'] })
  await gateway.invoke(createWebhook, { url: 'https://example.com/events', events: ['task.*'] }, eve)
  await gateway.invoke(createTasks, { tasks: [{ title: 'Water the plants' }] }, eve)
  expect(await stored()).toBeGreaterThan(withEvent)
  await gateway.db.delete(inboxEvents).where(eq(inboxEvents.eventId, 'stored'))
})

test('a name that is no limit, and an owner that does not exist, are refused', async () => {
  await expect(set({ limit: 'cakes', value: 1 })).rejects.toMatchObject({
    code: 'invalid_input',
    fix: expect.stringContaining('open_runs'),
  })
  await expect(set({ limit: 'open_runs', value: 1, personId: 'nobody' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('the use is shown as a bar in a table', async () => {
  await set({ limit: 'schedules', value: 4, personId: 'eve' })
  const eve = { ...as('eve'), scopes: ['admin'] } as const
  const schedule = { agent: 'assistant', goal: 'Help', when: 'hourly' }
  await gateway.invoke(createSchedule, schedule, gateway.as(eve))
  const { output } = await gateway.invoke(showUsage, {}, gateway.as(eve))
  expect(showUsage.table?.(output).rows).toContainEqual([
    ...['eve', 'Schedules', '███░░░░░░░ 25 %', '1 of 4 schedules', 'local'],
  ])
})

function arrival(ownerId: string, eventId: string) {
  return {
    ...{ source: 'own/x', eventId, type: null, ownerId, operation: 'tasks.create' },
    ...{ input: {}, body: '{}', orderKey: null },
  }
}

test('events of one person wait up to a limit, and those of others are handled in between', async () => {
  await gateway.db.delete(limits)
  const { runtime, db, clock } = gateway
  const many = Array.from({ length: 20 }, (_, index) => arrival('ann', `a-${index}`))
  await storeArrivals(runtime, many)
  clock.advance(1_000)
  await storeArrivals(runtime, [arrival('bob', 'b-0')])
  await set({ limit: 'waiting_events', value: 20, personId: 'ann' })
  await expect(storeArrivals(runtime, [arrival('ann', 'a-20')])).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterMs: expect.any(Number),
  })
  const taken = [await takeDue(db, clock.now()), await takeDue(db, clock.now())]
  expect(taken.map((event) => event?.ownerId)).toEqual(['ann', 'bob'])
  let rest = 0
  while ((await takeDue(db, clock.now())) !== undefined) rest += 1
  expect(rest).toBe(19)
  await db.delete(inboxEvents).where(eq(inboxEvents.source, 'own/x'))
})

test('a limit of people is not set for a team, and a wrong question has a way out', async () => {
  const { output } = await gateway.invoke(createTeam, { name: 'Painters' }, gateway.as(ADMIN))
  const teamId = output.team.id
  await expect(set({ limit: 'open_runs', value: 1, teamId })).rejects.toMatchObject({
    message: 'open_runs is a limit of people, which teams do not have.',
    fix: expect.stringMatching(/^Name one of these: (\w+, )*agents, /),
  })
  await expect(set({ limit: 'hooks', value: 1, teamId, personId: 'ann' })).rejects.toMatchObject({
    fix: 'Correct the fields named and call again.',
  })
  await expect(
    gateway.invoke(showUsage, { everyone: true, teamId }, gateway.as(ADMIN)),
  ).rejects.toMatchObject({ code: 'invalid_input', issues: [{ path: 'teamId' }] })
})
