/** The work of an assistant, shown in its thread as one card. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { runFeedback } from '../../../src/domain/runs/tables.ts'
import { isLong } from '../../support/form.ts'
import { type Asked, type CardWorld, openCardWorld } from './card-world.ts'

let world: CardWorld
beforeAll(async () => {
  world = await openCardWorld()
})
afterAll(() => world.close())

const MINUTE_MS = 60_000
const GOAL = 'our three competitors: which of them sells to schools, and why?'

const whole = (asked: Asked) =>
  world
    .thread(asked)
    .map(({ text }) => text)
    .join('')
const shownOf = (asked: Asked) => JSON.stringify(world.thread(asked).map(({ blocks }) => blocks))
const times = (text: string, part: string) => text.split(part).length - 1

it('the card is there before the first answer, and the answer comes into it, streamed and not posted again', async () => {
  const asked = await world.ask(GOAL, { text: 'Only **Initech** does.' })
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'in_progress' }])
  expect(shownOf(asked)).toContain('Say stop to stop it')
  await world.work()
  await world.send()
  const [card, ...others] = world.thread(asked)
  expect(others).toEqual([])
  expect(card).toMatchObject({ streaming_state: 'completed', text: 'Only **Initech** does.' })
  expect(asked.channel.messages().map(({ ts }) => ts)).toEqual([asked.ts])
  const [start] = world.calls('chat.startStream')
  expect(start?.args).toMatchObject({ recipient_user_id: asked.user.id, recipient_team_id: world.acme.id })
})

it('says that it works, and that it is done, beside the thread', async () => {
  const asked = await world.ask(GOAL, { text: 'Initech.' })
  const session = () => world.slack.world.sessions.get(`${asked.channel.id}/${asked.ts}`)
  expect(session()).toMatchObject({ status: 'processing', title: GOAL })
  await world.work()
  expect(session()).toMatchObject({ status: 'active' })
})

it('the text of a step is shown while the model writes it, in pieces, and never the same text twice', async () => {
  const read: string[] = []
  const asked = await world.begin(
    GOAL,
    world.writing(['Only Init', 'ech does, they', ' say.'], async () => {
      await world.desk.followCards()
      read.push(whole(asked))
      world.advance(1_000)
    }),
  )
  await world.show()
  await world.work()
  expect(read).toEqual(['Only ', 'Only Initech does, ', 'Only Initech does, they '])
  expect(whole(asked)).toBe('Only Initech does, they say.')
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'completed' }])
})

it('a model that was interrupted while it wrote goes on in the card where it was', async () => {
  const asked = await world.begin(
    GOAL,
    world.writing(
      ['Only Initech ', 'does, they say.'],
      async () => {
        await world.desk.followCards()
        world.advance(1_000)
      },
      'cut',
    ),
    { text: 'Only Initech does, they say now.' },
  )
  await world.show()
  await world.work()
  world.advance(MINUTE_MS)
  await world.work()
  expect(whole(asked)).toMatch(/^Only Initech does, they \n\nthe model .+\n\n… say now\.$/)
})

it('shows each call of a tool while it is made, and how it ended', async () => {
  const asked = await world.ask(
    GOAL,
    { text: 'Let me see.', calls: [{ name: 'tasks_list', input: {} }] },
    { text: 'Nothing there.' },
  )
  await world.work()
  expect(shownOf(asked)).toMatch(/"title":"tasks_list","status":"complete"/)
  expect(whole(asked)).toBe('Let me see.\n\nNothing there.')
})

it('no word of the agent mentions anybody, wherever it is cut', async () => {
  const asked = await world.ask(GOAL, { text: 'Ask <!channel> and <@U1>. '.repeat(200) })
  await world.work()
  await world.show()
  expect(whole(asked)).not.toContain('<')
  expect(times(whole(asked), '&lt;!channel&gt;')).toBe(200)
})

it('a long answer is shown whole, in as many messages as it takes', async () => {
  const lines = Array.from({ length: 180 }, (_, at) => `line ${at} ${'x'.repeat(100)}`)
  const asked = await world.ask(GOAL, { text: lines.join('\n') })
  await world.work()
  await world.show()
  const text = whole(asked)
  for (const [at] of lines.entries()) expect(times(text, `line ${at} x`)).toBe(1)
  expect(times(text, 'x'.repeat(100))).toBe(lines.length)
  expect(world.thread(asked).length).toBeGreaterThan(1)
  for (const { text: one = '' } of world.thread(asked)) expect(one.length).toBeLessThan(12_000)
})

it('two processes show it once', async () => {
  const asked = await world.ask(GOAL, { text: 'Exactly once.' })
  await world.work()
  await Promise.all([world.desk.followCards(), world.desk.followCards()])
  await world.show()
  expect(times(whole(asked), 'Exactly once.')).toBe(1)
})

const question = { calls: [{ name: 'runs_ask_person', input: { question: 'Which year?' } }] }

/** Types something, and answers with what the bot says to it. */
async function type({ user, channel, ts }: Asked, text: string, where: 'beside' | 'thread' = 'beside') {
  await world.send()
  const before = new Set([...channel.messages(), ...channel.replies(ts)].map((message) => message.ts))
  if (where === 'thread') user.say(channel, text, { thread: ts })
  else user.dm(text)
  await world.desk.handle()
  await world.send()
  return [...channel.messages(), ...channel.replies(ts)]
    .filter(({ ts: at, user: by }) => !before.has(at) && by === world.acme.bot.id)
    .map(({ text: told }) => told)
    .join('\n')
}

