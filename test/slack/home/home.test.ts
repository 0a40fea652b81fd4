/** The home tab: what waits, what is due and who works, as the person who opens it may know it, with buttons that work. */

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { getSettings } from '../../../src/tools/notifications/get-settings.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { isLong } from '../../support/form.ts'
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
    ...['Notifications · 1', 'Waiting for you · 1', 'Brief', 'Today · 1', 'Agents at work · 1'],
    ...['Your time', 'Where you hear of things'],
  ])
  expect(JSON.stringify(home.blocks)).toContain('Call the <!channel> bank')
  const labels = (home.blocks as Message['blocks'])
    ?.flatMap(({ type, elements }) => (type === 'actions' ? (elements as { text: { text: string } }[]) : []))
    .map(({ text }) => text.text)
  const label = labels?.find((text) => text.includes('approve'))
  expect(labels).toContainEqual(expect.stringMatching(/^Cancel R-\d+$/))
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

/** The id of the control with this label. */
function control(home: View | undefined, label: string): string {
  const row = home?.blocks.find(
    ({ type, text }) => type === 'section' && (text as { text: string }).text.startsWith(label),
  )
  if (row === undefined) throw new Error(`no control ${label}`)
  return (row.accessory as { action_id: string }).action_id
}

const settingsOf = async (actor: Partial<Actor>) => await world.run(getSettings, {}, actor)

test('preferences are rows with controls, and each choice is the call that sets it', async () => {
  const { user, actor } = await world.person('joan', 'Joan')
  const home = await world.homeOf(user)
  const [first] = (await settingsOf(actor)).items
  await user.click(home, control(home, first?.title ?? ''), ['"gateway"'])
  await user.click(home, control(home, 'Work days'), ['"mon"', '"tue"'])
  await user.click(home, control(home, 'Time zone'), '"Europe/Paris"')
  await user.click(home, control(home, 'Quiet hours'), '{"from":"22:00","to":"07:00"}')
  expect(await settingsOf(actor)).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ event: first?.event, channels: ['gateway'] })]),
    ...{ workDays: ['mon', 'tue'], timeZone: 'Europe/Paris' },
    quietHours: { from: '22:00', to: '07:00' },
  })
  expect(await world.refresh()).toBe(1)
  await user.click(user.home as View, control(user.home, 'Quiet hours begin'), '23:30')
  expect((await settingsOf(actor)).quietHours).toEqual({ from: '23:30', to: '07:00' })
  expect(world.acme.dm(user).messages()).toEqual([])
})

test('a choice can be changed back, and nothing chosen means nowhere', async () => {
  const { user, actor } = await world.person('mary', 'Mary')
  const home = await world.homeOf(user)
  const [first] = (await settingsOf(actor)).items
  const id = control(home, first?.title ?? '')
  const chosen = async () => (await settingsOf(actor)).items[0]?.channels
  for (const channels of [['gateway'], ['gateway', 'webhook'], ['gateway']]) {
    await user.click(
      home,
      id,
      channels.map((name) => JSON.stringify(name)),
    )
    expect(await chosen()).toEqual(channels)
  }
  await world.refresh()
  const action = {
    type: 'multi_static_select',
    action_id: control(user.home, first?.title ?? ''),
    selected_options: [],
  }
  await world.slack.world.out.interaction(world.acme, {
    ...{ type: 'block_actions', team: { id: world.acme.id }, user: { id: user.id }, trigger_id: 'trigger' },
    ...{ container: { type: 'view' }, actions: [action] },
  })
  expect(await chosen()).toEqual([])
})

test('a choice that is refused says why, and the home is drawn again as it is', async () => {
  const { user, actor } = await world.person('lise', 'Lise')
  const home = await world.homeOf(user)
  const action = {
    type: 'static_select',
    action_id: control(home, 'Time zone'),
    selected_option: { value: '"Moon/Base"' },
  }
  await world.slack.world.out.interaction(world.acme, {
    ...{ type: 'block_actions', team: { id: world.acme.id }, user: { id: user.id }, trigger_id: 'trigger' },
    ...{ container: { type: 'view' }, actions: [action] },
  })
  await world.send()
  expect(world.lastTo(user)?.text).toContain('timeZone')
  expect((await settingsOf(actor)).timeZone).toBe('UTC')
  await world.refresh()
  expect(user.home?.hash).not.toBe(home.hash)
})

test('somebody else who presses a control changes only what is theirs', async () => {
  const { user: anne, actor } = await world.person('anne', 'Anne')
  const { user: kate, actor: asKate } = await world.person('kate', 'Kate')
  const home = await world.homeOf(anne)
  await world.homeOf(kate)
  await kate.click(home, control(home, 'Time zone'), '"Europe/Paris"')
  expect((await settingsOf(actor)).timeZone).toBe('UTC')
  expect((await settingsOf(asKate)).timeZone).toBe('Europe/Paris')
})

test.runIf(isLong)('a home whose mark was lost is drawn again without it', async () => {
  const { user, actor } = await world.person('rosa', 'Rosa')
  await world.homeOf(user)
  await world.gateway.db.execute(sql`update slack_homes set hash = 'stale' where user_id = ${user.id}`)
  await world.run(createTasks, { tasks: [{ title: 'Write the report', due: 'today' }] }, actor)
  await world.refresh()
  expect(JSON.stringify(user.home?.blocks)).not.toContain('Write the report')
  await world.refresh()
  expect(JSON.stringify(user.home?.blocks)).toContain('Write the report')
})

test('fits what Slack takes, however many and long the things are', async () => {
  const { user, actor } = await world.person('hedy', 'Hedy')
  const tasks = Array.from({ length: 25 }, (_, at) => ({
    title: `${at} ${'é'.repeat(400)}`,
    due: 'today' as const,
  }))
  await world.run(createTasks, { tasks }, actor)
  const home = await world.homeOf(user)
  expect(headings(home)).toContain('Today · 10+')
  expect(home.blocks.length).toBeLessThanOrEqual(100)
  expect(Buffer.byteLength(JSON.stringify(home))).toBeLessThan(250_000)
})
