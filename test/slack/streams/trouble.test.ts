/** What goes wrong while the work of an assistant is shown. */

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { slackCards } from '../../../src/domain/slack/cards/tables.ts'
import { isLong } from '../../support/form.ts'
import { type Asked, type CardWorld, openCardWorld } from './card-world.ts'

let world: CardWorld
beforeAll(async () => {
  world = await openCardWorld()
})
afterAll(() => world.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'
const MINUTE_MS = 60_000

const whole = (asked: Asked) =>
  world
    .thread(asked)
    .map(({ text }) => text)
    .join('')
const shownOf = (asked: Asked) => JSON.stringify(world.thread(asked).map(({ blocks }) => blocks))
const times = (text: string, part: string) => text.split(part).length - 1
const question = { calls: [{ name: 'runs_ask_person', input: { question: 'Which year?' } }] }

beforeEach(() => {
  world.answer()
})

it('a run of twelve minutes never meets the end of a stream: it goes on in new ones, and says so', async () => {
  const asked = await world.ask(GOAL, { text: 'Before.', ...question }, { text: 'After.' })
  await world.work()
  for (let minute = 0; minute < 12; minute += 1) {
    world.advance(MINUTE_MS)
    await world.desk.followCards()
  }
  expect(world.thread(asked).map(({ streaming_state: state }) => state)).not.toContain('errored')
  await world.send()
  const message = world.thread(asked).find(({ text }) => text?.includes('Which year?'))
  if (message === undefined) throw new Error('nothing was asked')
  await world.reply(asked, message, 'Answer', { answer: '2026' })
  await world.work()
  expect(world.thread(asked).map(({ streaming_state: state }) => state)).not.toContain('errored')
  expect(times(whole(asked), 'Before.')).toBe(1)
  expect(times(whole(asked), 'After.')).toBe(1)
  expect(whole(asked)).toContain('Continued from above')
})

it('a block of code that goes on in another message is opened there again', async () => {
  const code = Array.from({ length: 120 }, (_, at) => `row ${at} ${'='.repeat(90)}`).join('\n')
  const asked = await world.ask(GOAL, { text: `Look:\n\`\`\`sql\n${code}\n\`\`\`\nThat is it.` })
  await world.work()
  await world.show()
  const texts = world.thread(asked).map(({ text = '' }) => text)
  expect(texts.length).toBeGreaterThan(1)
  for (const text of texts) expect(times(text, '```') % 2).toBe(0)
  expect(texts[1]).toContain('```sql')
})

it.each([true, false])('an append whose answer is lost is shown once (done: %s)', async (isDone) => {
  const asked = await world.ask(GOAL, { text: 'Only once.' })
  world.slack.faults.loseAnswer('chat.appendStream', isDone)
  await world.work()
  world.advance(5_000)
  await world.show()
  expect(times(whole(asked), 'Only once.')).toBe(1)
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'completed' }])
})

it.each([true, false])('a start whose answer is lost gives one card (done: %s)', async (isDone) => {
  world.slack.faults.loseAnswer('chat.startStream', isDone)
  const asked = await world.ask(GOAL, { text: 'One card.' })
  world.advance(5_000)
  await world.show()
  await world.work()
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'completed' }])
  expect(times(whole(asked), 'One card.')).toBe(1)
})

it('a stop whose answer is lost ends the card all the same', async () => {
  const asked = await world.ask(GOAL, { text: 'The end.' })
  world.slack.faults.loseAnswer('chat.stopStream')
  await world.work()
  world.advance(5_000)
  await world.show()
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'completed', text: 'The end.' }])
  expect(await openCards(asked)).toBe(0)
})

it('a process that dies in the middle of its work leaves the card to another, which goes on in it', async () => {
  const asked = await world.ask(GOAL, { text: 'Carried on.' })
  const { db } = world.gateway
  await db.execute(sql`update slack_cards set lease_id = 'dead', lease_until = ${new Date(world.clock.now() + 60_000).toISOString()}
    where thread_ts = ${asked.ts}`)
  await world.work()
  expect(whole(asked)).toBe('')
  world.advance(61_000)
  await world.show()
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'completed', text: 'Carried on.' }])
})

it('a limit is waited for, and nothing is lost', async () => {
  const asked = await world.ask(GOAL, { text: 'Patience.' })
  world.slack.faults.next('chat.appendStream', { kind: 'limited', retryAfterSeconds: 30 })
  await world.work()
  const calls = world.calls('chat.appendStream').length
  await world.show()
  expect(world.calls('chat.appendStream')).toHaveLength(calls)
  world.advance(31_000)
  await world.show()
  expect(times(whole(asked), 'Patience.')).toBe(1)
})

it('where Slack takes no stream, a message is edited, three seconds apart', async () => {
  world.slack.faults.next('chat.startStream', { kind: 'error', error: 'not_allowed_token_type' })
  const asked = await world.ask(GOAL, { text: 'As a message.', ...question })
  await world.work()
  world.advance(3_000)
  await world.show()
  await world.send()
  expect(JSON.stringify(world.thread(asked))).toContain('As a message.')
  expect(world.thread(asked)[0]?.streaming_state).toBeUndefined()
})

