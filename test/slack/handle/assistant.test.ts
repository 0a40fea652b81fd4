/** What no intent takes goes to an assistant, which is told more, stopped and reported on in its thread. */
import { eq } from 'drizzle-orm'
import { afterEach, expect, it } from 'vitest'
import { runs } from '../../../src/domain/runs/tables.ts'
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
  ada.dm(GOAL)
  await desk.handle()
  const [told] = await desk.posts()
  return { ada, told }
}

const readRuns = () => desk.gateway.db.select().from(runs)

it('begins a run of the person who asked, and says how to stop it', async () => {
  const { told } = await begun()
  expect(told?.text).toContain('stop')
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
  const { ada } = await begun()
  ada.dm('stop')
  await desk.handle()
  expect((await desk.posts()).map(({ text }) => text)).toEqual(['Stopping it.'])
  expect(await readRuns()).toMatchObject([{ state: 'cancelled' }])
  await desk.tellOutcomes()
  await desk.tellOutcomes()
  expect((await desk.posts()).map(({ text }) => text)).toEqual([expect.stringContaining('Stopped')])
})

it('its outcome comes into the conversation once, also when two processes see it end', async () => {
  await begun()
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
  await Promise.all([desk.tellOutcomes(), desk.tellOutcomes()])
  expect((await desk.posts()).map(({ text }) => text)).toEqual([
    expect.stringContaining('Only Initech does.'),
  ])
})

it('without a model, it is asked what was meant', async () => {
  desk = await openDesk()
  const ada = desk.acme.user('ada')
  await desk.link(ada, 'ada')
  ada.dm(GOAL)
  await desk.handle()
  expect((await desk.posts())[0]?.text).toContain('not sure')
  expect(await readRuns()).toEqual([])
})
