/** Daily budgets as people set and see them, through `invoke` on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { type Amount, reserveDaily, settleDaily } from '../../../src/domain/budgets/daily.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { listBudgets } from '../../../src/tools/budgets/list-budgets.ts'
import { removeBudget } from '../../../src/tools/budgets/remove-budget.ts'
import { setBudget } from '../../../src/tools/budgets/set-budget.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

let people = 0
/** Somebody of whom nothing is stored yet. */
function somebody(): Partial<Actor> & { personId: string } {
  people += 1
  const id = `person${people}`
  return { id, personId: id }
}

const set = async (who: Partial<Actor>, input: object) =>
  (await gateway.invoke(setBudget, input, gateway.as(who))).output.budget
const remove = async (who: Partial<Actor>, input: object) =>
  (await gateway.invoke(removeBudget, input, gateway.as(who))).output.removed
const list = async (who: Partial<Actor>, input: object = {}) =>
  (await gateway.invoke(listBudgets, input, gateway.as(who))).output

/** Reserves as a step of a run does, and settles it where it is said what was spent. */
async function step(ownerId: string, agentSlug: string, { worst, spent }: { worst: Amount; spent?: Amount }) {
  const spender = { ownerId, agentSlug, timeZone: 'UTC' }
  const answer = await gateway.database.transaction((db) =>
    reserveDaily(db, spender, worst, gateway.clock.now()),
  )
  if (spent && 'day' in answer) {
    await settleDaily(gateway.db, spender, { day: answer.day, reserved: worst, spent })
  }
  return answer
}

const NO_CAP = { usdPerDay: null, tokensPerDay: null }
const STANDARD = { dayShare: 1, nightShare: 1, nightFrom: 1, nightUntil: 9 }

