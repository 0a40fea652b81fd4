/** Daily budgets on a real database: what is reserved, settled and refused, alone and by many at once. */

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Amount,
  mayStart,
  RESERVED_RETRY_MS,
  reserveDaily,
  type Spender,
  settleDaily,
} from '../../../src/domain/budgets/daily.ts'
import { NOTHING_USED, type Plan } from '../../../src/domain/budgets/rules.ts'
import { readStandings, saveBudget } from '../../../src/domain/budgets/store.ts'
import { isLong } from '../../support/form.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

const NOW = new Date(TEST_NOW)
/** In Berlin it is the fourth of March until 23:00 UTC. */
const DAY = '2026-03-04'
const DAY_END = new Date('2026-03-04T23:00:00Z')
const NOTHING: Amount = { usdMicros: 0, tokens: 0 }

let people = 0
/** A person of whom nothing is stored yet. */
function spender(agentSlug = 'developer'): Spender {
  people += 1
  return { ownerId: `person${people}`, agentSlug, timeZone: 'Europe/Berlin' }
}

const setPlan = ({ ownerId }: Spender, agentSlug: string, plan: Partial<Plan>) =>
  saveBudget({ db: gateway.db, now: NOW }, { ownerId, agentSlug }, plan)
const reserve = (who: Spender, worst: Amount, now = NOW) =>
  gateway.database.transaction((db) => reserveDaily(db, who, worst, now))
const settle = (who: Spender, reserved: Amount, spent: Amount, day = DAY) =>
  gateway.database.transaction((db) => settleDaily(db, who, { day, reserved, spent }))
const usd = (usdMicros: number): Amount => ({ usdMicros, tokens: 10 })

async function standings(who: Spender, day = DAY) {
  const [person, agent] = await readStandings(gateway.db, { ownerId: who.ownerId, day }, who.agentSlug)
  return { person, agent }
}

describe('a reservation', () => {
  it('is held on the person and the agent until it is settled by what was spent', async () => {
    const who = spender()
    expect(await reserve(who, usd(700))).toEqual({ day: DAY })
    const reserved = { spent: NOTHING_USED, reserved: { usdMicros: 700, tokens: 10 } }
    expect(await standings(who)).toMatchObject({ person: reserved, agent: reserved })
    await settle(who, usd(700), { usdMicros: 300, tokens: 4 })
    const spent = { spent: { usdMicros: 300, tokens: 4 }, reserved: NOTHING_USED }
    expect(await standings(who)).toMatchObject({ person: spent, agent: spent })
  })

  it('adds up over agents in the row of the person only', async () => {
    const who = spender('one')
    const other = { ...who, agentSlug: 'two' }
    await reserve(who, usd(100))
    await reserve(other, usd(200))
    expect(await standings(who)).toMatchObject({
      person: { reserved: { usdMicros: 300, tokens: 20 } },
      agent: { reserved: { usdMicros: 100, tokens: 10 } },
    })
  })

  it('may use a cap up to its last unit, and not one more', async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 1_000 })
    expect(await reserve(who, usd(1_001))).toMatchObject({ refused: { limit: 'person', unit: 'usd' } })
    expect(await reserve(who, usd(1_000))).toEqual({ day: DAY })
    expect(await reserve(who, usd(1))).toMatchObject({ refused: { limit: 'person', unit: 'usd' } })
    expect(await reserve(who, usd(0))).toEqual({ day: DAY })
  })

  it('is guarded in tokens as in dollars', async () => {
    const who = spender()
    await setPlan(who, who.agentSlug, { tokensPerDay: 100 })
    await reserve(who, { usdMicros: 5, tokens: 60 })
    const refused = await reserve(who, { usdMicros: 5, tokens: 41 })
    expect(refused).toMatchObject({ refused: { limit: 'agent', unit: 'tokens' } })
  })

  it("leaves nothing on the person where the agent's budget refuses, neither at first nor later", async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 10_000 })
    await setPlan(who, who.agentSlug, { usdMicrosPerDay: 1_000 })
    expect(await reserve(who, usd(1_001))).toMatchObject({ refused: { limit: 'agent', unit: 'usd' } })
    expect(await standings(who)).toMatchObject({
      person: { reserved: NOTHING_USED },
      agent: { reserved: NOTHING_USED },
    })
    await reserve(who, usd(600))
    expect(await reserve(who, usd(401))).toMatchObject({ refused: { limit: 'agent', unit: 'usd' } })
    const held = { reserved: { usdMicros: 600, tokens: 10 } }
    expect(await standings(who)).toMatchObject({ person: held, agent: held })
  })

  it("leaves nothing on the agent where the person's budget refuses", async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 100 })
    expect(await reserve(who, usd(101))).toMatchObject({ refused: { limit: 'person' } })
    expect((await standings(who)).agent.reserved).toEqual(NOTHING_USED)
  })

  it('goes with the transaction that made it', async () => {
    const who = spender()
    const broken = gateway.database.transaction(async (db) => {
      await reserveDaily(db, who, usd(5), NOW)
      throw new Error('the step was not stored')
    })
    await expect(broken).rejects.toThrow('the step was not stored')
    expect((await standings(who)).person.reserved).toEqual(NOTHING_USED)
  })

  it('is settled on its own day after midnight, when the next day has begun', async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 1_000 })
    await reserve(who, usd(1_000))
    expect(await reserve(who, usd(1_000), DAY_END)).toEqual({ day: '2026-03-05' })
    await settle(who, usd(1_000), usd(900))
    expect((await standings(who)).person).toMatchObject({ spent: { usdMicros: 900 }, reserved: NOTHING_USED })
    const next = (await standings(who, '2026-03-05')).person
    expect(next).toMatchObject({ spent: NOTHING_USED, reserved: { usdMicros: 1_000 } })
  })

  it('counts as spent in full where the price of what was spent is not known', async () => {
    const who = spender()
    await reserve(who, usd(500))
    await settle(who, usd(500), { usdMicros: null, tokens: 3 })
    expect((await standings(who)).agent.spent).toEqual({ usdMicros: 500, tokens: 3 })
  })

  it('counts what was spent over it as well, so that no cap is thought larger than it is', async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 100 })
    await reserve(who, usd(90))
    await settle(who, usd(90), usd(120))
    expect((await standings(who)).person.spent.usdMicros).toBe(120)
    expect(await reserve(who, usd(1))).toMatchObject({ refused: { unit: 'usd', resumeAt: DAY_END } })
  })

  it('takes amounts beyond 32 bits', async () => {
    const who = spender()
    const large = { usdMicros: 5_000_000_000, tokens: 3_000_000_000 }
    await reserve(who, large)
    await settle(who, large, large)
    expect((await standings(who)).person).toMatchObject({ spent: large, reserved: NOTHING_USED })
  })
})

