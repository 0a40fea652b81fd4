/** How the stand-in's repeating tasks move on. The clock says Monday, 30 November 2026, 10:00 in Berlin. */
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../support/todoist/world/wire.ts'
import { start } from './start.ts'

const DAY_MS = 86_400_000

describe('a repeating task', () => {
  test.each([
    ['every day', '2026-11-30', '2026-12-01'],
    ['every day at 9am', '2026-12-01T09:00:00', '2026-12-02T09:00:00'],
    ['every! 3 days', '2026-11-30', '2026-12-03'],
    ['every monday 9am', '2026-12-07T09:00:00', '2026-12-14T09:00:00'],
    ['every mon, thu', '2026-11-30', '2026-12-03'],
    ['every weekday', '2026-11-30', '2026-12-01'],
    ['every other tuesday', '2026-12-01', '2026-12-15'],
    ['every 2 weeks', '2026-11-30', '2026-12-14'],
    ['every month', '2026-11-30', '2026-12-30'],
    ['every 15th', '2026-12-15', '2027-01-15'],
    ['every last day', '2026-11-30', '2026-12-31'],
    ['every year', '2026-11-30', '2027-11-30'],
    ['every day starting 2026-12-05', '2026-12-05', '2026-12-06'],
    ['every 2 hours', '2026-11-30T12:00:00', '2026-11-30T14:00:00'],
  ])('%s is first due %s, then %s', async (string, first, second) => {
    const { ada } = await start()
    const task = ada.add('Again', { due: { string } })
    expect(task.due).toEqual({ date: first, timezone: null, string, lang: 'en', is_recurring: true })
    ada.complete(task.id)
    expect(task).toMatchObject({ checked: false, due: { date: second, string, is_recurring: true } })
  })

  test('that is overdue moves past today in its own rhythm, or counts from today with every!', async () => {
    const { ada, clock } = await start()
    const fixed = ada.add('Fixed', { due: { string: 'every 3 days' } })
    const counted = ada.add('Counted', { due: { string: 'every! 3 days' } })
    clock.advance(7 * DAY_MS)
    ada.complete(fixed.id)
    ada.complete(counted.id)
    expect(fixed.due?.date).toBe('2026-12-09')
    expect(counted.due?.date).toBe('2026-12-10')
  })

  test('ends after its last date', async () => {
    const { ada } = await start()
    const task = ada.add('Twice', { due: { string: 'every day until 2026-12-01' } })
    ada.complete(task.id)
    expect(task).toMatchObject({ checked: false, due: { date: '2026-12-01' } })
    ada.complete(task.id)
    expect(task.checked).toBe(true)
  })

  test('resets its subtasks, and is finished for good by item_complete', async () => {
    const { ada, client } = await start()
    const parent = ada.add('Again', { due: { string: 'every day' } })
    const child = ada.add('Step', { parent_id: parent.id })
    ada.complete(child.id)
    ada.complete(parent.id)
    expect(child.checked).toBe(false)
    await client.run('finish', { type: 'item_complete', args: { id: parent.id } })
    expect([parent.checked, child.checked]).toEqual([true, true])
  })

  test('keeps its repeat with a date beside the string, and loses it with a date alone', async () => {
    const { ada, client } = await start()
    const task = ada.add('Again', { due: { string: 'every day' } })
    const set = (uuid: string, due: Json) =>
      client.run(uuid, { type: 'item_update', args: { id: task.id, due } })
    await set('keep', { date: '2026-12-10', string: 'every day' })
    expect(task.due).toMatchObject({ date: '2026-12-10', is_recurring: true })
    await set('lose', { date: '2026-12-11' })
    expect(task.due).toMatchObject({ date: '2026-12-11', string: '2026-12-11', is_recurring: false })
  })

  test('with `starting` does not move on where the switch says so, unless quick add set it', async () => {
    const { ada, client } = await start({ switches: { startingString: 'read-again' } })
    const task = ada.add('Again', { due: { string: 'every day starting 2026-12-05' } })
    const { body } = await client.post('/tasks/quick', { text: 'Quick every day starting 2026-12-05' })
    ada.complete(task.id)
    ada.complete(body.id)
    expect(task.due?.date).toBe('2026-12-05')
    expect(ada.task(body.id).due?.date).toBe('2026-12-06')
  })
})

describe('a due date', () => {
  test.each([
    [{ date: '2026-12-01' }, { date: '2026-12-01', timezone: null }],
    [{ date: '2026-12-01T12:00:00' }, { date: '2026-12-01T12:00:00', timezone: null }],
    [
      { date: '2026-12-01T11:00:00Z', timezone: 'America/New_York' },
      { date: '2026-12-01T11:00:00Z', timezone: 'America/New_York' },
    ],
    [{ string: 'tomorrow at 5pm' }, { date: '2026-12-01T17:00:00', string: 'tomorrow at 5pm' }],
    [{ string: '5 Dec' }, { date: '2026-12-05' }],
    [{ string: 'in 3 days' }, { date: '2026-12-03' }],
    [{ string: 'fri' }, { date: '2026-12-04' }],
  ])('%j is kept as %j', async (due, kept) => {
    const { ada } = await start()
    expect(ada.add('Task', { due }).due).toMatchObject({ ...kept, is_recurring: false })
  })

  test('that cannot be read is refused, and "no date" takes it away', async () => {
    const { ada, client } = await start()
    expect(await client.post('/tasks', { content: 'Task', due_string: 'when pigs fly' })).toMatchObject({
      status: 400,
      body: { error_tag: 'INVALID_ARGUMENT_VALUE' },
    })
    const task = ada.add('Task', { due: { string: 'today' } })
    ada.edit(task.id, { due: { string: 'no date' } })
    expect(task.due).toBeNull()
  })
})
