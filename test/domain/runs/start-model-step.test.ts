/** A call of the model that begins in one statement begins only while its run, key and budgets allow it. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiKeys } from '../../../src/domain/access/tables.ts'
import { saveBudget } from '../../../src/domain/budgets/store.ts'
import { startModelStepAlone } from '../../../src/domain/runs/steps/start-model-step.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, PRICED_MODEL, type RunDesk, type StartOptions } from '../../support/world/run-desk.ts'

let gateway: TestGateway
let desk: RunDesk

beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL })
  desk = createRunDesk(gateway)
})
afterAll(() => gateway.close())

const asked = { phase: null, request: {}, worst: { usdMicros: 100, tokens: 10 } }

/** A run with a key of its own, as its worker has just read it. */
async function seenRun(options: StartOptions = {}) {
  const { output } = await gateway.invoke(
    createKey,
    { label: 'k', scopes: ['runs:write', 'tasks:write'], expiresAt: null },
    gateway.as(),
  )
  const keyId = output.key.id
  const run = await desk.start(options)
  const starter = { ...run.starter, scopes: ['tasks:write' as const], keyId }
  await gateway.db.update(runs).set({ starter }).where(eq(runs.id, run.id))
  const hold = await desk.hold(run.id)
  const seen = await desk.standing(hold)
  const begin = () => desk.atOnce((writes) => startModelStepAlone(writes, seen, asked))
  return { keyId, hold, seen, begin }
}

it('begins, reserves and is logged with its number', async () => {
  const { hold, begin } = await seenRun()
  const [first, second] = [await begin(), await begin()]
  expect([first?.number, second?.number]).toEqual([1, 2])
  expect(await desk.run(hold.runId)).toMatchObject({ lastStep: 2, modelSteps: 2, treeReservedUsdMicros: 200 })
  expect(await desk.steps(hold.runId)).toEqual([first, second])
  const started = (await desk.events(hold.runId)).filter(({ type }) => type === 'step.started')
  expect(started.map(({ data }) => data)).toMatchObject([{ number: 1 }, { number: 2 }])
  const { spending } = await desk.everything(hold.runId)
  expect(spending).toMatchObject([
    { agent_slug: '', reserved_usd_micros: 200, reserved_tokens: 20 },
    { agent_slug: 'assistant', reserved_usd_micros: 200, reserved_tokens: 20 },
  ])
})

it('leaves everything as it was when something has changed since its worker looked', async () => {
  const changeRun = (set: object) => (runId: string) =>
    gateway.db.update(runs).set(set).where(eq(runs.id, runId))
  const changeKey = (set: object) => (_runId: string, keyId: string) =>
    gateway.db.update(apiKeys).set(set).where(eq(apiKeys.id, keyId))
  const now = gateway.clock.now()
  const changes = {
    'a cancel was requested': changeRun({ cancelAskedAt: now }),
    'a pause was requested': changeRun({ pauseAskedAt: now }),
    'another worker has it': changeRun({ fence: sql`${runs.fence} + 1` }),
    'it has ended': changeRun({ state: 'succeeded' }),
    'its dollars are used up': changeRun({
      capUsdMicros: 299,
      treeSpentUsdMicros: 100,
      treeReservedUsdMicros: 100,
    }),
    'its tokens are used up': changeRun({ capTokens: 29, treeSpentTokens: 10, treeReservedTokens: 10 }),
    'its key was revoked': changeKey({ revokedAt: now }),
    'its key has expired': changeKey({ expiresAt: now }),
    'its key has lost a scope': changeKey({ scopes: ['runs:write'] }),
    'its key is gone': (_runId: string, keyId: string) =>
      gateway.db.delete(apiKeys).where(eq(apiKeys.id, keyId)),
  }
  for (const [name, change] of Object.entries(changes)) {
    const { keyId, hold, begin } = await seenRun()
    await change(hold.runId, keyId)
    const before = await desk.everything(hold.runId)
    expect(await begin(), name).toBeUndefined()
    expect(await desk.everything(hold.runId), name).toEqual(before)
  }
})

it('leaves delegated runs, and people with a budget for the day, to a transaction', async () => {
  const { child } = await desk.parked()
  const held = await desk.standing(await desk.hold(child.id))
  expect(await desk.atOnce((writes) => startModelStepAlone(writes, held, asked))).toBeUndefined()
  const { begin } = await seenRun()
  const budget = { ownerId: 'local', agentSlug: 'assistant' }
  await gateway.database.transaction((db) =>
    saveBudget({ db, now: gateway.clock.now() }, budget, { tokensPerDay: 1_000_000 }),
  )
  expect(await begin()).toBeUndefined()
})

it('refuses an unknown price where the budget is in dollars', async () => {
  const { seen } = await seenRun({ budget: { usd: 1 }, agent: 'reviewer' })
  const unknown = { ...asked, worst: { usdMicros: null, tokens: 10 } }
  expect(await desk.atOnce((writes) => startModelStepAlone(writes, seen, unknown))).toBeUndefined()
  expect(await desk.atOnce((writes) => startModelStepAlone(writes, seen, asked))).toBeDefined()
})