describe('an unknown price', () => {
  const unknown: Amount = { usdMicros: null, tokens: 10 }

  it.each(['', 'developer'])('is refused under a cap in dollars (of %j)', async (slug) => {
    const who = spender()
    await setPlan(who, slug, { usdMicrosPerDay: 1_000_000 })
    expect(await reserve(who, unknown)).toMatchObject({
      refused: { limit: slug === '' ? 'person' : 'agent', unit: 'price_unknown', resumeAt: DAY_END },
    })
    const { person, agent } = await standings(who)
    expect([person.reserved, agent.reserved]).toEqual([NOTHING_USED, NOTHING_USED])
  })

  it('goes by tokens where no cap is in dollars', async () => {
    const who = spender()
    await setPlan(who, '', { tokensPerDay: 15 })
    expect(await reserve(who, unknown)).toEqual({ day: DAY })
    expect(await reserve(who, unknown)).toMatchObject({ refused: { unit: 'tokens' } })
    await settle(who, unknown, { usdMicros: null, tokens: 9 })
    expect((await standings(who)).person.spent).toEqual({ usdMicros: 0, tokens: 9 })
  })
})

describe('a refusal', () => {
  it("says why, and waits for the day's end in the person's zone", async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 5_000_000 })
    await reserve(who, usd(4_000_000))
    await settle(who, usd(4_000_000), usd(4_000_000))
    expect(await reserve(who, usd(1_500_000))).toEqual({
      refused: {
        limit: 'person',
        unit: 'usd',
        resumeAt: DAY_END,
        words: 'The next step may take $1.50, too much for your budget of $5.00 a day: $4.00 spent.',
      },
    })
    expect(await reserve(who, usd(6_000_000))).toMatchObject({
      refused: { words: 'The next step may take $6.00, more than the whole of your budget of $5.00 a day.' },
    })
  })

  it('waits only shortly where nothing but the reservations of others is in the way', async () => {
    const who = spender()
    await setPlan(who, who.agentSlug, { tokensPerDay: 100 })
    await reserve(who, { usdMicros: 0, tokens: 90 })
    const worst = { usdMicros: 0, tokens: 20 }
    const soon = new Date(NOW.getTime() + RESERVED_RETRY_MS)
    expect(await reserve(who, worst)).toMatchObject({ refused: { limit: 'agent', resumeAt: soon } })
    const late = new Date(DAY_END.getTime() - 1)
    expect(await reserve(who, worst, late)).toMatchObject({ refused: { resumeAt: DAY_END } })
    await settle(who, { usdMicros: 0, tokens: 90 }, { usdMicros: 0, tokens: 1 })
    expect(await reserve(who, worst)).toEqual({ day: DAY })
  })
})

