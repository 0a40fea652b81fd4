/** What a notification says of its matter besides its sentence: as far as its reader may know it when it is shown. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { readNotifications } from '../../../src/tools/notifications/read-notifications.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { shareProject } from '../../../src/tools/projects/share-project.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { remindPeople } from '../../../src/tools/tasks/remind-people.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { createRunDriver } from '../../support/world/drive-run.ts'
import { ADA, type NotifiedWorld, openNotified } from './notified.ts'

let world: NotifiedWorld
beforeEach(async () => {
  world = await openNotified()
})
afterEach(() => world?.gateway.close())

const details = async (actor: object = ADA) => (await world.list(actor)).map((each) => each.details)

async function claimed(goal: string) {
  const { invoke, as } = world.gateway
  const { run } = (await invoke(startRun, { agent: 'assistant', goal }, as(ADA))).output
  const worker = createRunDriver(world.gateway)
  return { worker, hold: await worker.claim(run.id) }
}

it('the goal of a run, its question, the exact call to approve, and how it ended', async () => {
  const { worker, hold } = await claimed('Plan the\n garden')
  await worker.question(hold, 'Which bed?')
  const deleting = { operation: 'tasks.delete', input: { taskIds: ['T-1'], note: 'a\u202eb' } }
  await worker.ask(hold, deleting)
  const { worker: other, hold: second } = await claimed(`Write ${'long '.repeat(200)}`)
  await other.end(second, { state: 'succeeded', reason: 'finished', summary: 'Three beds.' })
  const [ended = [], asked, question] = await details()
  expect(question).toEqual(['Goal: Plan the garden', 'Question: Which bed?'])
  expect(asked).toEqual(['{"note":"a\\u202eb","taskIds":["T-1"]}', 'Goal: Plan the garden'])
  expect(ended).toEqual([expect.stringMatching(/^Goal: Write long .*…$/), 'Summary: Three beds.'])
  expect(ended[0]?.length).toBeLessThanOrEqual(500)
  const { output } = await world.gateway.invoke(listNotifications, {}, world.gateway.as(ADA))
  expect(listNotifications.tell(output)).toContain(
    'asks you a question · Goal: Plan the garden · Question: Which bed?',
  )
  // Who may not read what the run reads sees that it asks, and not what.
  expect(await details({ ...ADA, scopes: ['notifications:read', 'runs:read'] })).toEqual([[], [], []])
})

it('reaches channels as the person may know it, and is stored in nothing that is sent', async () => {
  const { invoke, as, db } = world.gateway
  await invoke(createWebhook, { url: 'https://example.com/hook', events: ['*'] }, as(ADA))
  const { worker, hold } = await claimed('Plan the garden')
  await worker.question(hold, 'Which bed?')
  await world.send()
  expect(world.sent.flatMap(({ notes }) => notes.map((note) => note.details))).toEqual([
    ['Goal: Plan the garden', 'Question: Which bed?'],
  ])
  const stored = JSON.stringify(await db.select().from(outbox))
  expect(stored).toContain('notification.created')
  expect(stored).not.toMatch(/garden|Which bed/)
})

it('the project of a given task, once its reader sees the project', async () => {
  const { invoke, as } = world.gateway
  const { project } = (await invoke(createProject, { name: 'Secret garden' }, as())).output
  const tasks = [{ title: 'Weed', due: '2026-06-02', projectId: project.id, assignee: 'ada' }]
  await invoke(createTasks, { tasks }, as())
  expect(await details()).toEqual([['Due: 2026-06-02']])
  await invoke(shareProject, { projectId: project.id, personId: 'ada' }, as())
  expect((await details()).at(-1)).toEqual(['Project: Secret garden', 'Due: 2026-06-02'])
  const withoutProjects = await details({ ...ADA, scopes: ['notifications:read', 'tasks:read'] })
  expect(withoutProjects).toEqual([['Due: 2026-06-02']])
})

it('the first of the tasks that are due, while the morning is not read', async () => {
  const { invoke, as, clock } = world.gateway
  clock.set(new Date('2026-06-01T10:00:00Z'))
  const titles = ['A', 'B', 'C', 'D', 'E']
  const tasks = [
    ...titles.map((title) => ({ title, due: '2026-06-01' })),
    { title: 'Old', due: '2026-05-30' },
    { title: 'Later', due: '2026-06-09' },
  ]
  await invoke(createTasks, { tasks }, as(ADA))
  await invoke(remindPeople, {}, as())
  const shown = [['T-6: Old (due 2026-05-30)', 'T-1: A', 'T-2: B', 'T-3: C', 'T-4: D']]
  expect(await details()).toEqual(shown)
  world.later(GATHER_MS)
  await world.send()
  expect(world.sent.flatMap(({ notes }) => notes.map((note) => note.details))).toEqual(shown)
  const [{ id } = { id: '' }] = await world.list(ADA)
  await invoke(readNotifications, { upTo: id }, as(ADA))
  expect(await details()).toEqual([[]])
})
