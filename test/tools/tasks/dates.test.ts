/** What callers say of when a task is due and how it repeats, through `invoke` on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Task } from '../../../src/domain/tasks/task.ts'
import { captureTasks } from '../../../src/tools/tasks/capture/capture-tasks.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { planTasks } from '../../../src/tools/tasks/plan-tasks.ts'
import { postponeTasks } from '../../../src/tools/tasks/postpone-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway

beforeAll(async () => {
  // Wednesday, ten in the morning.
  gateway = await openTestGateway({ timeZone: 'Europe/Paris', now: TEST_NOW })
})
afterAll(() => gateway.close())

type Draft = z.input<typeof createTasks.input>['tasks'][number]

async function outcome(task: Omit<Draft, 'title'>) {
  const tasks = [{ title: 'Call Ana', ...task }]
  const [result] = (await gateway.invoke(createTasks, { tasks }, gateway.as())).output.results
  if (result === undefined) throw new Error('no result')
  return result
}

describe('putting off by a while', () => {
  it.each([
    ['its day', { due: '2026-03-10' }, 'a week', { date: '2026-03-17', time: null }],
    ['its time', { due: '2026-03-10 14:00' }, '2 days', { date: '2026-03-12', time: '14:00' }],
    ['its time, in hours', { due: '2026-03-10 14:00' }, '3 hours', { date: '2026-03-10', time: '17:00' }],
    ['today, where it is overdue', { due: '2026-03-01' }, 'a week', { date: '2026-03-11', time: null }],
    ['today, where it has no date', {}, 'a day', { date: '2026-03-05', time: null }],
  ] as const)('counts from %s', async (_from, draft, by, due) => {
    const { id } = await create(draft)
    const { results } = (await gateway.invoke(postponeTasks, { taskIds: [id], by }, gateway.as())).output
    expect(results).toMatchObject([{ ok: true, task: { due } }])
  })

  it('says what it takes', async () => {
    const { id } = await create({})
    const call = gateway.invoke(postponeTasks, { taskIds: [id], by: 'blue' }, gateway.as())
    await expect(call).rejects.toMatchObject({
      code: 'invalid_input',
      fix: expect.stringContaining('2 days'),
    })
  })
})

describe('a deadline', () => {
  it('is a day beside the due date, set, changed, cleared and taken back', async () => {
    const { id, ref } = await create({ due: 'tomorrow 9am', deadline: 'friday' })
    const change = async (deadline: string | null) =>
      await gateway.invoke(updateTask, { taskId: id, deadline }, gateway.as())
    const { output } = await change('2031-01-31')
    expect(output).toMatchObject({
      task: { deadline: '2031-01-31', due: { date: '2026-03-05', time: '09:00' } },
      before: { deadline: '2026-03-06' },
    })
    expect(updateTask.undo?.(output, { taskId: id })).toMatchObject([
      { input: { taskId: ref, deadline: '2026-03-06' } },
    ])
    expect((await change(null)).output.task).toMatchObject({ deadline: null, due: { time: '09:00' } })
    await expect(change('friday 5pm')).rejects.toMatchObject({
      code: 'invalid_input',
      fix: expect.stringContaining('"2026-03-06"'),
    })
  })

  it('is read from a message, listed by its day, told in lines and tables, and urgent when it is near', async () => {
    const text = 'Hand in the thesis tomorrow {friday} @study'
    const { tasks } = (await gateway.invoke(captureTasks, { text }, gateway.as())).output
    expect(tasks).toMatchObject([{ title: 'Hand in the thesis', deadline: '2026-03-06' }])
    const filter = { deadlineFrom: 'today', deadlineTo: 'friday', labels: ['study'] }
    const listed = (await gateway.invoke(listTasks, filter, gateway.as())).output
    expect(listed.items.map((item) => listTasks.line?.(item))).toEqual([
      expect.stringContaining('due 2026-03-05, deadline 2026-03-06'),
    ])
    expect(listTasks.table?.(listed)).toMatchObject({
      columns: expect.arrayContaining(['Due', 'Deadline']),
      rows: [expect.arrayContaining(['2026-03-05', '2026-03-06'])],
    })
    const { top } = (await gateway.invoke(planTasks, {}, gateway.as())).output
    expect(top.find(({ task }) => task.title === 'Hand in the thesis')?.reasons).toEqual([
      'deadline in 2 days',
    ])
    const later = { deadlineFrom: 'next monday', labels: ['study'] }
    expect((await gateway.invoke(listTasks, later, gateway.as())).output.items).toEqual([])
  })
})

it('tells of a past day how to write that very day', async () => {
  expect(await outcome({ due: 'feb 1 2026' })).toMatchObject({
    error: { fix: expect.stringContaining('2026-02-01 for that very day') },
  })
})

async function create(task: Omit<Draft, 'title'>): Promise<Task> {
  const result = await outcome(task)
  if (!result.ok) throw new Error(result.error.message)
  return result.task
}

const update = async (input: z.input<typeof updateTask.input>): Promise<Task> =>
  (await gateway.invoke(updateTask, input, gateway.as())).output.task

async function capture(text: string) {
  const { output } = await gateway.invoke(captureTasks, { text }, gateway.as())
  return { task: output.tasks[0], told: captureTasks.tell(output) }
}

describe('a repeat with a time of day', () => {
  it('gives the time to the due date', async () => {
    const repeat = 'every monday at 9am'
    const rule = 'FREQ=WEEKLY;BYDAY=MO'
    expect(await create({ repeat })).toMatchObject({
      repeat: rule,
      due: { date: '2026-03-09', time: '09:00' },
    })
    expect(await create({ repeat, due: '2026-03-16' })).toMatchObject({
      due: { date: '2026-03-16', time: '09:00', at: '2026-03-16T08:00:00.000Z' },
    })
    expect(await create({ repeat, due: '2026-03-16T09:00' })).toMatchObject({ due: { time: '09:00' } })
  })

  it('must not disagree with one that due says', async () => {
    expect(await outcome({ repeat: 'every monday at 9am', due: '2026-03-16T10:00' })).toMatchObject({
      ok: false,
      error: {
        code: 'invalid_input',
        message: expect.stringMatching(/09:00.*2026-03-16 10:00/),
        fix: 'Give it once.',
      },
    })
    const zoned = { repeat: 'every monday at 9am ET', due: '2026-03-16T09:00' }
    expect(await outcome(zoned)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  })

  it('moves the time of a task that is due already, and leaves its day', async () => {
    const { id } = await create({ due: '2026-03-10T18:00' })
    const task = await update({ taskId: id, repeat: 'every day at 7am' })
    expect(task).toMatchObject({ repeat: 'FREQ=DAILY', due: { date: '2026-03-10', time: '07:00' } })
    expect(await update({ taskId: id, due: '2026-03-12T20:00' })).toMatchObject({
      repeat: 'FREQ=DAILY',
      due: { date: '2026-03-12', time: '20:00' },
    })
  })

  it('keeps its time in the zone that was said, turn after turn', async () => {
    const task = await create({ repeat: 'every day at 9am PST', due: '2026-03-07' })
    expect(task.due).toEqual({
      date: '2026-03-07',
      time: '09:00',
      timeZone: 'America/Los_Angeles',
      at: '2026-03-07T17:00:00.000Z',
    })
    const { output } = await gateway.invoke(completeTasks, { taskIds: [task.id] }, gateway.as())
    // Clocks there change on the 8th.
    expect(output.results[0]).toMatchObject({
      next: { due: { date: '2026-03-08', time: '09:00', at: '2026-03-08T16:00:00.000Z' } },
    })
  })

  it('may be an RRULE below the start that it has in a calendar', async () => {
    const repeat = 'DTSTART;TZID=America/New_York:20260316T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO;'
    expect(await create({ repeat })).toMatchObject({
      repeat: 'FREQ=WEEKLY;BYDAY=MO',
      due: {
        date: '2026-03-16',
        time: '09:00',
        timeZone: 'America/New_York',
        at: '2026-03-16T13:00:00.000Z',
      },
    })
    expect(await outcome({ repeat, due: '2026-03-17' })).toMatchObject({ ok: false })
  })

  it('that began in the past continues in step with its start', async () => {
    const repeat = 'DTSTART:20260226T090000\nRRULE:FREQ=DAILY;INTERVAL=4'
    expect((await create({ repeat })).due).toMatchObject({ date: '2026-03-06', time: '09:00' })
  })
})

describe('what cannot be read', () => {
  it.each([
    [{ due: 'friday banana' }, '"banana" is not understood'],
    [{ due: 'tomorrow 9am CST' }, 'CST is the name of more than one time zone'],
    [{ due: '31 June' }, 'There is no 31 June'],
    [{ due: 'every friday' }, 'repeats'],
    [{ repeat: 'every blue moon' }, '"every blue moon"'],
    [{ repeat: 'every second friday' }, 'two meanings'],
    [{ repeat: 'FREQ=DAILY;X-A=1' }, 'X-A'],
    [{ due: { date: '2026-03-31', time: '25:00' } }, '"2026-03-31 25:00"'],
  ])('%j is refused with what to write instead', async (draft, named) => {
    const result = await outcome(draft)
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', fix: expect.stringMatching(/./) },
    })
    expect(result.ok ? '' : result.error.message).toContain(named)
  })

  it('stays in the title of what is captured, and the answer says why', async () => {
    const { task, told } = await capture('Call Ana tomorrow 9am CST about rent 10m')
    expect(task).toMatchObject({ title: 'Call Ana tomorrow 9am CST about rent', minutes: 10, due: null })
    expect(task?.unread).toMatch(/CST is the name of more than one time zone.*America\/Chicago/)
    expect(told).toContain('\n  No date was read: CST is the name of more than one time zone. Write')
    expect((await capture('Call Ana tomorrow 9am')).task?.unread).toBeNull()
  })
})

describe('a reader', () => {
  it('is shown a time zone only where it is not their own', async () => {
    const there = await create({ due: '2026-03-09 18:30 Asia/Kolkata' })
    const page = { items: [there], nextCursor: null }
    const dueOf = (timeZone: string) => listTasks.table?.(page, { timeZone }).rows[0]?.[4]
    expect(dueOf('Asia/Calcutta')).toBe('2026-03-09 18:30')
    expect(dueOf('Europe/Paris')).toBe('2026-03-09 18:30 Asia/Kolkata')
    expect(listTasks.tell(page, { timeZone: 'Asia/Kolkata' })).toContain('due 2026-03-09 18:30)')
    expect(listTasks.tell(page)).toContain('due 2026-03-09 18:30 Asia/Kolkata)')
  })

  it('of a refused filter is told which one', async () => {
    const refused = gateway.invoke(listTasks, { dueTo: 'flurb' }, gateway.as())
    await expect(refused).rejects.toMatchObject({ issues: [{ path: 'dueTo' }] })
  })
})

describe('a moment that was captured', () => {
  it('in another zone is stored at that moment', async () => {
    const { task } = await capture('Call Ana tomorrow 9am PST')
    expect(task).toMatchObject({
      title: 'Call Ana',
      due: { date: '2026-03-05', time: '18:00', timeZone: 'Europe/Paris', at: '2026-03-05T17:00:00.000Z' },
    })
  })

  it('at the second of two equal times is stored as the second', async () => {
    const { task } = await capture('Call Ana - 2026-10-25T02:30+01:00')
    const stored = await update({ taskId: task?.taskId ?? '', priority: 1 })
    expect(stored.due).toMatchObject({ time: '02:30', at: '2026-10-25T01:30:00.000Z' })
  })
})
