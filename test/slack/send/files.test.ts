/** Files that go out: each one is shown once, whatever happens between its three steps. */
import { eq } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import { addSentFile } from '../../../src/domain/runs/artifacts/sent-files.ts'
import { artifacts } from '../../../src/domain/runs/artifacts/tables.ts'
import { cases } from '../../support/form.ts'
import type { Channel } from '../../support/slack/world/channel.ts'
import { openSendWorld } from './send-world.ts'

const world = await openSendWorld()
const { gateway, slack, acme, insert, send, row } = world
const { clock, db, runtime } = gateway
afterAll(() => world.close())

const ada = acme.user('ada')
let count = 0
const openChannel = () => acme.channel(`files-${++count}`, { members: [ada] })
const shownIn = (channel: Channel) =>
  channel.everything().flatMap(({ files = [] }) => files.map(({ name }) => name))
const textsIn = (channel: Channel) => channel.everything().map(({ text }) => text)
const later = (seconds: number) => clock.advance(seconds * 1000)
const calls = (method: string, from: number) =>
  slack.calls.slice(from).filter((call) => call.method === method)

async function keep(name: string, content = `the words of ${name}`) {
  const file = {
    personId: 'ada',
    spaceId: 'ada',
    name,
    mediaType: 'text/markdown',
    content: Buffer.from(content),
  }
  return await addSentFile({ db, now: clock.now(), newId: runtime.newId }, file)
}

async function post(channel: string, name: string, more: { threadTs?: string } = {}) {
  const { id: artifactId } = await keep(name)
  const [id = ''] = await insert({
    kind: 'file',
    teamId: acme.id,
    channel,
    artifactId,
    spaceId: 'ada',
    name,
    ...more,
  })
  return id
}

test('a file comes into its thread with its name and its bytes, and privately to a user', async () => {
  const channel = openChannel()
  const { ts: threadTs } = ada.say(channel, 'a plan, please')
  const id = await post(channel.id, 'plan.md', { threadTs })
  const own = await post(ada.id, 'own.md')
  await send()
  later(60)
  await send()
  expect(await row(id)).toMatchObject({ state: 'delivered' })
  const [message] = channel.replies(threadTs)
  expect(message?.files).toMatchObject([{ name: 'plan.md', title: 'plan.md', size: 20 }])
  const file = slack.world.files.get(message?.files?.[0]?.id ?? '')
  expect(Buffer.from(file?.bytes ?? []).toString()).toBe('the words of plan.md')
  expect(await row(own)).toMatchObject({ state: 'delivered' })
  expect(shownIn(acme.dm(ada))).toEqual(['own.md'])
})

const STEPS = ['files.getUploadURLExternal', 'files.completeUploadExternal'] as const

test.each(STEPS.flatMap((step) => [true, false].map((isDone) => ({ step, isDone }))))(
  'after a lost answer of $step, done: $isDone, it is shown once',
  async ({ step, isDone }) => {
    const channel = openChannel()
    const id = await post(channel.id, 'once.md')
    slack.faults.loseAnswer(step, isDone)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await send()
      later(60)
    }
    expect(await row(id)).toMatchObject({ state: 'delivered' })
    expect(shownIn(channel)).toEqual(['once.md'])
  },
)

test('a sender that dies after any step leaves the rest to another one, and two senders show it once', async () => {
  for (let steps = 0; steps < 3; steps += 1) {
    const channel = openChannel()
    await post(channel.id, `after-${steps}.md`)
    for (let step = 0; step < steps; step += 1) {
      const [taken] = await world.take()
      if (taken === undefined) throw new Error('nothing was due')
      await world.carrier().send(taken, AbortSignal.timeout(5_000))
      await world.loseSenders()
    }
    await Promise.all([send(), send()])
    expect(shownIn(channel)).toEqual([`after-${steps}.md`])
  }
})

test('each step waits for a 429 as told, which counts as no attempt', async () => {
  for (const step of STEPS) {
    const channel = openChannel()
    const id = await post(channel.id, 'waits.md')
    slack.faults.next(step, { kind: 'limited', retryAfterSeconds: 40 })
    await send()
    later(39)
    await send()
    expect(shownIn(channel)).toEqual([])
    later(2)
    await send()
    expect(shownIn(channel)).toEqual(['waits.md'])
    const sent = await row(id)
    expect(sent.attempts - sent.triedBefore).toBe(1)
  }
})

test('a storm of 429 holds back no message, and every file comes once it is over', async () => {
  const channel = openChannel()
  const names = Array.from({ length: cases(5, 20) }, (_, n) => `storm-${n}.md`)
  for (const name of names) await post(channel.id, name)
  for (const step of STEPS) slack.faults.storm(step, 5)
  await insert(world.message(channel.id, 'a message'))
  for (let minute = 0; minute < 3; minute += 1) {
    await send()
    later(60)
  }
  expect(textsIn(channel)).toEqual(['a message'])
  for (const step of STEPS) slack.faults.calm(step)
  for (const _ of names) {
    await send()
    later(10)
  }
  expect(shownIn(channel)).toEqual(names)
})

test('where Slack has forgotten the bytes, they are sent again', async () => {
  const channel = openChannel()
  await post(channel.id, 'forgotten.md')
  slack.faults.next('files.completeUploadExternal', { kind: 'error', error: 'file_not_found' })
  await send()
  later(60)
  await send()
  expect(shownIn(channel)).toEqual(['forgotten.md'])
  expect(calls('files.getUploadURLExternal', 0).length).toBeGreaterThan(1)
})

test('what Slack refuses is told in the thread, with the scope that is missing and where the file is', async () => {
  const channel = openChannel()
  const { ts: threadTs } = ada.say(channel, 'a plan, please')
  acme.installation.scopes.delete('files:write')
  const id = await post(channel.id, 'plan.md', { threadTs })
  await send()
  await send()
  acme.installation.scopes.add('files:write')
  expect(await row(id)).toMatchObject({ state: 'dead' })
  const told = channel.replies(threadTs).map(({ text }) => text)
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/could not send plan\.md.*files:write.*artifact_/)
})

test('a file that cannot be read back is given up rather than shown twice', async () => {
  const channel = openChannel()
  const id = await post(channel.id, 'once.md')
  slack.faults.loseAnswer('files.completeUploadExternal')
  await send()
  slack.faults.next('files.info', { kind: 'error', error: 'missing_scope' })
  later(60)
  await send()
  expect(await row(id)).toMatchObject({
    state: 'dead',
    lastError: expect.stringContaining('may show the file already'),
  })
  expect(shownIn(channel)).toEqual(['once.md'])
})

test('a file that was deleted, or moved to where others see it, is not sent', async () => {
  const channel = openChannel()
  const id = await post(channel.id, 'gone.md')
  const moved = await post(channel.id, 'moved.md')
  await db.delete(artifacts).where(eq(artifacts.name, 'gone.md'))
  await db.update(artifacts).set({ spaceId: 'team_other' }).where(eq(artifacts.name, 'moved.md'))
  await send()
  expect(shownIn(channel)).toEqual([])
  for (const each of [id, moved]) expect(await row(each)).toMatchObject({ state: 'delivered' })
})
