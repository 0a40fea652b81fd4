/** A press that says something is a turn of the conversation in which the button is, by the person who presses it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations } from '../../../src/domain/conversations/tables.ts'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import type { EditPost, MessagePost, Post } from '../../../src/domain/slack/post.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import type { User } from '../../support/slack/world/user.ts'
import { button, buttonsOf } from '../buttons.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
let presses = 0
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

/** Stores a press, as the door does that hears it, and handles it. */
async function press(user: User, post: MessagePost, label: string): Promise<void> {
  await pressButton(user, button(post, label))
}

async function pressButton(user: User, id: string): Promise<void> {
  const { runtime } = desk.gateway
  const { acme } = desk
  presses += 1
  const body = JSON.stringify({
    ...{
      type: 'block_actions',
      team: { id: acme.id },
      user: { id: user.id },
      trigger_id: `trigger-${presses}`,
    },
    container: { type: 'message', message_ts: '1.0', channel_id: acme.dm(user).id, is_ephemeral: false },
    actions: [{ type: 'button', action_id: id, value: id }],
  })
  const arrival = {
    source: 'slack',
    eventId: `act:${presses}`,
    type: 'block_actions',
    operation: null,
    input: null,
  }
  await storeArrivals(runtime, [{ ...arrival, ownerId: `slack:${acme.id}`, body, orderKey: null }])
  await workInbox(runtime, prepareEvent)
}

it('accepts what was shown, once, however often it is pressed', async () => {
  const { acme, gateway } = desk
  const ada = acme.user('ada')
  await desk.link(ada, 'ada')
  ada.dm('call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep')
  await desk.handle()
  const [preview] = await desk.posts()
  if (preview === undefined) throw new Error('nothing was shown')
  const labels = buttonsOf(preview).map(({ text }) => text?.text)
  const accept = labels.find((label) => label?.startsWith('Accept')) ?? `one of ${labels.join()}`
  await press(ada, preview, accept)
  await press(ada, preview, accept)
  const asAda = gateway.as({ id: 'ada', personId: 'ada', scopes: ['tasks:read'] })
  const { items } = (await gateway.invoke(listTasks, {}, asAda)).output
  expect(items.map(({ title }) => title.toLowerCase()).toSorted()).toEqual([
    'call the bank',
    'draft the launch post',
  ])
  const answers = (await desk.posts()).map(({ text }) => text)
  expect(answers.filter((text) => text.startsWith('You have done this already'))).toHaveLength(1)
})

/** A user who is shown every task before it is created. */
async function careful(name: string): Promise<User> {
  const user = desk.acme.user(name)
  await desk.link(user, name)
  user.dm('previews on')
  await desk.handle()
  await desk.sent()
  return user
}

async function shown(user: User, text: string): Promise<MessagePost> {
  user.dm(text)
  await desk.handle()
  const preview = (await desk.sent()).find((post) => post.kind === 'message' && buttonsOf(post).length > 0)
  if (preview?.kind !== 'message') throw new Error('nothing was shown')
  return preview
}

async function titlesOf(name: string): Promise<string[]> {
  const actor = desk.gateway.as({ id: name, personId: name, scopes: ['tasks:read'] })
  return (await desk.gateway.invoke(listTasks, {}, actor)).output.items.map(({ title }) => title)
}

const edits = (posts: readonly Post[]) => posts.filter((post): post is EditPost => post.kind === 'edit')

function lastWords(posts: readonly Post[]): string | undefined {
  const last = posts.at(-1)
  return last && 'text' in last ? last.text : undefined
}

describe('of the buttons of one message', () => {
  it('the one that took effect is noted, and a later press of another does nothing and says so', async () => {
    const bea = await careful('bea')
    const preview = await shown(bea, 'water the plants 10m')
    for (const label of ['Accept', 'Accept', 'Discard']) await press(bea, preview, label)
    const posts = await desk.sent()
    expect(await titlesOf('bea')).toEqual(['water the plants'])
    expect(edits(posts)).toHaveLength(1)
    expect(JSON.stringify(edits(posts)[0]?.blocks)).toContain('Accept: bea, ')
    expect(lastWords(posts)).toMatch(/^This was settled already/)
  })

  it('one answers what it was shown for, also when something else waits by then', async () => {
    const cleo = await careful('cleo')
    const first = await shown(cleo, 'water the plants 10m')
    await shown(cleo, 'call the bank 15m')
    await press(cleo, first, 'Accept')
    expect(await titlesOf('cleo')).toEqual(['water the plants'])
  })
})

describe.each(['start over', 'discard', 'accept'])('what waited and was ended by "%s"', (words) => {
  it('loses its buttons, which do nothing any more', async () => {
    const name = `dora-${words.replace(' ', '-')}`
    const dora = await careful(name)
    const preview = await shown(dora, 'water the plants 10m')
    dora.dm(words)
    await desk.handle()
    const [edit] = edits(await desk.sent())
    expect(buttonsOf(edit)).toEqual([])
    expect(JSON.stringify(edit?.blocks)).toContain('No longer open.')
    const before = await titlesOf(name)
    await press(dora, preview, 'Accept')
    const posts = await desk.sent()
    expect(edits(posts)).toEqual([])
    expect(lastWords(posts)).toMatch(/^This was settled already/)
    expect(await titlesOf(name)).toEqual(before)
  })
})

it('a press that nothing waits for is noted as no longer open, and not as done', async () => {
  const eli = await careful('eli')
  const preview = await shown(eli, 'water the plants 10m')
  // The conversation was forgotten, as it is after a long silence.
  await desk.gateway.db.delete(conversations)
  await press(eli, preview, 'Accept')
  const [edit] = edits(await desk.sent())
  expect(await titlesOf('eli')).toEqual([])
  expect(JSON.stringify(edit?.blocks)).toContain('No longer open.')
  expect(JSON.stringify(edit?.blocks)).not.toContain('Accept: ')
})
