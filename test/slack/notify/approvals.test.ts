/** Approvals and questions in Slack: asked privately, decided by a press, once, and shown as decided wherever that was. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newConversation, saveConversation } from '../../../src/domain/conversations/store.ts'
import { insertCard } from '../../../src/domain/slack/cards/store.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import type { Message } from '../../support/slack/world/wire.ts'
import { button, buttonsOf } from '../buttons.ts'
import { openPressingWorld, type PressingWorld } from '../pressing-world.ts'

let world: PressingWorld
let round = 0
let ada: Awaited<ReturnType<PressingWorld['person']>>

beforeAll(async () => {
  world = await openPressingWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  round += 1
  ada = await world.person(`ada-${round}`, 'Ada')
})

async function asked() {
  const { runId, approvalId } = await world.asks(ada.actor)
  await world.send()
  return { runId, approvalId, message: shown() }
}

function shown(user = ada.user): Message {
  const message = world.lastTo(user)
  if (message === undefined) throw new Error(`${user.name} was sent nothing`)
  return message
}

const dm = (user = ada.user) => world.acme.dm(user)
const press = (message: Message, label: string, user = ada.user) =>
  user.click({ channel: dm(), message }, button(message, label))
const stateOf = async (approvalId: string) =>
  (await world.run(getApproval, { approvalId }, ada.actor)).approval.state

describe('an approval that is asked in Slack', () => {
  test('shows the exact call, is decided by a press as that person, and the run goes on', async () => {
    const { runId, approvalId, message } = await asked()
    expect(message.text).toMatch(/^assistant \(R-\d+\) asks for your approval of tasks\.delete/)
    expect(message.text).toContain('{"taskIds":["task_1"]}')
    expect(buttonsOf(message).map(({ text }) => text?.text)).toEqual(['Approve', 'Reject', 'Show', undefined])
    await press(message, 'Approve')
    const { approval } = await world.run(getApproval, { approvalId }, ada.actor)
    expect(approval).toMatchObject({ state: 'approved', decidedBy: ada.actor.id })
    // What others suffer: it says "allowed", and the run never goes on.
    expect((await world.run(getRun, { runId }, ada.actor)).run.state).toBe('queued')
    await world.send()
    const after = shown()
    expect([after.ts, buttonsOf(after)]).toEqual([message.ts, []])
    expect(after.text).toContain('Approved by Ada, 09:')
  })

  test('is told once: not beside the card that shows the run in direct messages, nor is that of a run below it', async () => {
    const { runId, approvalId } = await world.asks(ada.actor)
    const { db, clock } = world.gateway
    const now = clock.now()
    const conversation = newConversation(`slack:${world.acme.id}/${dm().id}/-`, ada.actor.id ?? '', now)
    await saveConversation(db, conversation, { now })
    const at = { teamId: world.acme.id, channelId: dm().id, threadTs: '1.0', userId: ada.user.id }
    const of = { taskId: runId, conversationId: conversation.id, personId: ada.actor.id ?? '' }
    await insertCard(db, { ...at, ...of, title: 'Plan' }, now)
    await world.asks(ada.actor, runId)
    await world.send()
    expect(dm().messages()).toEqual([])
    expect(await stateOf(approvalId)).toBe('pending')
  })

  test('that was decided elsewhere loses its buttons, and says by whom', async () => {
    const { approvalId, message } = await asked()
    await world.run(decideApproval, { approvalId, decision: 'reject', note: 'No' }, ada.actor)
    await world.send()
    const after = shown()
    expect([after.ts, buttonsOf(after)]).toEqual([message.ts, []])
    expect(after.text).toContain('Rejected by Ada, 09:')
  })

  test('is decided once: a press on what was decided already changes nothing and says how it was decided', async () => {
    const { approvalId, message } = await asked()
    await world.run(decideApproval, { approvalId, decision: 'reject' }, ada.actor)
    await press(message, 'Approve')
    await world.send()
    expect(await stateOf(approvalId)).toBe('rejected')
    expect(ada.user.ephemeralsIn(dm()).at(-1)?.text).toMatch(
      /^This was settled already: Rejected by Ada, 09:\d\d\.$/,
    )
  })

  test('that is pressed twice is decided once, and the second press hears of the first', async () => {
    const { approvalId, message } = await asked()
    await press(message, 'Approve')
    await press(message, 'Approve')
    await world.send()
    expect(await stateOf(approvalId)).toBe('approved')
    expect(ada.user.ephemeralsIn(dm()).at(-1)?.text).toMatch(/^This was settled already: Approved by Ada/)
  })

  test('of a run that has stopped fails closed: nothing is approved', async () => {
    const { runId, approvalId, message } = await asked()
    await world.run(cancelRun, { runId }, ada.actor)
    await press(message, 'Approve')
    await world.send()
    expect(await stateOf(approvalId)).toBe('withdrawn')
    expect(shown().text).toContain('Withdrawn, 09:')
  })

  test('is not decided by silence: when its time is over, it was not done', async () => {
    const { runId, approvalId } = await asked()
    world.gateway.clock.advance(30 * 24 * 60 * 60 * 1000)
    await press(shown(), 'Approve')
    await world.send()
    expect(await stateOf(approvalId)).not.toBe('approved')
    expect((await world.run(getRun, { runId }, ada.actor)).run.state).toBe('waiting')
    expect(ada.user.ephemeralsIn(dm()).at(-1)?.text).toContain('expired')
  })

  test('takes a note in a form, and is rejected with it', async () => {
    const { approvalId, message } = await asked()
    const menu = buttonsOf(message).find(({ options }) => options !== undefined)
    const option = menu?.options?.find(({ text }) => text.text.startsWith('Reject'))
    await ada.user.click({ channel: dm(), message }, menu?.action_id ?? '', option?.value)
    expect(await stateOf(approvalId)).toBe('pending')
    const [modal] = ada.user.modals
    if (modal === undefined) throw new Error('no form was opened')
    await ada.user.submit(modal, { note: 'Only last week' })
    expect(ada.user.modals).toEqual([])
    const { approval } = await world.run(getApproval, { approvalId }, ada.actor)
    expect(approval).toMatchObject({ state: 'rejected', note: 'Only last week', decidedBy: ada.actor.id })
  })

  test('shows on request, to the person alone, and can be decided afterwards', async () => {
    const { approvalId, message } = await asked()
    await press(message, 'Show')
    await press(message, 'Show')
    await world.send()
    expect(shown().text).toContain('pending')
    await press(message, 'Approve')
    expect(await stateOf(approvalId)).toBe('approved')
  })
})

describe('a button', () => {
  test('gives no right: somebody else who presses it is held to their own', async () => {
    const { approvalId, message } = await asked()
    const bob = await world.person(`bob-${round}`)
    dm().members.add(bob.user.id)
    await press(message, 'Approve', bob.user)
    await world.send()
    expect(await stateOf(approvalId)).toBe('pending')
    expect(bob.user.ephemeralsIn(dm()).at(-1)?.text).toContain('approval')
  })

  test('does nothing for somebody whom the gateway does not know, and says so to them alone', async () => {
    const { approvalId, message } = await asked()
    const eve = world.acme.user(`eve-${round}`)
    dm().members.add(eve.id)
    await press(message, 'Approve', eve)
    await world.send()
    expect(await stateOf(approvalId)).toBe('pending')
    expect(eve.ephemeralsIn(dm()).at(-1)?.text).toContain('I do not know you yet, so I did nothing.')
  })

  test('opens no form for a guest', async () => {
    const { message } = await asked()
    const guest = world.acme.user(`guest-${round}`, { isRestricted: true })
    const menu = buttonsOf(message).find(({ options }) => options !== undefined)
    dm().members.add(guest.id)
    await guest.click({ channel: dm(), message }, menu?.action_id ?? '', menu?.options?.[0]?.value)
    await world.send()
    expect(guest.modals).toEqual([])
    expect(guest.ephemeralsIn(dm()).at(-1)?.text).toContain('only full members of this workspace')
  })
})

describe('a question of a run', () => {
  test('is answered in a form; an empty answer is refused in it', async () => {
    const { run } = await world.run(startRun, { agent: 'assistant', goal: 'Plan' }, ada.actor)
    const hold = await world.worker.claim(run.id)
    await world.worker.question(hold, 'Which <!channel> bank?')
    await world.worker.release(hold, { state: 'waiting', reason: 'input' })
    await world.send()
    const message = shown()
    expect(message.text).toContain('Question: Which &lt;!channel&gt; bank?')
    await press(message, 'Answer')
    const [modal] = ada.user.modals
    if (modal === undefined) throw new Error('no form was opened')
    const refused = await ada.user.submit(modal, { answer: '   ' })
    expect(refused.body).toEqual({ response_action: 'errors', errors: { answer: expect.any(String) } })
    await ada.user.submit(modal, { answer: 'The one of March' })
    expect((await world.run(getRun, { runId: run.id }, ada.actor)).run.state).toBe('queued')
    await world.send()
    expect(shown().text).toContain('Answered by Ada, 09:')
  })
})
