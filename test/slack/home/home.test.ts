/** The home tab: what waits, what is due and who works, as the person who opens it may know it, with buttons that work. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import type { Message, View } from '../../support/slack/world/wire.ts'
import { button } from '../buttons.ts'
import { openPressingWorld, type PressingWorld } from '../pressing-world.ts'

let world: PressingWorld

beforeAll(async () => {
  world = await openPressingWorld()
})
afterAll(() => world?.close())

const headings = ({ blocks }: View) =>
  blocks.flatMap((block) => (block.type === 'header' ? [(block.text as { text: string }).text] : []))

test('shows what waits, what is due today and who works, and an approval is decided there', async () => {
  const { user, actor } = await world.person('ada', 'Ada')
  await world.run(createTasks, { tasks: [{ title: 'Call the <!channel> bank', due: 'today' }] }, actor)
  const { approvalId } = await world.asks(actor)
  const home = await world.homeOf(user)
  expect(headings(home)).toEqual([
    ...['Notifications', 'Waiting for you', 'Today', 'Agents at work', 'Preferences'],
  ])
  expect(JSON.stringify(home.blocks)).toContain('Call the <!channel> bank')
  const label = (home.blocks as Message['blocks'])
    ?.flatMap(({ type, elements }) => (type === 'actions' ? (elements as { text: { text: string } }[]) : []))
    .find(({ text }) => text.text.includes('approve'))?.text.text
  await user.click(home, button(home, label ?? 'no button'))
  const { approval } = await world.run(getApproval, { approvalId }, actor)
  expect(approval).toMatchObject({ state: 'approved', decidedBy: 'ada' })
  await world.send()
  expect(
    world.acme
      .dm(user)
      .messages()
      .map(({ text }) => text),
  ).toContainEqual(expect.stringContaining('approved'))
  expect(JSON.stringify((await world.homeOf(user)).blocks)).toContain('No approvals.')
})

test('shows nothing of the gateway to somebody whom it does not know', async () => {
  const home = await world.homeOf(world.acme.user('eve'))
  expect(JSON.stringify(home.blocks)).toContain('I do not know you yet')
  expect(JSON.stringify(home.blocks)).not.toContain('bank')
})

test('is drawn again when what it shows has changed while it may be open, once for all changes', async () => {
  const { user, actor } = await world.person('grace', 'Grace')
  await world.homeOf(user)
  expect(await world.refresh()).toBe(0)
  for (const title of ['Write the report', 'Send the report'])
    await world.run(createTasks, { tasks: [{ title, due: 'today' }] }, actor)
  expect(await world.refresh()).toBe(1)
  expect(JSON.stringify(user.home?.blocks)).toMatch(/Write the report.*Send the report/)
  expect(await world.refresh()).toBe(0)
})

test('changes preferences by a form that is made from the schema of the call, and shows them', async () => {
  const { user } = await world.person('joan', 'Joan')
  const home = await world.homeOf(user)
  await user.click(home, button(home, 'Update settings'))
  const form = user.modals.at(-1)
  if (form === undefined) throw new Error('no form was opened')
  await user.submit(form, { event: 'run.ended', channels: 'gateway' })
  expect(await world.refresh()).toBe(1)
  expect(JSON.stringify(user.home?.blocks)).toMatch(/run\.ended: [^\n"]*\. gateway\\n/)
})
