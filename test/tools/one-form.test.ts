/** What looks alike is found, whichever way its accents were typed, and is kept as it was given. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../src/core/operation/operation.ts'
import { createOperationSearch } from '../../src/server/mcp/contents/search.ts'
import { createProject } from '../../src/tools/projects/create-project.ts'
import { listProjects } from '../../src/tools/projects/list-projects.ts'
import { captureTasks } from '../../src/tools/tasks/capture/capture-tasks.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { suggestTasks } from '../../src/tools/tasks/suggest-tasks.ts'
import { updateTask } from '../../src/tools/tasks/update-task.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

async function invoke<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  personId: string,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, gateway.as({ id: personId, personId }))).output
}

const composed = 'Ångström café'.normalize('NFC')
const decomposed = composed.normalize('NFD')
const word = (text: string) => text.split(' ')[1] ?? ''

describe.each([
  ['decomposed', decomposed, composed],
  ['composed', composed, decomposed],
])('what was written %s', (form, written, sought) => {
  const person = `writer-${form}`
  const labels = [word(written)]

  it('is found by a text and by a label of the other form, and comes back as it was written', async () => {
    await invoke(createTasks, { tasks: [{ title: written, labels }, { title: 'Tea' }] }, person)
    const kept = [expect.objectContaining({ title: written, labels })]
    expect((await invoke(listTasks, { text: sought }, person)).items).toEqual(kept)
    expect((await invoke(listTasks, { text: sought.toUpperCase() }, person)).items).toEqual(kept)
    expect((await invoke(listTasks, { labels: [word(sought)] }, person)).items).toEqual(kept)
    expect((await invoke(listTasks, { labels: [word(sought), 'x'] }, person)).items).toEqual([])
  })

  it('is one label, whichever form is added or removed', async () => {
    const [task] = (await invoke(listTasks, { labels }, person)).items
    const taskId = task?.id ?? ''
    const added = await invoke(updateTask, { taskId, addLabels: [word(sought)] }, person)
    expect(added.task.labels).toEqual(labels)
    const removed = await invoke(updateTask, { taskId, removeLabels: [word(sought)] }, person)
    expect(removed.task.labels).toEqual([])
  })

  it('names a project in a captured text, and a list of projects', async () => {
    const { project } = await invoke(createProject, { name: written }, person)
    const text = `Buy milk @${word(sought)} @${word(written)} #${sought.replace(' ', '-')} now`
    const { tasks } = await invoke(captureTasks, { text, preview: true }, person)
    expect(tasks).toEqual([expect.objectContaining({ projectId: project.id, labels: [word(sought)] })])
    expect((await invoke(listProjects, { text: sought }, person)).items).toEqual([
      expect.objectContaining({ name: written }),
    ])
  })

  it('is a context in which it is suggested', async () => {
    await invoke(createTasks, { tasks: [{ title: 'Here', labels, minutes: 5 }] }, person)
    const { suggestions } = await invoke(suggestTasks, { minutes: 10, context: `@${word(sought)}` }, person)
    const here = suggestions.find(({ task }) => task.title === 'Here')
    expect(here?.reasons).toEqual(expect.arrayContaining([expect.stringContaining('context')]))
  })
})

it('leaves labels of scripts whose vowels are marks whole in a captured text', async () => {
  const { tasks } = await invoke(captureTasks, { text: 'Buy rice @हिन्दी today', preview: true }, 'reader')
  expect(tasks[0]).toMatchObject({ title: 'Buy rice', labels: ['हिन्दी'] })
})

it('finds operations by a word of either form', () => {
  const search = createOperationSearch([createTasks, listTasks])
  const found = (text: string) => search(text, () => true).map(({ name }) => name)
  expect(found('task')).toHaveLength(2)
  expect(found('t\u0061sk café'.normalize('NFD'))).toEqual(found('task café'.normalize('NFC')))
})
