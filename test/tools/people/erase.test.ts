/** Erasing a person: what goes, at once and with the housekeeping, and what stays of them for others. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { apiKeys, auditEntries, people } from '../../../src/domain/access/tables.ts'
import { personEmails } from '../../../src/domain/people/tables.ts'
import { tasks } from '../../../src/domain/tasks/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { setBudget } from '../../../src/tools/budgets/set-budget.ts'
import { createHook } from '../../../src/tools/hooks/create-hook.ts'
import { people as peopleArea } from '../../../src/tools/people/area.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { erasePerson } from '../../../src/tools/people/erase-person.ts'
import { invitePerson } from '../../../src/tools/people/invite-person.ts'
import { updatePerson } from '../../../src/tools/people/update-person.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { shareProject } from '../../../src/tools/projects/share-project.ts'
import { createTemplate } from '../../../src/tools/projects/templates/create-template.ts'
import { unshareProject } from '../../../src/tools/projects/unshare-project.ts'
import { areas } from '../../../src/tools/registry.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { TEST_PUBLIC_URL, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

let front: TestFront
let gateway: TestGateway
beforeAll(async () => {
  front = await openFront({}, { models: SOME_MODEL, mails: true })
  gateway = front.gateway
})
afterAll(() => front.close())

const [expiry] = peopleArea.expires

const erase = async (personId: string) =>
  (await gateway.invoke(erasePerson, { personId, confirm: true }, gateway.as())).output

test('Only a deactivated person is erased: at once who they were, then what was theirs', async () => {
  const { db } = gateway
  const ada = gateway.as({ id: 'ada', personId: 'ada' })
  const person = { id: 'ada', name: 'Ada Lovelace', emails: [{ address: 'ada@example.com' }] }
  await gateway.invoke(createPerson, person, gateway.as())
  await gateway.invoke(createKey, { label: 'k', scopes: ['tasks:write'], person: 'ada' }, gateway.as())
  await gateway.invoke(createTasks, { tasks: [{ title: 'A secret of Ada' }] }, ada)
  await gateway.invoke(createTasks, { tasks: [{ title: 'A task of the owner' }] }, gateway.as())
  await expect(erase('ada')).rejects.toMatchObject({ code: 'conflict' })
  await gateway.invoke(deactivatePerson, { personId: 'ada' }, gateway.as())

  expect(await erase('ada')).toMatchObject({ deleted: { emails: 1, keys: 1 }, remaining: { tasks: 1 } })
  expect(await db.select().from(people).where(eq(people.id, 'ada'))).toMatchObject([
    { name: null, erasedAt: expect.any(Date) },
  ])
  expect(await db.select().from(personEmails)).toEqual([])
  expect(await db.select().from(apiKeys).where(eq(apiKeys.personId, 'ada'))).toEqual([])
  await expect(erase('ada')).rejects.toMatchObject({ code: 'not_found' })
  await expect(gateway.invoke(createPerson, person, gateway.as())).rejects.toMatchObject({ code: 'conflict' })

  await expiry?.deletePast(gateway.runtime.resources, gateway.clock.now())
  expect(await db.select({ title: tasks.title }).from(tasks)).toEqual([{ title: 'A task of the owner' }])
  const entries = await db.select().from(auditEntries).where(eq(auditEntries.personId, 'ada'))
  expect(entries.map(({ operation, input }) => [operation, input])).toEqual([['tasks.create', {}]])
  expect(await expiry?.deletePast(gateway.runtime.resources, gateway.clock.now())).toBe(0)
})

/** In every text that says something of Ada. */
const MARK = 'quagga'

/** Everything that a person can leave somewhere, made through operations as the person, an admin and others make it. */
async function makeTraces(): Promise<void> {
  const as = (id: string, more: Partial<Actor> = {}) => gateway.as({ id, personId: id, ...more })
  const ada = as('eve')
  const invited = { id: 'eve', name: MARK }
  const { token } = (await gateway.invoke(invitePerson, invited, gateway.as())).output
  await front.send('POST', '/v1/people/accept-invitation', { token, name: MARK })
  const emails = [{ address: `${MARK}@example.com` }]
  await gateway.invoke(updatePerson, { personId: 'eve', name: MARK, emails }, gateway.as())
  await gateway.invoke(createPerson, { id: 'bob' }, gateway.as())
  const hears = (path: string) => ({ url: `https://example.com/${path}`, events: ['*'] })
  await gateway.invoke(createWebhook, hears('bob'), as('bob'))
  await gateway.invoke(createWebhook, hears(MARK), ada)
  const { project } = (await gateway.invoke(createProject, { name: MARK, outcome: MARK }, ada)).output
  const shared = { projectId: project.id, personId: 'bob' }
  await gateway.invoke(shareProject, { ...shared, role: 'viewer' }, ada)
  await gateway.invoke(unshareProject, shared, ada)
  const draft = { title: MARK, notes: MARK, labels: [MARK] }
  const { results } = (
    await gateway.invoke(createTasks, { tasks: [{ ...draft, assignee: 'bob' }, draft] }, ada)
  ).output
  const [given] = results
  if (!given?.ok) throw new Error('no task')
  await gateway.invoke(updateTask, { taskId: given.task.id, notes: `${MARK}!` }, as('bob'))
  await gateway.invoke(createTemplate, { name: MARK, tasks: [{ title: MARK }] }, ada)
  await gateway.invoke(createAgent, { slug: MARK, role: MARK, instructions: MARK }, ada)
  await gateway.invoke(setBudget, { agent: MARK, usdPerDay: 1 }, ada)
  await gateway.invoke(createSchedule, { agent: MARK, goal: MARK, when: 'daily at 9:00' }, ada)
  await gateway.invoke(startRun, { agent: MARK, goal: MARK }, ada)
  const hook = { name: MARK, operation: 'tasks.create', mapping: `{ "tasks": [{ "title": "${MARK}" }] }` }
  const { url } = (await gateway.invoke(createHook, { ...hook, verify: 'url' }, ada)).output.hook
  const sent = { method: 'POST', body: JSON.stringify({ said: MARK }) }
  expect((await fetch(url.replace(TEST_PUBLIC_URL, front.url), sent)).ok).toBe(true)
  await sweep(
    gateway.runtime,
    areas.flatMap((area) => area.sweeps).filter(({ name }) => name === 'inbox'),
  )
}

/** The tables of which a row says something of Ada. */
async function traces(): Promise<string[]> {
  const tables = await gateway.db.execute<{ name: string }>(sql`select table_name as name
    from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`)
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await gateway.db.execute(
      sql.raw(`select 1 from "${name}" t where to_jsonb(t)::text ilike '%${MARK}%' limit 1`),
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}

test('Nothing in any table says who an erased person was, or what they had', async () => {
  await makeTraces()
  expect(await traces()).toEqual(
    expect.arrayContaining([
      ...['agents', 'audit_entries', 'idempotency_keys', 'inbox_events', 'invitations', 'notifications'],
      ...['outbox', 'webhooks'],
    ]),
  )
  await gateway.invoke(deactivatePerson, { personId: 'eve' }, gateway.as())
  await erase('eve')
  await expiry?.deletePast(gateway.runtime.resources, gateway.clock.now())
  expect(await traces()).toEqual([])
})
