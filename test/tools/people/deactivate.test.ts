/** People go and come back, through `invoke` on a real database: what stops, what is kept, and who holds it then. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createKeyring } from '../../../src/domain/access/keyring.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listBudgets } from '../../../src/tools/budgets/list-budgets.ts'
import { setBudget } from '../../../src/tools/budgets/set-budget.ts'
import { createHook } from '../../../src/tools/hooks/create-hook.ts'
import { getHook } from '../../../src/tools/hooks/get-hook.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { listPeople } from '../../../src/tools/people/list-people.ts'
import { reactivatePerson } from '../../../src/tools/people/reactivate-person.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { operations } from '../../../src/tools/registry.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { runSweeps } from '../../../src/tools/runs/upkeep.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { getTeam } from '../../../src/tools/teams/get-team.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { listWebhooks } from '../../../src/tools/webhooks/list-webhooks.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

let gateway: TestGateway
let round = 0
let ada: string
let actor: Partial<Actor>
let secret: string

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  as?: Partial<Actor>,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, gateway.as(as))).output
}

const keyring = () => createKeyring({ db: gateway.db, now: gateway.clock.now, log: gateway.log })

beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
})
afterAll(() => gateway.close())
beforeEach(async () => {
  round += 1
  ada = `ada-${round}`
  await run(createPerson, { id: ada })
  const made = await run(createKey, {
    label: 'k',
    scopes: ['tasks:write', 'runs:write', 'projects:write'],
    person: ada,
  })
  secret = made.secret ?? ''
  const verified = await keyring().verify(secret)
  if (!verified.ok) throw new Error(verified.reason)
  actor = verified.actor
})

describe('a person who is deactivated', () => {
  it('is refused with every key at once, and accepted again when they come back', async () => {
    const ring = keyring()
    gateway.watch(ring.notice)
    await ring.verify(secret)
    expect(ring.recall(secret)).toBeDefined()
    const { person, changed, heldBy } = await run(deactivatePerson, { personId: ada })
    expect([person.state, changed, heldBy]).toEqual(['deactivated', true, ada])
    expect(ring.recall(secret)).toBeUndefined()
    expect(await ring.verify(secret)).toMatchObject({ ok: false, reason: 'deactivated' })
    expect((await run(deactivatePerson, { personId: ada })).changed).toBe(false)
    expect((await run(reactivatePerson, { personId: ada })).changed).toBe(true)
    expect(await ring.verify(secret)).toMatchObject({ ok: true })
  })

  it('is listed no more, and is given nothing new', async () => {
    await run(deactivatePerson, { personId: ada })
    expect((await run(listPeople, { text: ada })).items).toEqual([])
    expect((await run(listPeople, { text: ada, state: 'deactivated' })).items).toHaveLength(1)
    const { results } = await run(createTasks, { tasks: [{ title: 'x', assignee: ada }] })
    expect(results[0]).toMatchObject({ ok: false, error: { code: 'conflict' } })
    const key = run(createKey, { label: 'k', scopes: ['tasks:read'], person: ada })
    await expect(key).rejects.toMatchObject({ code: 'conflict', fix: expect.stringContaining('reactivate') })
  })

  it('has their schedules paused, with the reason, and their runs ended', async () => {
    const { schedule } = await run(
      createSchedule,
      { agent: 'assistant', goal: 'Tidy up', when: 'every monday at 9' },
      actor,
    )
    const started = await run(startRun, { agent: 'assistant', goal: 'Tidy up' }, actor)
    const left = await run(deactivatePerson, { personId: ada, handOverTo: 'local' })
    expect(left).toMatchObject({ schedulesPaused: 1, handedOver: { schedules: 1, runs: 1 } })
    for (const sweep of runSweeps) await sweep.run(gateway.runtime)
    const after = await run(getSchedule, { scheduleId: schedule.id })
    expect(after.schedule).toMatchObject({ paused: true, lastProblem: expect.stringContaining(ada) })
    const ended = await run(getRun, { runId: started.run.id })
    expect(ended.run).toMatchObject({ state: 'failed', reason: 'access_revoked' })
  })

  it('leaves what was theirs to the one who takes over', async () => {
    await run(createPerson, { id: `heir-${round}` })
    const heir = { id: `heir-${round}`, personId: `heir-${round}` }
    await run(createTasks, { tasks: [{ title: 'Left behind' }] }, actor)
    await run(createProject, { name: 'Left too' }, actor)
    const left = await run(deactivatePerson, { personId: ada, handOverTo: heir.id })
    expect(left).toMatchObject({ heldBy: heir.id, handedOver: { tasks: 1, projects: 1 } })
    expect((await run(listTasks, {}, heir)).items.map(({ title }) => title)).toEqual(['Left behind'])
  })

  it('hands over what posts and is posted to without its power, and says what stays', async () => {
    await run(createPerson, { id: `heir-${round}` })
    const heir = { id: `heir-${round}`, personId: `heir-${round}` }
    const all = { ...actor, scopes: ['admin'] } as const
    const hook = { name: 'Issues', operation: 'tasks.create', mapping: '{}', verify: 'url' } as const
    const { hook: made } = await run(createHook, hook, all)
    const address = { url: 'https://example.com/hers', events: ['task.*'] }
    const { webhook } = await run(createWebhook, address, all)
    await run(setBudget, { agent: 'researcher', usdPerDay: 2 }, all)
    await run(setBudget, { usdPerDay: 5 }, all)
    const given = (title: string, owner: Partial<Actor>) =>
      run(createTasks, { tasks: [{ title, assignee: ada }] }, owner)
    await given('Of the one who takes over', heir)
    await given('Of somebody else', {})
    const left = await run(deactivatePerson, { personId: ada, handOverTo: heir.id })
    expect(left).toMatchObject({
      handedOver: { hooks: 1, webhooks: 1, budgets: 1, given: 1 },
      staying: { accounts: 0, given: 1 },
    })
    expect((await run(getHook, { hookId: made.id }, heir)).hook.problem).toContain('has been deactivated')
    expect((await run(listWebhooks, {}, heir)).items).toMatchObject([
      { id: webhook.id, owner: heir.id, state: 'disabled', reason: 'left' },
    ])
    expect((await run(listBudgets, {}, heir)).items).toMatchObject([
      { agent: null, usdPerDay: null },
      { agent: 'researcher', usdPerDay: 2 },
    ])
    expect((await run(listTasks, {}, heir)).items).toMatchObject([
      { title: 'Of the one who takes over', assignee: null },
    ])
  })

  it('leaves no team without an admin', async () => {
    const { team } = await run(createTeam, { name: 'Hers' }, { ...actor, scopes: ['teams:write'] })
    await run(createPerson, { id: `bob-${round}` })
    await run(addMember, { teamId: team.id, personId: `bob-${round}` })
    await expect(run(deactivatePerson, { personId: ada })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('only admin'),
    })
    await run(deactivatePerson, { personId: ada, handOverTo: `bob-${round}` })
    const { members } = await run(getTeam, { teamId: team.id })
    expect(members).toContainEqual({ personId: `bob-${round}`, name: null, role: 'admin' })
  })

  it('is never the person of this machine, and takes over from themselves never', async () => {
    await expect(run(deactivatePerson, { personId: 'local' })).rejects.toMatchObject({ code: 'conflict' })
    const own = run(deactivatePerson, { personId: ada, handOverTo: ada })
    await expect(own).rejects.toMatchObject({ code: 'invalid_input' })
    const [found] = await gateway.db.execute(sql`select deactivated_at from people where id = ${ada}`)
    expect(found).toEqual({ deactivated_at: null })
  })
})
