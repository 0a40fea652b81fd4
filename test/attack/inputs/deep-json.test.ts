/** JSON nested so deep that whatever walks through it would overflow the stack. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { lastTold } from '../../workers/provider.ts'
import { openRunWorld, type RunWorld } from '../../workers/run-world.ts'

const DEEP = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld([createTasks])
})
afterAll(() => world.close())

test('in an input is refused with what is wrong', async () => {
  const call = world.gateway.invoke(createTasks, { tasks: JSON.parse(DEEP) }, world.gateway.as())
  await expect(call).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('more than 64 levels deep'),
  })
})

test('in what a model gives a tool is told to the model, which is asked once more and no oftener', async () => {
  world.provider.say({ calls: [{ name: 'tasks_create', input: `{"tasks": ${DEEP}}` }] }, (exchange) => ({
    text: lastTold(exchange),
  }))
  const { id } = await world.start()
  await world.drain(world.worker())

  const run = await world.run(id)
  expect(run).toMatchObject({ state: 'succeeded', modelSteps: 2 })
  expect(run.summary).toContain('not a JSON object')
})
