/** Pages that the calls of an agent have found, beside the calls that found them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Asked, type CardWorld, openCardWorld } from './card-world.ts'

let world: CardWorld
beforeAll(async () => {
  world = await openCardWorld()
})
afterAll(() => world.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'
const PAGE = 'https://initech.example/schools?a=1&b=2'
/** What no card may lead anybody to. */
const TRAPS = 'javascript:alert(1) ftp://files.example/x http://ada:secret@inner.example/ https://'
const found = (title: string) => ({ calls: [{ name: 'tasks_create', input: { tasks: [{ title }] } }] })
const shownOf = (asked: Asked) => JSON.stringify(world.thread(asked).map(({ blocks }) => blocks))

it('a card names the pages that a call has found, and leads nowhere else', async () => {
  const asked = await world.ask(GOAL, found(`See (${PAGE}), again ${PAGE}. ${TRAPS}`), { text: 'Fine.' })
  await world.work()
  const cards = (world.thread(asked)[0]?.blocks ?? []).filter(({ type }) => type === 'task_card')
  expect(cards.flatMap((card) => (card as { sources?: unknown[] }).sources ?? [])).toEqual([
    { type: 'url', url: PAGE, text: 'initech.example' },
  ])
  expect(world.thread(asked)).toMatchObject([{ streaming_state: 'completed' }])
})

it('of many pages, the first five are named', async () => {
  const many = Array.from({ length: 9 }, (_, at) => `https://p${at}.example/`).join(' ')
  const asked = await world.ask(GOAL, found(many), { text: 'Fine.' })
  await world.work()
  expect(shownOf(asked).match(/"type":"url"/g)).toHaveLength(5)
})

it('in a channel they are links of the message, which no address breaks out of', async () => {
  const [ada, bob] = [await world.newcomer(), await world.newcomer()]
  const channel = await world.teamChannel(ada, bob)
  world.answer(found(`See ${PAGE} and https://x.example/a?<!channel>`), { text: 'Fine.' })
  const { ts } = ada.mention(channel, GOAL)
  await world.desk.handle()
  await world.work()
  world.advance(3_000)
  await world.show()
  await world.send()
  const shown = shownOf({ user: ada, channel, ts })
  expect(shown).toContain('<https://initech.example/schools?a=1&amp;b=2|initech.example>')
  expect(shown).not.toContain('<!channel>')
})
