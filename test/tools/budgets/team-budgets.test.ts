/** Budgets of teams: who sets and sees them, and which runs spend from them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { listBudgets } from '../../../src/tools/budgets/list-budgets.ts'
import { removeBudget } from '../../../src/tools/budgets/remove-budget.ts'
import { setBudget } from '../../../src/tools/budgets/set-budget.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'
import { addTeam } from '../../support/world/team.ts'

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const [ADA, BOB, VIC, OUT] = [person('ada'), person('bob'), person('vic'), person('out')] as const

let gateway: TestGateway
let desk: RunDesk
let team: string
beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL })
  desk = createRunDesk(gateway)
  team = await addTeam(gateway.db, { ada: 'admin', bob: 'member', vic: 'viewer' })
})
afterAll(() => gateway?.close())

const set = (actor: object, input: object) => gateway.invoke(setBudget, input, gateway.as(actor))
const remove = (actor: object, input: object) => gateway.invoke(removeBudget, input, gateway.as(actor))
const whole = async (actor: object, teamId?: string) =>
  (await gateway.invoke(listBudgets, { teamId }, gateway.as(actor))).output.items[0]

it('is set by those who may change the things of the team, and seen by all of it', async () => {
  await set(BOB, { teamId: team, usdPerDay: 5 })
  for (const actor of [ADA, BOB, VIC]) expect(await whole(actor, team)).toMatchObject({ usdPerDay: 5 })
  expect(await whole({ kind: 'service', id: 'key_1', personId: team })).toMatchObject({ usdPerDay: 5 })
  expect(await whole(BOB)).toMatchObject({ usdPerDay: null })
  for (const [actor, code] of [
    [VIC, 'forbidden'],
    [OUT, 'not_found'],
  ] as const) {
    await expect(set(actor, { teamId: team, usdPerDay: 9 })).rejects.toMatchObject({ code })
    await expect(remove(actor, { teamId: team })).rejects.toMatchObject({ code })
  }
  await expect(whole(OUT, team)).rejects.toMatchObject({ code: 'not_found' })
  await remove(ADA, { teamId: team })
  expect(await whole(VIC, team)).toMatchObject({ usdPerDay: null })
})

it('is spent by the runs of the team, not by the own runs of its members', async () => {
  await set(BOB, { teamId: team, tokensPerDay: 1_000 })
  const start = async (teamId?: string) => {
    const run = await desk.start({ personId: 'bob', ...(teamId && { origin: { teamId } }) })
    return await desk.hold(run.id)
  }
  const [ofTeam, own] = [await start(team), await start()]
  await desk.begin(own, { usdMicros: 10, tokens: 5_000 })
  const step = await desk.begin(ofTeam, { usdMicros: 10, tokens: 900 })
  expect(await desk.ask(await start(team), { usdMicros: 10, tokens: 200 })).toMatchObject({
    refused: { words: expect.stringContaining("too much for the team's budget") },
  })
  await desk.answer(ofTeam, step.id, { spent: { usdMicros: 7, tokens: 600 } })
  expect(await whole(VIC, team)).toMatchObject({ spentTokens: 600, reservedTokens: 0 })
  expect(await whole(BOB)).toMatchObject({ reservedTokens: 5_000 })
})
