/**
 * The gateway with an account at Todoist itself: `TODOIST_API_TOKEN` says which, and TODOIST_BASE_URL names a stand-in instead. What
 * the test makes is in a project of its own, which it deletes afterwards. It is skipped without a token.
 */
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operations } from '../../../src/tools/registry.ts'
import { todoistConnector } from '../../../src/tools/todoist/connector.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

const { TODOIST_API_TOKEN: token, TODOIST_BASE_URL: baseUrl = 'https://api.todoist.com' } = process.env

/** One word, so that quick add reads it. */
const PROJECT = `Switchboard${Date.now()}`
/** Deletions wait for ten minutes, by the clock of the gateway. */
const DELETED_AFTER_MS = 11 * 60_000

let gateway: TestGateway | undefined

beforeAll(async () => {
  if (token === undefined) return
  gateway = await openTestGateway({
    ...{ operations, connectors: [todoistConnector] },
    environment: { TODOIST_BASE_URL: baseUrl },
  })
  gateway.clock.set(new Date())
  await call('accounts.connect', { token })
  await call('sync.resync', {})
  await call('projects.create', { projects: [{ name: PROJECT }] })
})

afterAll(async () => {
  if (gateway === undefined) return
  try {
    await call('projects.delete', { projects: [PROJECT] })
    gateway.clock.advance(DELETED_AFTER_MS)
    await call('sync.resync', {})
    expect(await call('projects.list', { text: PROJECT })).toMatchObject({ items: [] })
  } finally {
    await gateway.close()
  }
})

/** What an operation of Todoist answers. */
async function call(name: string, input: object): Promise<Record<string, unknown>> {
  const operation = operations.find((each) => each.name === `todoist.${name}`)
  if (operation === undefined || gateway === undefined) throw new Error(`todoist.${name} cannot be called`)
  return (await gateway.invoke(operation, input, gateway.as())).output
}

/** The id of the task that a call of one task was about, which Todoist has carried out. */
async function done(name: string, input: object): Promise<string> {
  const answer = await call(name, input)
  expect(answer).toMatchObject({ results: [{ ok: true, state: 'done' }] })
  return (answer as { results: { taskId: string }[] }).results[0]?.taskId ?? ''
}

const shown = async (taskId: string) => (await call('tasks.get', { taskId })).task

test.skipIf(token === undefined)('Todoist does what the gateway is asked to do', async () => {
  const rent = await done('tasks.create', {
    tasks: [
      { content: 'Pay the rent', due: 'every month', priority: 1, project: PROJECT, labels: ['money'] },
    ],
  })
  await done('tasks.reschedule', { taskIds: [rent], due: '2030-01-15' })
  await done('tasks.complete', { taskIds: [rent] })
  await done('tasks.update', { tasks: [{ taskId: rent, description: 'In cash', labels: ['home'] }] })
  await call('sync.resync', {})
  expect(await shown(rent)).toMatchObject({
    content: 'Pay the rent',
    description: 'In cash',
    labels: ['money', 'home'],
    priority: 1,
    due: { string: 'every month', isRecurring: true, time: null },
    completed: false,
  })

  const added = await call('tasks.quick_add', { text: `Call Ana tomorrow at 9am p2 #${PROJECT}` })
  expect(added).toMatchObject({ task: { priority: 2, due: { time: '09:00' }, project: { name: PROJECT } } })
  const { id } = added.task as { id: string }
  await done('tasks.reschedule', { taskIds: [id], due: '2030-01-16' })
  await call('sync.resync', {})
  expect(await shown(id)).toMatchObject({ due: { date: '2030-01-16', time: '09:00' } })

  await call('comments.create', { comments: [{ taskId: id, text: 'By phone' }] })
  expect(await call('comments.list', { taskId: id })).toMatchObject({ items: [{ text: 'By phone' }] })
  await done('tasks.complete', { taskIds: [id] })
  expect(await call('tasks.list', { project: PROJECT })).toMatchObject({ items: [{ id: rent }] })
})
