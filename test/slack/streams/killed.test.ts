/** A process that shows a card is killed at each of its steps: the card ends as its run did, and says everything once. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { slackCards } from '../../../src/domain/slack/cards/tables.ts'
import { cases, some } from '../../support/form.ts'
import { type Asked, type CardWorld, openCardWorld } from './card-world.ts'
import { openMortal } from './mortal.ts'

let world: CardWorld
beforeAll(async () => {
  world = await openCardWorld()
})
afterAll(() => world.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'
const question = { calls: [{ name: 'runs_ask_person', input: { question: 'Which year?' } }] }
const MINUTE_MS = 60_000
/** More than the steps of a card from its beginning to its end. */
const STEPS_MAX = 60

const times = (text: string, part: string) => text.split(part).length - 1

/** Shows a run from its beginning to its end, with a roll-over in its middle. Answers whether the process died. */
async function showAll(diesAt: number, outageMs: number): Promise<{ asked: Asked; hasDied: boolean }> {
  const process = openMortal(world, diesAt)
  let isReplaced = false
  async function pass(): Promise<void> {
    if (isReplaced) await world.desk.followCards()
    else await process.followCards()
    if (process.isDead && !isReplaced) {
      // The run goes on before another process takes its card over.
      isReplaced = true
      world.advance(outageMs)
    }
    world.advance(600)
  }
  const asked = await world.begin(
    GOAL,
    { text: 'Alpha.', calls: [{ name: 'tasks_list', input: {} }] },
    // What was said before is shown while the model thinks.
    async () => {
      await pass()
      return { text: 'Beta.', ...question }
    },
    { text: 'Omega.' },
  )
  await pass()
  await world.carryOut()
  await pass()
  world.advance(4 * MINUTE_MS)
  await pass()
  const [run] = (await world.runs()).filter(({ state }) => state === 'waiting').slice(-1)
  await world.call(asked, 'runs.answer', { runId: run?.id, answer: '2026' })
  await pass()
  await world.carryOut()
  for (let passes = 0; passes < 4; passes += 1) await pass()
  for (let passes = 0; passes < 3; passes += 1) {
    world.advance(6_000)
    await pass()
  }
  await world.send()
  return { asked, hasDied: process.isDead }
}

async function check(asked: Asked): Promise<void> {
  const messages = world.thread(asked)
  const text = messages.map((message) => message.text).join('')
  for (const part of ['Alpha.', 'Beta.', 'Omega.', 'Which year?'])
    expect([part, times(text, part)]).toEqual([part, 1])
  expect(messages.map(({ streaming_state: state }) => state)).not.toContain('in_progress')
  expect(JSON.stringify(messages)).not.toContain('"status":"in_progress"')
  expect(times(JSON.stringify(messages), '"title":"Succeeded"')).toBe(1)
  const cards = await world.gateway.db.select().from(slackCards)
  expect(cards.filter(({ threadTs }) => threadTs === asked.ts)).toMatchObject([{ endedAt: expect.any(Date) }])
}

it.each(
  some([
    ['another goes on as soon as the lease has ended', 16_000],
    ['Slack has ended its stream when another goes on', 10 * MINUTE_MS],
  ]),
)('killed at any step, %s', async (_, outageMs) => {
  let step = 0
  for (; step < STEPS_MAX; step += cases(14, 1)) {
    const { asked, hasDied } = await showAll(step, outageMs)
    if (!hasDied) break
    await check(asked)
  }
  expect(step).toBeGreaterThan(10)
  expect(step).toBeLessThan(STEPS_MAX)
})
