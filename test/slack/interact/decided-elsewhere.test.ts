/** Buttons of replies go once what they do was done elsewhere: in a terminal, by mail, or by the clock. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decideApproval as deciding } from '../../../src/domain/runs/views/next-calls.ts'
import { postReply } from '../../../src/slack/interact/post-reply.ts'
import { createSettleReplies } from '../../../src/slack/notify/settle-replies.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { operations } from '../../../src/tools/registry.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import type { Message } from '../../support/slack/world/wire.ts'
import { button, buttonsOf } from '../buttons.ts'
import { openPressingWorld, type PressingWorld } from '../pressing-world.ts'

let world: PressingWorld
let round = 0
let ada: Awaited<ReturnType<PressingWorld['person']>>
let settle: () => Promise<void>

beforeAll(async () => {
  world = await openPressingWorld()
  const sweep = createSettleReplies({ operations, invoke: world.gateway.invoke })
  settle = async () => {
    await sweep(world.gateway.runtime)
    await world.send()
    world.gateway.clock.advance(60_000)
  }
})
afterAll(() => world?.close())
beforeEach(async () => {
  round += 1
  ada = await world.person(`ada-${round}`, 'Ada')
})

/** A private reply with the buttons of these approvals. */
async function replied(...approvalIds: readonly string[]): Promise<() => Message> {
  const { runtime } = world.gateway
  const place = { teamId: world.acme.id, channel: ada.user.id, personId: ada.actor.personId ?? '' }
  const calls = approvalIds.flatMap(deciding)
  const actions = calls.map((call, at) => ({ label: `${call.input.decision} ${Math.floor(at / 2)}`, call }))
  const reply = { text: 'These wait for you.', actions }
  await runtime.transaction(({ db }) => postReply({ ...runtime, db, now: runtime.now() }, reply, place))
  await world.send()
  return () => {
    const found = world.acme
      .dm(ada.user)
      .messages()
      .findLast(({ text }) => text.startsWith('These wait for you.'))
    if (found === undefined) throw new Error('nothing was posted')
    return found
  }
}

test('an approval that is decided elsewhere leaves the message with how it was decided, and without its buttons', async () => {
  const { approvalId } = await world.asks(ada.actor)
  const shown = await replied(approvalId)
  await settle()
  expect(buttonsOf(shown())).toHaveLength(2)
  await world.run(decideApproval, { approvalId, decision: 'approve' }, ada.actor)
  await Promise.all([settle(), settle()])
  expect(buttonsOf(shown())).toEqual([])
  expect(JSON.stringify(shown().blocks).match(/approved/g)).toHaveLength(1)
})

test('only the buttons of what was decided go', async () => {
  const [first, second] = [await world.asks(ada.actor), await world.asks(ada.actor)]
  const shown = await replied(first.approvalId, second.approvalId)
  await world.run(decideApproval, { approvalId: first.approvalId, decision: 'reject' }, ada.actor)
  await settle()
  expect(buttonsOf(shown())).toHaveLength(2)
  expect(() => button(shown(), 'approve 0')).toThrow()
  await ada.user.click({ channel: world.acme.dm(ada.user), message: shown() }, button(shown(), 'approve 1'))
  await world.send()
  expect(buttonsOf(shown())).toEqual([])
})

test('an approval whose run was stopped loses its buttons, and a press in between says that it was settled', async () => {
  const { approvalId, runId } = await world.asks(ada.actor)
  const shown = await replied(approvalId)
  const message = structuredClone(shown())
  await world.run(cancelRun, { runId }, ada.actor)
  await settle()
  expect(buttonsOf(shown())).toEqual([])
  await ada.user.click({ channel: world.acme.dm(ada.user), message }, button(message, 'approve 0'))
  await world.send()
  const told = ada.user.ephemeralsIn(world.acme.dm(ada.user)).map(({ text }) => text)
  expect(told).toContainEqual(expect.stringContaining('settled already'))
})
