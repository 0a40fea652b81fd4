/** What no intent takes goes to an assistant, which is told more, stopped and reported on in its thread. */

import { eq } from 'drizzle-orm'
import { afterEach, expect, it } from 'vitest'
import { conversations } from '../../../src/domain/conversations/tables.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import { isLong } from '../../support/form.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
afterEach(() => desk.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'

async function begun() {
  desk = await openDesk({ models: SOME_MODEL })
  const { acme } = desk
  const ada = acme.user('ada')
  await desk.link(ada, 'ada')
  const { ts } = ada.dm(GOAL)
  await desk.handle()
  const shown = () =>
    JSON.stringify(
      acme
        .dm(ada)
        .replies(ts)
        .map(({ text, blocks }) => [text, blocks]),
    )
  return { ada, shown }
}

/** As two processes do at the same time. */
async function show(): Promise<void> {
  await Promise.all([desk.followCards(), desk.followCards()])
  desk.gateway.clock.advance(500)
  await desk.tellOutcomes()
}

const readRuns = () => desk.gateway.db.select().from(runs)

it('begins a run of the person who asked, and says how to stop it', async () => {
  const { shown } = await begun()
  await show()
  expect(shown()).toContain('Say stop to stop it')
  expect(await readRuns()).toMatchObject([{ personId: 'ada', goal: GOAL, state: 'queued' }])
})

it('a message while it works reaches it, and is confirmed', async () => {
  const { ada } = await begun()
  ada.dm('leave out the small one')
  await desk.handle()
  expect((await desk.posts())[0]?.text).toContain('reads this before its next step')
  expect(await readRuns()).toHaveLength(1)
})

it('a typed stop stops it, is confirmed, and the end is told once', async () => {
  const { ada, shown } = await begun()
  await show()
  ada.dm('stop')
  await desk.handle()
  expect((await desk.posts()).map(({ text }) => text)).toEqual(['Stopping it.'])
  expect(await readRuns()).toMatchObject([{ state: 'cancelled' }])
  await show()
  await show()
  expect(shown().split('Cancelled')).toHaveLength(2)
  expect(await desk.posts()).toEqual([])
})

it.runIf(isLong)(
  'its outcome comes into the conversation once, also when two processes see it end',
  async () => {
    const { shown } = await begun()
    const ended = {
      state: 'succeeded',
      summary: 'Only Initech does.',
      endedAt: desk.gateway.clock.now(),
    } as const
    const [run] = await readRuns()
    await desk.gateway.db
      .update(runs)
      .set(ended)
      .where(eq(runs.id, run?.id ?? ''))
    await show()
    await show()
    // In the text of the message, and in its blocks.
    expect(shown().split('Only Initech does.')).toHaveLength(3)
    expect(await desk.posts()).toEqual([])
  },
)

it('without a model, it is asked what was meant', async () => {
  desk = await openDesk()
  const ada = desk.acme.user('ada')
  await desk.link(ada, 'ada')
  ada.dm(GOAL)
  await desk.handle()
  expect((await desk.posts())[0]?.text).toContain('not sure')
  expect(await readRuns()).toEqual([])
})

it('what the bot is asked to do in a channel is for the assistant; what has a day or a length is a task', async () => {
  desk = await openDesk({ models: SOME_MODEL })
  const { acme } = desk
  const ada = acme.user('ada')
  await desk.link(ada, 'ada')
  const team = acme.channel('team', { members: [ada] })
  ada.mention(team, 'research our three competitors')
  await desk.handle()
  expect(await readRuns()).toMatchObject([{ goal: 'research our three competitors' }])
  ada.mention(team, 'call the bank tomorrow 15m')
  await desk.handle()
  expect(await readRuns()).toHaveLength(1)
})

it.runIf(isLong)(
  'what is asked of it by the word think is followed in its thread like any other goal',
  async () => {
    desk = await openDesk({ models: SOME_MODEL })
    const { acme } = desk
    const ada = acme.user('ada')
    await desk.link(ada, 'ada')
    ada.dm('think compare the prices')
    await desk.handle()
    const [conversation] = await desk.gateway.db.select().from(conversations)
    const [run] = await readRuns()
    expect(conversation).toMatchObject({ taskId: run?.id, taskFor: 'ada' })
  },
)

it.runIf(isLong)('nothing, a space or an emoji begins no run', async () => {
  desk = await openDesk({ models: SOME_MODEL })
  const { acme } = desk
  const ada = acme.user('ada')
  await desk.link(ada, 'ada')
  const team = acme.channel('team', { members: [ada] })
  ada.mention(team, ' ')
  ada.dm('🙂')
  await desk.handle()
  expect((await desk.posts()).map(({ text }) => text)).toContainEqual(expect.stringContaining('help'))
  expect(await readRuns()).toEqual([])
})