it.each(['beside', 'thread'] as const)('what is typed %s is the answer that it waits for', async (where) => {
  const asked = await world.ask(GOAL, question, { text: 'Then it is 2025.' })
  await world.work()
  // In the thread, the words of a command are an answer too.
  const answer = where === 'thread' ? 'list' : 'the last one'
  expect(await type(asked, answer, where)).toContain('Answered: Which year?')
  await world.work()
  expect(whole(asked)).toContain('Then it is 2025.')
  expect(await world.stepsSaying(answer)).toHaveLength(1)
})

it('a command beside it is done as itself, also by a slash in its thread, and what is open is not forgotten', async () => {
  const asked = await world.ask(GOAL, question)
  await world.work()
  for (const [command, where, told] of [
    ['what now', 'beside', 'Nothing'],
    ['status', 'beside', 'Plan for'],
    ['/what now', 'thread', 'Nothing'],
  ] as const) {
    const answer = await type(asked, command, where)
    expect(answer).toContain(told)
    expect(answer).toContain('Still open: assistant asks: Which year?')
    expect(await world.stepsSaying(command)).toEqual([])
  }
  expect(shownOf(asked)).toContain('Waiting for your answer')
  expect(await type(asked, 'stop')).toContain('Stopping it.')
})

it('what is typed while it works reaches it; yes and no too, where nothing else asked', async () => {
  const asked = await world.ask(GOAL, { text: 'Fine.' })
  for (const text of ['list the risks first', 'yes'])
    expect(await type(asked, text)).toContain('It reads this before its next step.')
  expect(await type(asked, 'help')).toContain('You can say')
  await world.work()
})

it('the question of an agent that it asked is answered by typing, as its own is', async () => {
  const part = { agent: 'researcher', goal: 'Which year do they mean?' }
  const asked = await world.ask(
    GOAL,
    { text: 'I ask one.', calls: [{ name: 'runs_delegate', input: part }] },
    question,
    { text: 'They mean 2026.' },
    { text: 'It is 2026.' },
  )
  await world.work()
  await world.work()
  expect(await type(asked, '2026', 'thread')).toContain('Answered: Which year?')
  expect(await world.stepsSaying('2026')).toMatchObject([{ kind: 'tool', state: 'done' }])
  for (let turn = 0; turn < 2; turn += 1) await world.work()
  expect(whole(asked)).toContain('It is 2026.')
})

it('a press on its buttons rates the run', async () => {
  const asked = await world.ask(GOAL, { text: 'Initech.' })
  await world.work()
  const [card] = world.thread(asked)
  const before = await world.gateway.db.select().from(runFeedback)
  if (card === undefined) throw new Error('there is no card')
  await world.press(asked, card, 'Helpful')
  const after = await world.gateway.db.select().from(runFeedback)
  expect(after.length - before.length).toBe(1)
  expect(after.at(-1)).toMatchObject({ rating: 5 })
})

it.runIf(isLong)(
  'in a channel, where a stream is live for one user alone, everybody sees a message that is edited',
  async () => {
    const [ada, bob] = [await world.newcomer(), await world.newcomer()]
    const channel = await world.teamChannel(ada, bob)
    world.answer({ text: 'Both of you see this.' })
    const streams = world.calls('chat.startStream').length
    const { ts } = ada.mention(channel, GOAL)
    await world.desk.handle()
    await world.show()
    await world.send()
    const asked = { user: ada, channel, ts }
    expect(shownOf(asked)).toContain('Say stop to stop it')
    await world.work()
    world.advance(3_000)
    await world.show()
    await world.send()
    expect(world.thread(asked)).toHaveLength(1)
    expect(shownOf(asked)).toContain('Both of you see this.')
    expect(world.calls('chat.startStream')).toHaveLength(streams)
  },
)

it('where not everybody in a channel may see it, its outcome goes to the person alone', async () => {
  const [ada, bob, eve] = [await world.newcomer(), await world.newcomer(), world.acme.user('eve')]
  const channel = await world.teamChannel(ada, bob, eve)
  world.answer({ text: 'For her alone.' })
  const { ts } = ada.mention(channel, GOAL)
  await world.desk.handle()
  await world.work()
  await world.desk.tellOutcomes()
  await world.send()
  expect(shownOf({ user: ada, channel, ts })).not.toContain('For her alone.')
  expect(JSON.stringify(world.calls('chat.postEphemeral').at(-1)?.args)).toContain('For her alone.')
})

it('says again that it works before Slack forgets it', async () => {
  const asked = await world.ask(GOAL, { text: 'At last.' })
  const session = () => world.slack.world.sessions.get(`${asked.channel.id}/${asked.ts}`)?.status
  for (let part = 0; part < 3; part += 1) {
    world.advance(29 * MINUTE_MS)
    await world.desk.followCards()
    world.advance(2 * MINUTE_MS)
    await world.desk.followCards()
    expect(session()).toBe('processing')
  }
  await world.work()
  expect(session()).toBe('active')
})

it('suggests what to write to who opens the conversation with it', async () => {
  const user = await world.newcomer()
  user.openHome('messages')
  await world.desk.handle()
  const prompts = world.slack.world.sessions.get(`${world.acme.dm(user).id}/`)?.prompts
  expect(prompts?.map(({ message }) => message)).toEqual(['status', 'list', 'what now', 'projects'])
})
