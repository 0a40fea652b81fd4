/** Selects of forms offer the things that the person who types may see: by their words, and by words that are close. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../support/slack/world/user.ts'
import type { View } from '../../support/slack/world/wire.ts'
import { type Bot, openBotOfFile } from '../bot-world.ts'

interface Options {
  readonly options: readonly { readonly value: string; readonly text: { readonly text: string } }[]
}

let bot: Bot
let ada: User
let form: View

beforeAll(async () => {
  bot = await openBotOfFile()
  ada = bot.acme.user('ada')
  await bot.pair(ada)
  for (const name of ['Launch of the new kitchen', `Garden ${'g'.repeat(100)}`])
    await bot.send('POST', '/v1/projects', { name })
  await ada.shortcut('start_agent')
  form = await bot.slack.world.until(() => ada.modals.at(-1))
})
afterAll(() => bot?.close())

async function typing(field: string, typed: string) {
  const { isOk, body } = await ada.suggest(form, field, typed)
  expect(isOk).toBe(true)
  return (body as unknown as Options).options
}

test('the project and the agent of a run are chosen from those that exist', async () => {
  expect(JSON.stringify(form.blocks)).toContain('external_select')
  expect((await typing('projectId', '')).map(({ value }) => value).toSorted()).toEqual(['P-1', 'P-2'])
  expect((await typing('projectId', 'KITCHEN')).map(({ value }) => value)).toEqual(['P-1'])
  expect((await typing('projectId', 'luanch')).map(({ value }) => value)).toEqual(['P-1'])
  expect(await typing('projectId', 'nothing like it')).toEqual([])
  expect((await typing('agent', 'assis')).map(({ value }) => value)).toContain('assistant')
})

test('options are as short as Slack takes them', async () => {
  const [garden] = await typing('projectId', 'garden')
  expect(garden?.text.text.length).toBeLessThanOrEqual(75)
})

test('somebody else who types sees only what is theirs, and a stranger nothing', async () => {
  const { body } = await bot.acme.user('eve').suggest(form, 'projectId', '')
  expect(body).toEqual({ options: [] })
})
