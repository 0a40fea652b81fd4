/** Capture, suggestions and the day's plan through `invoke` on a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { captureTasks } from '../../../src/tools/tasks/capture/capture-tasks.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { planTasks } from '../../../src/tools/tasks/plan-tasks.ts'
import { suggestTasks } from '../../../src/tools/tasks/suggest-tasks.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let person = 0

beforeAll(async () => {
  gateway = await openTestGateway({ timeZone: 'Europe/Paris' })
})
afterAll(() => gateway.close())
beforeEach(() => {
  person += 1
})

async function invoke<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
): Promise<z.output<Output>> {
  const call = gateway.as({ id: `ana-${person}`, personId: `ana-${person}` })
  return (await gateway.invoke(operation, input, call)).output
}

describe('capture', () => {
  const text = 'Call Ana tomorrow 9am 15m P1 @calls\nWrite the report - 2h - friday #launch'

  it('shows in a preview exactly what it then creates', async () => {
    const preview = await invoke(captureTasks, { text, preview: true })
    expect((await invoke(listTasks, {})).items).toEqual([])
    expect(preview.tasks).toMatchObject([
      {
        title: 'Call Ana',
        minutes: 15,
        bucket: '10min',
        priority: 1,
        due: { date: '2026-03-05', time: '09:00', timeZone: 'Europe/Paris', at: '2026-03-05T08:00:00.000Z' },
        labels: ['calls'],
        taskId: null,
      },
      { title: 'Write the report', minutes: 120, due: { date: '2026-03-06', time: null }, taskId: null },
    ])
    const { tasks } = await invoke(captureTasks, { text })
    expect(tasks.map((task) => ({ ...task, taskId: null, ref: null }))).toEqual(preview.tasks)
    const { items } = await invoke(listTasks, { sort: 'due' })
    expect(items.map((task) => task.id)).toEqual(tasks.map((task) => task.taskId))
    expect(items).toMatchObject([
      { title: 'Call Ana', minutes: 15, priority: 1, labels: ['calls'] },
      { title: 'Write the report', minutes: 120, bucket: '30plus' },
    ])
  })

  it('finds the project that a #name means, and keeps a name that means none as a label', async () => {
    const { project } = await invoke(createProject, { name: 'Launch' })
    const { tasks } = await invoke(captureTasks, { text: 'Write the page 1h #launch' })
    expect(tasks).toMatchObject([{ projectId: project.id, project: 'launch', labels: [] }])
    const { tasks: none } = await invoke(captureTasks, { text: 'Dig 1h #garden' })
    expect(none).toMatchObject([{ projectId: null, project: 'garden', labels: ['garden'] }])
  })

  it('reads the words in the time zone that is named', async () => {
    gateway.clock.set('2026-03-04T23:30:00Z')
    const auckland = await invoke(captureTasks, {
      text: 'Call today',
      preview: true,
      timeZone: 'Pacific/Auckland',
    })
    const newYork = await invoke(captureTasks, {
      text: 'Call today',
      preview: true,
      timeZone: 'America/New_York',
    })
    gateway.clock.set('2026-03-04T09:00:00Z')
    expect(auckland.tasks[0]?.due?.date).toBe('2026-03-05')
    expect(newYork.tasks[0]?.due?.date).toBe('2026-03-04')
  })

  it('loses nothing of a title that is too long to be one', async () => {
    const long = `Write ${'very '.repeat(150)}long`
    const { tasks } = await invoke(captureTasks, { text: long })
    expect(tasks[0]?.title).toHaveLength(500)
    expect(tasks[0]?.notes).toBe(long)
  })

  it('refuses a text without a task, and one with too many', async () => {
    await expect(invoke(captureTasks, { text: '   ' })).rejects.toMatchObject({ code: 'invalid_input' })
    const many = Array.from({ length: 60 }, (_, index) => `Task number ${index}`).join('\n')
    await expect(invoke(captureTasks, { text: many })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('suggestions', () => {
  it('fit the minutes at hand, leave out what waits, and say why', async () => {
    const { results } = await invoke(createTasks, {
      tasks: [
        { title: 'Pay the overdue invoice', due: '2026-03-01', minutes: 5 },
        { title: 'Write the strategy', minutes: 120, labels: ['impact-5'] },
        { title: 'Ship the beta page', minutes: 10 },
      ],
    })
    const invoice = results[0]?.ok ? results[0].task.id : ''
    await invoke(createTasks, { tasks: [{ title: 'File the receipt', minutes: 2, dependsOn: [invoice] }] })
    const { suggestions } = await invoke(suggestTasks, { minutes: 15, outcomes: ['Ship beta'] })
    expect(suggestions.map(({ task }) => task.title)).toEqual([
      'Ship the beta page',
      'Pay the overdue invoice',
    ])
    expect(suggestions[0]?.reasons).toContain('matches this week\'s outcome "Ship beta"')
    expect(suggestions[1]?.reasons).toContain('overdue by 3 days')
  })
})

describe("today's plan", () => {
  it('puts each task where it belongs in the day of the person', async () => {
    await invoke(createTasks, {
      tasks: [
        { title: 'Late', due: '2026-03-02' },
        { title: 'Today', due: '2026-03-04' },
        { title: 'Later today', due: '2026-03-04T18:00' },
        { title: 'Next week', due: '2026-03-11' },
        { title: 'Someday, important', priority: 1 },
      ],
    })
    const { results } = await invoke(createTasks, { tasks: [{ title: 'Done already' }] })
    await invoke(completeTasks, { taskIds: [results[0]?.ok ? results[0].task.id : ''] })
    const plan = await invoke(planTasks, {})
    expect(plan).toMatchObject({ date: '2026-03-04', timeZone: 'Europe/Paris', doneToday: 1 })
    expect(plan.overdue.map((task) => task.title)).toEqual(['Late'])
    expect(plan.today.map((task) => task.title)).toEqual(['Later today', 'Today'])
    expect(plan.undated.map((task) => task.title)).toEqual(['Someday, important'])
    expect(plan.top[0]).toMatchObject({ task: { title: 'Late' }, reasons: ['overdue by 2 days'] })
  })
})
