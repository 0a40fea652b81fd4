/** The page of the stand-in, as its script uses it. */
import { expect, test } from 'vitest'
import type { Json } from '../../../support/todoist/world/wire.ts'
import { start, todoist } from './start.ts'

async function act(what: Json): Promise<Json> {
  const response = await fetch(`${todoist.url}/act`, { method: 'POST', body: JSON.stringify(what) })
  return (await response.json()) as Json
}

async function partsOf(query: string): Promise<Record<string, string>> {
  return (await (await fetch(`${todoist.url}/parts?${query}`)).json()) as Record<string, string>
}

test('shows the tasks of a list, and what a name holds as text', async () => {
  const { ada } = await start()
  ada.add('<b>Bold</b>', { due: { string: 'today' }, priority: 4, labels: ['home'] })
  const page = await (await fetch(todoist.url)).text()
  expect(page).toContain('&lt;b&gt;Bold&lt;/b&gt;')
  expect(page).not.toContain('<b>Bold</b>')
})

test('adds, edits, completes, reopens and deletes as a phone does', async () => {
  const { ada } = await start()
  const home = ada.addProject('Home')
  const view = `project:${home.id}`
  await act({ kind: 'add', as: ada.id, view, text: 'Water the plants every! 3 days p2' })
  const { id } = ada.find('Water the plants')
  expect(ada.task(id)).toMatchObject({ project_id: home.id, priority: 3, due: { is_recurring: true } })
  await act({
    kind: 'edit',
    as: ada.id,
    id,
    fields: { content: 'Water the trees', due: { string: 'no date' } },
  })
  expect((await partsOf(`view=${view}`)).tasks).toContain('Water the trees')
  await act({ kind: 'complete', as: ada.id, id })
  expect(ada.task(id).checked).toBe(true)
  await act({ kind: 'reopen', as: ada.id, id })
  expect(ada.task(id).checked).toBe(false)
  await act({ kind: 'delete', as: ada.id, id })
  expect(ada.task(id).is_deleted).toBe(true)
})

test('says why something was refused', async () => {
  const { ada } = await start()
  const { id } = ada.add('Task')
  const answer = await act({ kind: 'edit', as: ada.id, id, fields: { due: { string: 'when pigs fly' } } })
  expect(answer).toEqual({ problem: 'Invalid argument value: due.string' })
})

test('breaks the network and mends it', async () => {
  const { ada, client } = await start()
  await act({ kind: 'fault', as: ada.id, text: 'offline' })
  await expect(client.read()).rejects.toThrow()
  await act({ kind: 'fault', as: ada.id, text: 'online' })
  expect((await client.read()).status).toBe(200)
  await act({ kind: 'fault', as: ada.id, text: 'limit' })
  expect((await client.read()).status).toBe(429)
})
