/** A press that says something is a turn of the conversation in which the button is, by the person who presses it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import type { MessagePost } from '../../../src/domain/slack/post.ts'
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
  const { runtime } = desk.gateway
  const { acme } = desk
  const id = button(post, label)
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