describe('a budget', () => {
  it('begins without a cap, changes only where something is given, and null takes a cap away', async () => {
    const who = somebody()
    expect(await set(who, {})).toEqual({ agent: null, ...NO_CAP, ...STANDARD })
    await set(who, { usdPerDay: 2.5, tokensPerDay: 1_000, nightShare: 0.8, nightFrom: 22 })
    const expected = { agent: null, usdPerDay: 2.5, tokensPerDay: 1_000, ...STANDARD, nightShare: 0.8 }
    expect(await set(who, { dayShare: 0.2 })).toEqual({ ...expected, dayShare: 0.2, nightFrom: 22 })
    expect(await set(who, { usdPerDay: null })).toMatchObject({ usdPerDay: null, tokensPerDay: 1_000 })
  })

  it('keeps fractions as they were given', async () => {
    const who = somebody()
    const budget = await set(who, { usdPerDay: 0.07, dayShare: 0.1, nightShare: 0.33333 })
    expect(budget).toMatchObject({ usdPerDay: 0.07, dayShare: 0.1, nightShare: 0.3333 })
  })

  it('of an agent is another than that of the person, and of nobody else', async () => {
    const [who, other] = [somebody(), somebody()]
    await set(who, { usdPerDay: 1 })
    expect(await set(who, { agent: 'developer', tokensPerDay: 5 })).toMatchObject({
      agent: 'developer',
      usdPerDay: null,
    })
    expect((await list(who)).items.map(({ agent, usdPerDay }) => [agent, usdPerDay])).toEqual([
      [null, 1],
      ['developer', null],
    ])
    expect((await list(other)).items).toMatchObject([{ agent: null, ...NO_CAP }])
    expect(await remove(other, { agent: 'developer' })).toBeNull()
    expect((await list(who)).items).toHaveLength(2)
  })

  it('holds from the next step on, and no more once it is removed', async () => {
    const who = somebody()
    const worst = { usdMicros: 600_000, tokens: 1 }
    await set(who, { usdPerDay: 0.5 })
    expect(await step(who.personId, 'developer', { worst })).toMatchObject({ refused: { unit: 'usd' } })
    await set(who, { usdPerDay: 0.6 })
    expect(await step(who.personId, 'developer', { worst })).toEqual({ day: '2026-03-04' })
    expect(await step(who.personId, 'developer', { worst })).toMatchObject({ refused: { unit: 'usd' } })
    expect(await remove(who, {})).toMatchObject({ agent: null, usdPerDay: 0.6 })
    expect(await remove(who, {})).toBeNull()
    expect(await step(who.personId, 'developer', { worst })).toEqual({ day: '2026-03-04' })
    expect((await list(who)).items).toMatchObject([{ reservedUsd: 1.2 }, { agent: 'developer' }])
  })

  it('is refused for an agent that there is not, since it would cap nothing', async () => {
    const refused = set(somebody(), { agent: 'devloper', usdPerDay: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    [{ usdPerDay: -1 }],
    [{ tokensPerDay: 1.5 }],
    [{ dayShare: 1.1 }],
    [{ nightFrom: 24 }],
    [{ agent: '' }],
    [{ agent: 'No Slug' }],
  ])('refuses %j', async (input) => {
    await expect(set(somebody(), input)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('the list of budgets', () => {
  it('shows the person first, with nothing set and nothing spent', async () => {
    expect(await list(somebody())).toEqual({
      items: [
        {
          agent: null,
          ...NO_CAP,
          ...STANDARD,
          spentUsd: 0,
          spentTokens: 0,
          reservedUsd: 0,
          reservedTokens: 0,
          shareNow: 1,
          mayStart: true,
          startsAgainAt: null,
        },
      ],
      nextCursor: null,
      day: '2026-03-04',
      timeZone: 'UTC',
      resetsAt: '2026-03-05T00:00:00.000Z',
    })
  })

  it('shows what is spent and reserved today, and whether runs may start', async () => {
    const who = somebody()
    await set(who, { usdPerDay: 1, dayShare: 0.25, nightShare: 0.5 })
    const worst = { usdMicros: 400_000, tokens: 50 }
    await step(who.personId, 'tester', { worst, spent: { usdMicros: 250_000, tokens: 40 } })
    await step(who.personId, 'developer', { worst: { usdMicros: 1_000, tokens: 7 } })
    const held = { mayStart: false, startsAgainAt: '2026-03-05T00:00:00.000Z' }
    expect((await list(who)).items).toMatchObject([
      { agent: null, spentUsd: 0.25, reservedUsd: 0.001, reservedTokens: 7, shareNow: 0.25, ...held },
      { agent: 'developer', spentUsd: 0, reservedTokens: 7, shareNow: 1, ...held },
      { agent: 'tester', spentUsd: 0.25, spentTokens: 40, reservedUsd: 0, ...held },
    ])
    gateway.clock.set('2026-03-05T00:00:00.000Z')
    const tomorrow = await list(who)
    gateway.clock.set('2026-03-04T09:00:00.000Z')
    expect(tomorrow).toMatchObject({ day: '2026-03-05', resetsAt: '2026-03-06T00:00:00.000Z' })
    expect(tomorrow.items).toMatchObject([{ agent: null, spentUsd: 0, mayStart: true }])
  })

  it("goes by the day in the person's own time zone", async () => {
    const who = somebody()
    await gateway.invoke(updateProfile, { timeZone: 'Pacific/Auckland' }, gateway.as(who))
    // The day of the clock change, from summer time, has 25 hours.
    gateway.clock.set('2026-04-04T12:30:00.000Z')
    const today = await list(who)
    gateway.clock.set('2026-03-04T09:00:00.000Z')
    expect(today).toMatchObject({
      day: '2026-04-05',
      timeZone: 'Pacific/Auckland',
      resetsAt: '2026-04-05T12:00:00.000Z',
    })
  })

  it('comes in pages that leave none out and show none twice', async () => {
    const who = somebody()
    for (const agent of ['tester', 'assistant', 'reviewer', 'developer'])
      await set(who, { agent, usdPerDay: 0 })
    const seen: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await list(who, { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map(({ agent }) => agent))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual([null, 'assistant', 'developer', 'reviewer', 'tester'])
  })

  it('says it in words', async () => {
    const who = somebody()
    await set(who, { usdPerDay: 5, dayShare: 0.2, nightShare: 0.8 })
    await step(who.personId, 'developer', { worst: { usdMicros: 1_500_000, tokens: 12_000 } })
    expect(listBudgets.tell(await list(who)).split('\n')).toEqual([
      'All runs: $5.00 a day; runs start until 20% is used by day, 80% by night (01:00 to 09:00). Today $0.00 (+ $1.50 reserved), 0 tokens (+ 12,000 tokens reserved); no run starts before 2026-03-04T09:00:30.000Z.',
      'developer: no cap. Today $0.00 (+ $1.50 reserved), 0 tokens (+ 12,000 tokens reserved); no run starts before 2026-03-04T09:00:30.000Z.',
      'Reset: 2026-03-05T00:00:00.000Z (midnight in UTC).',
    ])
  })
})

describe('who may', () => {
  it('an agent reads budgets, but never sets or removes one, whatever its scopes', async () => {
    const who = somebody()
    const agent: Partial<Actor> = { kind: 'agent', personId: who.personId, scopes: ['admin'] }
    await set(who, { usdPerDay: 1 })
    await expect(set(agent, { usdPerDay: 100 })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(remove(agent, {})).rejects.toMatchObject({ code: 'forbidden' })
    expect((await list(agent)).items).toMatchObject([{ usdPerDay: 1 }])
  })

  it('reading needs budgets:read, changing budgets:write', async () => {
    const who = somebody()
    const reader: Partial<Actor> = { ...who, scopes: ['budgets:read'] }
    expect((await list(reader)).items).toHaveLength(1)
    await expect(set(reader, { usdPerDay: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    const stranger: Partial<Actor> = { ...who, scopes: ['runs:write'] }
    await expect(list(stranger)).rejects.toMatchObject({ code: 'forbidden' })
  })
})
