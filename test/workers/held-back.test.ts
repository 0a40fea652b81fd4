/** Runs that a budget holds back at the model: those for whom waiting helps wait, the others end. */

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RESERVED_RETRY_MS } from '../../src/domain/budgets/daily.ts'
import { runs } from '../../src/domain/runs/tables.ts'
import { resumeRun } from '../../src/tools/runs/resume-run.ts'
import { runSweeps } from '../../src/tools/runs/upkeep.ts'
import { sweep } from '../../src/workers/jobs/sweeper.ts'
import { isLong } from '../support/form.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

const TOKENS = 100_000

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([resumeRun])
  worker = world.worker()
})
afterAll(() => world.close())

/** A run that has delegated to another, which others have left no room in the budget that both share. */
async function delegated() {
  const { id: childAgent } = await world.start({ role: 'Helper' })
  const { agentSlug: agent } = await world.run(childAgent)
  world.provider.say(
    { text: 'Nothing to do.' },
    {
      calls: [{ name: 'runs_delegate', input: { agent, goal: 'A part of it' } }],
    },
  )
  const root = await world.start({ tools: ['runs.delegate'], template: { budget: { tokens: TOKENS } } })
  await worker.take(childAgent)
  await worker.take(root.id)
  const [child] = await world.gateway.db.select().from(runs).where(eq(runs.parentId, root.id))
  if (child === undefined) throw new Error('nothing was delegated')
  return { rootId: root.id, childId: child.id }
}

const fill = (rootId: string, used: Partial<typeof runs.$inferSelect>) =>
  world.gateway.db.update(runs).set(used).where(eq(runs.id, rootId))

describe('a run below one whose budget has no room', () => {
  test.runIf(isLong)(
    'waits where others have only reserved it, says for which, and continues on its own',
    async () => {
      const { rootId, childId } = await delegated()
      const { treeSpentTokens: spent } = await world.run(rootId)
      await fill(rootId, { treeReservedTokens: TOKENS - spent })
      await worker.take(childId)
      const held = await world.run(childId)
      const resumeAt = new Date(world.gateway.clock.now().getTime() + RESERVED_RETRY_MS)
      expect(held).toMatchObject({ state: 'waiting', reason: 'budget', resumeAt, treeReservedTokens: 0 })
      expect(held.detail).toContain(`the budget of 100,000 tokens of ${rootId}`)
      expect(held.detail).toContain('reserved by other steps')

      await fill(rootId, { treeReservedTokens: 0 })
      world.gateway.clock.advance(RESERVED_RETRY_MS)
      world.provider.say({ text: 'Done.' })
      await sweep(world.gateway.runtime, runSweeps)
      await worker.take(childId)
      expect(await world.run(childId)).toMatchObject({ state: 'succeeded', summary: 'Done.' })
    },
  )

  test('continues at once when that budget is raised', async () => {
    const { rootId, childId } = await delegated()
    const { treeSpentTokens: spent } = await world.run(rootId)
    await fill(rootId, { treeReservedTokens: TOKENS - spent })
    await worker.take(childId)
    const raised = { runId: rootId, budget: { tokens: 2 * TOKENS } }
    await world.gateway.invoke(resumeRun, raised, world.gateway.as())
    world.provider.say({ text: 'Done.' })
    await worker.take(childId)
    expect(await world.run(childId)).toMatchObject({ state: 'succeeded' })
  })

  test('ends where it is spent, and its parent is told', async () => {
    const { rootId, childId } = await delegated()
    await fill(rootId, { treeSpentTokens: TOKENS })
    await worker.take(childId)
    expect(await world.run(childId)).toMatchObject({ state: 'failed', reason: 'budget_exceeded' })
    expect(await world.run(rootId)).toMatchObject({ state: 'queued', reason: 'resumed' })
    const [step] = (await world.steps(rootId)).filter(({ kind }) => kind === 'tool')
    expect(step).toMatchObject({ state: 'failed', result: { isError: true } })
  })
})