it.runIf(isLong)('blocks and chunks that Slack does not take never become silence', async () => {
  const asked = await world.ask(GOAL, { text: 'Heard.' })
  world.slack.faults.next('chat.appendStream', { kind: 'error', error: 'invalid_chunks' })
  await world.work()
  await world.show()
  await world.send()
  expect(times(JSON.stringify(world.thread(asked).map(({ text }) => text)), 'Heard.')).toBe(1)
  const other = await world.ask(GOAL, { text: 'Heard too.' })
  world.slack.faults.next('chat.stopStream', { kind: 'error', error: 'invalid_blocks' })
  await world.work()
  expect(world.thread(other)).toMatchObject([{ streaming_state: 'completed', text: 'Heard too.' }])
})

it('a question is asked with a button in the thread; answered elsewhere, its button goes and the card goes on', async () => {
  const asked = await world.ask(GOAL, question, { text: 'The year is 2026.' })
  await world.work()
  await world.send()
  const session = () => world.slack.world.sessions.get(`${asked.channel.id}/${asked.ts}`)?.status
  expect(session()).toBe('suspended')
  const [run] = (await world.runs()).filter(({ state }) => state === 'waiting').slice(-1)
  expect(shownOf(asked)).toContain('"actions"')
  await world.call(asked, 'runs.answer', { runId: run?.id, answer: '2026' })
  world.advance(1_000)
  await world.show()
  expect(session()).toBe('processing')
  await world.work()
  await world.send()
  expect(shownOf(asked)).not.toContain('"actions"')
  expect(whole(asked)).toContain('The year is 2026.')
})

const DELEGATING = {
  calls: [{ name: 'runs_delegate', input: { agent: 'researcher', goal: 'Which year do they mean?' } }],
}

it('what an agent that it asked asks is asked in the thread by its name, and answered there', async () => {
  const asked = await world.ask(GOAL, DELEGATING, question, { text: 'Of 2026.' }, { text: 'It is 2026.' })
  for (let turn = 0; turn < 2; turn += 1) await world.work()
  await world.send()
  const message = world.thread(asked).at(-1)
  if (message === undefined) throw new Error('nothing was asked')
  expect(message.text).toBe('researcher asks: Which year?')
  expect(shownOf(asked)).toContain('Waiting for your answer')
  await world.reply(asked, message, 'Answer', { answer: '2026' })
  for (let turn = 0; turn < 2; turn += 1) await world.work()
  await world.send()
  const [card, shown] = world.thread(asked)
  expect(JSON.stringify(shown?.blocks)).toMatch(/user\d+: 2026/)
  expect(JSON.stringify(shown?.blocks)).not.toContain('"actions"')
  expect(JSON.stringify(card?.blocks)).toMatch(/"title":"researcher","status":"complete"/)
  expect(whole(asked)).toContain('It is 2026.')
})

it('a question ends with the run that asked it, and the card of the run above goes on', async () => {
  const asked = await world.ask(GOAL, DELEGATING, question, { text: 'Then without a year.' })
  for (let turn = 0; turn < 2; turn += 1) await world.work()
  const [below] = (await world.runs()).filter(({ parentId }) => parentId !== null).slice(-1)
  await world.call(asked, 'runs.cancel', { runId: below?.id })
  await world.show()
  await world.send()
  expect(shownOf(asked)).not.toContain('"actions"')
  expect(shownOf(asked)).toContain('No longer open.')
  await world.work()
  expect(whole(asked)).toContain('Then without a year.')
})

it("a typed stop is confirmed once, and so is Slack's own Stop", async () => {
  const asked = await world.ask(GOAL, question)
  await world.work()
  asked.user.dm('stop', { thread: asked.ts })
  await world.desk.handle()
  await world.show()
  await world.send()
  expect(times(whole(asked), 'Stopping it.')).toBe(1)
  expect(shownOf(asked)).toContain('Cancelled')
  expect(await openCards(asked)).toBe(0)

  const other = await world.ask(GOAL, question)
  other.user.stop(other.channel, other.ts)
  await world.desk.handle()
  await world.show()
  await world.desk.tellOutcomes()
  await world.send()
  expect((await world.runs()).at(-1)).toMatchObject({ state: 'cancelled' })
  expect(world.thread(other).map(({ text }) => text)).toEqual(['', 'Stopping it.'])
})

it('a message in mid-run steers it, also in the thread of the card, and its author sees that', async () => {
  const asked = await world.ask(GOAL, { text: 'Fine.' })
  asked.user.dm('leave out the small one', { thread: asked.ts })
  await world.desk.handle()
  await world.send()
  expect(whole(asked)).toContain('reads this before its next step')
  await world.work()
  expect(times(whole(asked), 'Fine.')).toBe(1)
})

it('an edit of the message in mid-run changes nothing of the run, and its author is told what does', async () => {
  const asked = await world.ask(GOAL, { text: 'Fine.' })
  asked.user.edit(asked.channel, asked.ts, 'something else')
  await world.desk.handle()
  await world.send()
  expect(whole(asked)).toContain('I go on with your message as you wrote it first')
  expect((await world.runs()).at(-1)).toMatchObject({ goal: GOAL })
  await world.work()
  asked.user.edit(asked.channel, asked.ts, 'something else again')
  await world.desk.handle()
  await world.send()
  expect(times(whole(asked), 'I go on with your message')).toBe(1)
})

async function openCards(asked: Asked): Promise<number> {
  const cards = await world.gateway.db.select().from(slackCards)
  return cards.filter(({ threadTs, endedAt }) => threadTs === asked.ts && endedAt === null).length
}