describe('a new run', () => {
  it('may start where no budget was ever set, whatever was spent', async () => {
    const who = spender()
    await settle(who, NOTHING, usd(9_000_000_000))
    expect(await mayStart(gateway.db, who, NOW)).toEqual({ ok: true })
  })

  it('is held back from the share for day or night on, and told when to look again', async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 1_000, dayShare: 0.5, nightShare: 0.2 })
    await settle(who, NOTHING, usd(499))
    expect(await mayStart(gateway.db, who, NOW)).toEqual({ ok: true })
    await settle(who, NOTHING, usd(1))
    expect(await mayStart(gateway.db, who, NOW)).toEqual({
      ok: false,
      resumeAt: DAY_END,
      words: 'By day, runs start until 50% of your budget of $0.001 a day is used: it is $0.0005 now.',
    })
    expect(await mayStart(gateway.db, who, DAY_END)).toEqual({ ok: true })
  })

  it('waits for the morning where the day allows more than the night', async () => {
    const who = spender()
    await setPlan(who, who.agentSlug, { tokensPerDay: 1_000, nightShare: 0.2 })
    await settle(who, NOTHING, { usdMicros: 0, tokens: 200 })
    // Three in the morning in Berlin.
    const answer = await mayStart(gateway.db, who, new Date('2026-03-04T02:00:00Z'))
    expect(answer).toMatchObject({ ok: false, resumeAt: new Date('2026-03-04T08:00:00Z') })
  })

  it('looks again shortly where only reservations fill the share', async () => {
    const who = spender()
    await setPlan(who, '', { usdMicrosPerDay: 1_000, dayShare: 0.5 })
    await reserve(who, usd(600))
    const soon = new Date(NOW.getTime() + RESERVED_RETRY_MS)
    expect(await mayStart(gateway.db, who, NOW)).toMatchObject({ ok: false, resumeAt: soon })
  })

  it("needs room in the agent's budget and in the person's", async () => {
    const who = spender()
    await setPlan(who, who.agentSlug, { tokensPerDay: 0 })
    expect(await mayStart(gateway.db, who, NOW)).toMatchObject({ ok: false })
    expect(await mayStart(gateway.db, { ...who, agentSlug: 'other' }, NOW)).toEqual({ ok: true })
  })
})

describe('many at once', () => {
  it('two that do not fit together: the second waits for the first, and is refused if it stands', async () => {
    for (const isKept of [true, false]) {
      const who = spender()
      await setPlan(who, '', { usdMicrosPerDay: 100 })
      let release: () => void = () => undefined
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      let reserved: () => void = () => undefined
      const hasReserved = new Promise<void>((resolve) => {
        reserved = resolve
      })
      const first = gateway.database.transaction(async (db) => {
        const answer = await reserveDaily(db, who, usd(60), NOW)
        reserved()
        await gate
        if (!isKept) throw new Error('undone')
        return answer
      })
      await hasReserved
      const second = reserve(who, usd(60))
      release()
      const [, answer] = await Promise.all([first.catch(() => undefined), second])
      expect('day' in answer).toBe(!isKept)
    }
  })

  it.runIf(isLong)('spending never passes the cap with 50 concurrent reservations', async () => {
    const agents = [spender('one'), spender('two')].map((who) => ({ ...who, ownerId: 'racer' }))
    const [one, two] = agents
    if (!one || !two) throw new Error('no agents')
    const caps = { '': 1_000_000, one: 400_000, two: 800_000 }
    for (const [slug, usdMicrosPerDay] of Object.entries(caps)) {
      await setPlan(one, slug, { usdMicrosPerDay, tokensPerDay: usdMicrosPerDay / 100 })
    }
    // The database itself refuses whatever would ever pass a cap, in any transaction.
    await gateway.db.execute(sql`alter table spending add constraint within_cap check (person_id <> 'racer' or (
      reserved_usd_micros >= 0 and reserved_tokens >= 0
      and spent_usd_micros + reserved_usd_micros <=
        case agent_slug when '' then 1000000 when 'one' then 400000 else 800000 end
      and spent_tokens + reserved_tokens <= case agent_slug when '' then 10000 when 'one' then 4000 else 8000 end))`)
    const random = createRandom(7)
    const spent = { '': 0, one: 0, two: 0 }
    let refused = 0
    const work = async (index: number) => {
      const who = index % 2 === 0 ? one : two
      for (let step = 0; step < 4; step += 1) {
        const worst = { usdMicros: 1 + random(60_000), tokens: 1 + random(600) }
        const answer = await reserve(who, worst)
        if ('refused' in answer) {
          refused += 1
          continue
        }
        const actual = { usdMicros: random(worst.usdMicros), tokens: random(worst.tokens) }
        await settle(who, worst, actual, answer.day)
        spent[''] += actual.usdMicros
        spent[who.agentSlug === 'one' ? 'one' : 'two'] += actual.usdMicros
      }
    }
    await Promise.all(Array.from({ length: 50 }, (_, index) => work(index)))
    expect(refused).toBeGreaterThan(0)
    const ends = [await standings(one), await standings(two)]
    expect(ends.map(({ person }) => person.spent.usdMicros)).toEqual([spent[''], spent['']])
    expect(ends.map(({ agent }) => agent.spent.usdMicros)).toEqual([spent.one, spent.two])
    for (const { person, agent } of ends) {
      expect([person.reserved, agent.reserved]).toEqual([NOTHING_USED, NOTHING_USED])
    }
  })
})

/** Whole numbers from 0 up to `below`, the same ones for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % Math.max(1, below)
  }
}
