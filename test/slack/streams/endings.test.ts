/** However the work on a card ends, no message of it says for ever that something is at work. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { slackCards } from '../../../src/domain/slack/cards/tables.ts'
import type { User } from '../../support/slack/world/user.ts'
import { type Asked, type CardWorld, openCardWorld } from './card-world.ts'

let world: CardWorld
beforeAll(async () => {
  world = await openCardWorld()
})
afterAll(() => world.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'
const question = { calls: [{ name: 'runs_ask_person', input: { question: 'Which year?' } }] }

const shownOf = (asked: Asked) => JSON.stringify(world.thread(asked).map(({ blocks }) => blocks))
const cardsOf = async ({ ts }: Asked) =>
  (await world.gateway.db.select().from(slackCards)).filter(({ threadTs }) => threadTs === ts)

async function askIn(others: readonly User[], ...replies: Parameters<CardWorld['answer']>) {
  const [ada, bob] = [await world.newcomer(), await world.newcomer()]
  const channel = await world.teamChannel(ada, bob, ...others)
  world.answer(...replies)
  const { ts } = ada.mention(channel, GOAL)
  await world.desk.handle()
  await showEdits()
  return { user: ada, channel, ts }
}

async function showEdits(): Promise<void> {
  await world.show()
  world.advance(3_000)
  await world.show()
  await world.send()
}

it('a call of which the log tells no end is shown as not finished, once the run has ended', async () => {
  const asked = await world.ask(GOAL, { text: 'Done without it.' })
  const [card] = await cardsOf(asked)
  if (card === undefined) throw new Error('there is no card')
  const lost = { id: 'step_1', title: 'tasks_list', status: 'in_progress' } as const
  const state = {
    ...card.state,
    open: [...card.state.open, lost],
    queue: [{ kind: 'task', ...lost } as const],
  }
  await world.gateway.db.update(slackCards).set({ state }).where(eq(slackCards.taskId, card.taskId))
  await world.work()
  expect(shownOf(asked)).not.toContain('"status":"in_progress"')
  expect(shownOf(asked)).toContain('Not finished')
})

it("Slack's own Stop leaves a message that says that it was stopped", async () => {
  const asked = await world.ask(GOAL, question)
  asked.user.stop(asked.channel, asked.ts)
  await world.desk.handle()
  await world.show()
  expect(shownOf(asked)).not.toContain('"status":"in_progress"')
  expect(shownOf(asked)).toContain('"title":"Stopped"')
  expect(await cardsOf(asked)).toMatchObject([{ endedAt: expect.any(Date) }])
})

it('a stream that Slack ended while no gateway ran says that it continues below', async () => {
  const asked = await world.ask(GOAL, { text: 'At last.' })
  world.advance(10 * 60_000)
  await world.work()
  const [first, second] = world.thread(asked)
  expect(JSON.stringify(first?.blocks)).toContain('Continued below')
  expect(second).toMatchObject({ streaming_state: 'completed', text: expect.stringContaining('At last.') })
  expect(shownOf(asked)).not.toContain('"status":"in_progress"')
})

it('a message in a channel that is full says that it continues below', async () => {
  const asked = await askIn([], { text: 'A line of the answer.\n'.repeat(300) })
  await world.carryOut()
  await showEdits()
  expect(world.thread(asked).length).toBeGreaterThan(1)
  expect(shownOf(asked)).not.toContain('⏳')
  expect(shownOf(asked)).toContain('✅ Continued below')
  expect(shownOf(asked).split('✅ Succeeded')).toHaveLength(2)
})

it.each(['joins', 'leaves the team'])(
  'when somebody %s, the card is closed at once, and its outcome goes to the person',
  async (how) => {
    const asked = await askIn([], { text: 'Not for Eve.' })
    expect(shownOf(asked)).toContain('⏳')
    if (how === 'joins') world.acme.user('eve').joins(asked.channel)
    else await world.leaveTeam(asked.channel)
    await world.desk.handle()
    await world.carryOut()
    await showEdits()
    expect(shownOf(asked)).not.toContain('⏳')
    expect(shownOf(asked)).not.toContain('Not for Eve.')
    expect(await cardsOf(asked)).toEqual([])
    await world.desk.tellOutcomes()
    await world.send()
    expect(JSON.stringify(world.calls('chat.postEphemeral').at(-1)?.args)).toContain('Not for Eve.')
  },
)
