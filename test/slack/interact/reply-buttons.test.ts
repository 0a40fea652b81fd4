/** Buttons of replies: each does what it says once, as the person who presses it, and then says who did it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { postReply } from '../../../src/slack/interact/post-reply.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { getTask } from '../../../src/tools/tasks/get-task.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import type { Channel } from '../../support/slack/world/channel.ts'
import type { Message } from '../../support/slack/world/wire.ts'
import { button, buttonsOf } from '../buttons.ts'
import { openPressingWorld, type PressingWorld } from '../pressing-world.ts'

let world: PressingWorld
let round = 0
let ada: Awaited<ReturnType<PressingWorld['person']>>
let bob: Awaited<ReturnType<PressingWorld['person']>>
let team: Channel

beforeAll(async () => {
  world = await openPressingWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  round += 1
  ada = await world.person(`ada-${round}`, 'Ada')
  bob = await world.person(`bob-${round}`, 'Bob')
  team = world.acme.channel(`team-${round}`, { members: [ada.user, bob.user] })
})

async function task(title = 'Call the bank') {
  const { results } = await world.run(createTasks, { tasks: [{ title }] }, ada.actor)
  const [first] = results
  if (!first?.ok) throw new Error('the task was not created')
  return first.task
}

/** A reply to Ada in a channel. */
async function replied(reply: Parameters<typeof postReply>[1]): Promise<Message> {
  const { runtime } = world.gateway
  const place = { teamId: world.acme.id, channel: team.id, personId: ada.actor.personId ?? '' }
  await runtime.transaction(({ db }) => postReply({ ...runtime, db, now: runtime.now() }, reply, place))
  await world.send()
  return last()
}

function last(): Message {
  const message = team.messages().at(-1)
  if (message === undefined) throw new Error('nothing was posted')
  return message
}

const completing = (taskId: string) => ({ operation: completeTasks.name, input: { taskIds: [taskId] } })

describe('a button of a reply', () => {
  test('does its call as the person who presses it, and gives way to who did it', async () => {
    const { id, ref } = await task()
    const message = await replied({
      text: `${ref} <!channel>`,
      actions: [{ label: 'Done', call: completing(id) }],
    })
    await ada.user.click({ channel: team, message }, button(message, 'Done'))
    await world.send()
    const { task: after } = await world.run(getTask, { taskId: id }, ada.actor)
    expect(after.status).toBe('done')
    const changed = team.messages().find(({ ts }) => ts === message.ts)
    expect(buttonsOf(changed)).toEqual([])
    expect(changed?.blocks?.at(-1)).toMatchObject({
      elements: [{ elements: [{ text: 'Done: Ada, ' }, { type: 'date' }] }],
    })
    // Others in the channel may not see her tasks.
    expect(ada.user.ephemeralsIn(team).at(-1)?.text).toContain('Call the bank')
    expect(team.messages().map(({ text }) => text)).not.toContain('Call the bank')
  })

  test('changes nothing when it is pressed by somebody who may not, and stays for those who may', async () => {
    const { id } = await task()
    const message = await replied({ text: 'x', actions: [{ label: 'Done', call: completing(id) }] })
    await bob.user.click({ channel: team, message }, button(message, 'Done'))
    await world.send()
    expect((await world.run(getTask, { taskId: id }, ada.actor)).task.status).toBe('open')
    await ada.user.click({ channel: team, message }, button(message, 'Done'))
    expect((await world.run(getTask, { taskId: id }, ada.actor)).task.status).toBe('done')
  })

  test('creates one thing, however often and by however many it is pressed', async () => {
    const call = { operation: createTasks.name, input: { tasks: [{ title: `Once ${round}` }] } }
    const message = await replied({ text: 'x', actions: [{ label: 'Accept', call }] })
    const id = button(message, 'Accept')
    await Promise.all([1, 2, 3].map(() => ada.user.click({ channel: team, message }, id)))
    await bob.user.click({ channel: team, message }, id)
    await world.send()
    for (const [{ actor }, count] of [
      [ada, 1],
      [bob, 0],
    ] as const) {
      const { items } = await world.run(listTasks, {}, actor)
      expect(items.filter(({ title }) => title === `Once ${round}`)).toHaveLength(count)
    }
    expect(bob.user.ephemeralsIn(team).at(-1)?.text).toMatch(/^Ada has done this already, /)
    expect(ada.user.ephemeralsIn(team).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^You have done this already, /),
    )
  })

  test('that the gateway does not keep does nothing, and says so', async () => {
    const message = await replied({ text: 'x', actions: [{ label: 'Help', say: 'help' }] })
    const elements = message.blocks?.at(-1)?.elements as { value: string }[]
    for (const element of elements) element.value = 'action_of_somebody_else'
    await ada.user.click({ channel: team, message }, button(message, 'Help'))
    await world.send()
    expect(ada.user.ephemeralsIn(team).at(-1)?.text).toContain('This button is too old')
  })

  test('that says something is a turn of the conversation by the person who pressed it, once', async () => {
    const message = await replied({ text: 'x', actions: [{ label: 'Accept', say: 'accept' }] })
    await ada.user.click({ channel: team, message }, button(message, 'Accept'))
    await ada.user.click({ channel: team, message }, button(message, 'Accept'))
    await world.send()
    expect(world.said).toEqual([expect.objectContaining({ say: 'accept', by: ada.actor.personId })])
    expect(buttonsOf(last())).toEqual([])
  })

  test('that only shows something can be pressed again and again', async () => {
    const { ref } = await task()
    const call = { operation: getTask.name, input: { taskId: ref } }
    const message = await replied({ text: 'x', actions: [{ label: 'Show', call }] })
    for (let times = 0; times < 2; times += 1)
      await ada.user.click({ channel: team, message }, button(message, 'Show'))
    await world.send()
    expect(ada.user.ephemeralsIn(team)).toHaveLength(2)
    expect(buttonsOf(team.messages().at(-1))).toHaveLength(1)
  })
})
