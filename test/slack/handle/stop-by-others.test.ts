/** Who may stop the work of a thread, and what its messages do while it goes on. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { isLong } from '../../support/form.ts'
import type { User } from '../../support/slack/world/user.ts'
import { type Asked, type CardWorld, openCardWorld } from '../streams/card-world.ts'

let world: CardWorld
beforeAll(async () => {
  world = await openCardWorld()
})
afterAll(() => world.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'
const question = { calls: [{ name: 'runs_ask_person', input: { question: 'Which year?' } }] }

const times = (text: string, part: string) => text.split(part).length - 1
const threadText = (asked: Asked) => JSON.stringify(world.thread(asked).map(({ text }) => text))
const lastRun = async () => (await world.runs()).at(-1)
const only = (user: User, { channel }: Asked) => user.ephemeralsIn(channel).map(({ text }) => text)

async function handle(): Promise<void> {
  await world.desk.handle()
  await world.show()
  await world.send()
}

/** Ada asks in a channel of hers and Bob's, which is of their team or of none. */
async function askIn(kind: 'of their team' | 'of no team', others: readonly User[] = []) {
  const [ada, bob] = [await world.newcomer(), await world.newcomer()]
  const members = [ada, bob, ...others]
  const channel =
    kind === 'of no team'
      ? world.acme.channel(`general-${ada.name}`, { members })
      : await world.teamChannel(ada, bob, ...others)
  world.answer(question)
  const { ts } = ada.mention(channel, GOAL)
  await handle()
  return { user: ada, channel, ts, bob }
}

it('a message to a run that waits for an answer is taken as the answer, and the thread says so', async () => {
  const asked = await world.ask(GOAL, question)
  await world.work()
  asked.user.dm('leave out the small one', { thread: asked.ts })
  await handle()
  expect(threadText(asked)).toContain('Answered: Which year?')
})

it.runIf(isLong)(
  'in a channel of a team, another member stops it, and the thread hears of it once',
  async () => {
    const asked = await askIn('of their team')
    asked.bob.mention(asked.channel, 'stop', { thread: asked.ts })
    await handle()
    expect(await lastRun()).toMatchObject({ state: 'cancelled' })
    expect(times(threadText(asked), 'Stopping it.')).toBe(1)
  },
)

it('in any other channel, nobody but the person who asked stops it: others alone read that they may not', async () => {
  const asked = await askIn('of no team')
  asked.bob.mention(asked.channel, 'stop', { thread: asked.ts })
  await handle()
  asked.bob.stop(asked.channel, asked.ts)
  await handle()
  expect((await lastRun())?.state).not.toBe('cancelled')
  const told = only(asked.bob, asked)
  expect(told.filter((text) => text.includes(`${asked.user.name} asked for it`))).toHaveLength(2)
  expect(threadText(asked)).not.toContain('not yours to stop')
  asked.user.mention(asked.channel, 'stop', { thread: asked.ts })
  await handle()
  expect(await lastRun()).toMatchObject({ state: 'cancelled' })
})

it('somebody in the channel of a team who is not of the team cannot stop it, and alone reads why', async () => {
  const eve = await world.newcomer()
  const asked = await askIn('of their team', [eve])
  eve.mention(asked.channel, 'stop', { thread: asked.ts })
  await handle()
  expect((await lastRun())?.state).not.toBe('cancelled')
  expect(only(eve, asked)).toContainEqual(expect.stringContaining('not yours to stop'))
  expect(threadText(asked)).not.toContain('not yours to stop')
})

it('a deletion in mid-run stops nothing, and says how to', async () => {
  const asked = await world.ask(GOAL, { text: 'Fine.' })
  asked.user.dm('leave out the small one')
  const { ts } = asked.channel.messages().at(-1) ?? { ts: '' }
  await handle()
  asked.user.delete(asked.channel, ts)
  await handle()
  expect(times(threadText(asked), 'Say stop to stop me')).toBe(1)
  expect((await lastRun())?.state).not.toBe('cancelled')
})

it.runIf(isLong)(
  'an edit of what was told in mid-run, beside the thread, is answered in the thread',
  async () => {
    const asked = await world.ask(GOAL, { text: 'Fine.' })
    const { ts } = asked.user.dm('leave out the small one')
    await handle()
    asked.user.edit(asked.channel, ts, 'leave out the big one')
    await handle()
    expect(times(threadText(asked), 'I go on with your message')).toBe(1)
  },
)

it.runIf(isLong)(
  'what people say to each other in the thread may be edited without a word from the bot',
  async () => {
    const asked = await askIn('of their team')
    const { ts } = asked.bob.say(asked.channel, 'I wonder.', { thread: asked.ts })
    await handle()
    asked.bob.edit(asked.channel, ts, 'I still wonder.')
    await handle()
    expect(threadText(asked)).not.toContain('I go on')
  },
)
