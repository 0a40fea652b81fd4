/** The page of the stand-in of Slack: what a person at it sees and does, in Chromium. */
import { WebClient } from '@slack/web-api'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type SlackStandIn, startSlack } from '../support/slack/start-slack.ts'

let browser: Browser
let slack: SlackStandIn

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  })
})
afterAll(() => browser?.close())
beforeEach(async () => {
  slack = await startSlack()
})
afterEach(() => slack.close())

function furnish() {
  const acme = slack.world.workspace('Acme')
  const ada = acme.user('ada', { realName: 'Ada Lovelace' })
  const general = acme.channel('general', { members: [ada] })
  const client = new WebClient(acme.installation.botToken, { slackApiUrl: slack.apiUrl })
  return { acme, ada, general, client }
}

/** Opens the page, and gathers what goes wrong on it and what it asks of other hosts. */
async function open(query: string, look: { width: number; colorScheme?: 'light' | 'dark' }) {
  const page = await browser.newPage({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.colorScheme ?? 'light',
  })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('request', (request) => request.url().startsWith(slack.url) || faults.push(request.url()))
  await page.goto(`${slack.url}/?${query}`)
  return { page, faults }
}

const isWiderThanScreen = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth')

const looks = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

test.each(looks)(
  'fits $width pixels in $colorScheme, and runs nothing that a message holds',
  async (look) => {
    const { ada, general } = furnish()
    ada.say(general, `<img src=x onerror=alert(1)> ${'long'.repeat(200)}`)
    const { page, faults } = await open(`as=${ada.id}`, look)
    expect(await page.locator('.message').innerText()).toContain('<img src=x onerror=alert(1)>')
    expect(await isWiderThanScreen(page)).toBe(false)
    expect(faults).toEqual([])
    await page.close()
  },
)

test('a person types, and sees what the app answers, as it is written', async () => {
  const { acme, ada, general, client } = furnish()
  const { page, faults } = await open(`as=${ada.id}&channel=${general.id}`, { width: 1280 })
  await page.getByPlaceholder('Message #general').fill('@switchboard research this')
  await page.keyboard.press('Enter')
  const root = await slack.world.until(() => general.messages()[0])
  expect(root.text).toBe(`<@${acme.bot.id}> research this`)
  const place = { channel: general.id, thread_ts: root.ts }
  const { ts = '' } = await client.chat.startStream({
    ...place,
    recipient_user_id: ada.id,
    recipient_team_id: acme.id,
    chunks: [{ type: 'markdown_text', text: 'The **first** half' }],
  })
  await page.getByText('1 reply').click()
  const reply = page.locator('#thread-messages .message').last()
  await reply.getByText('The first half').waitFor()
  const chunks = [{ type: 'markdown_text' as const, text: ', and the second' }]
  await client.chat.appendStream({ channel: general.id, ts, chunks })
  await reply.getByText('The first half, and the second').waitFor()
  expect(faults).toEqual([])
  await page.close()
})

test('a person presses a button, and fills in a modal', async () => {
  const { ada, general, client } = furnish()
  const acted: unknown[] = []
  const { deliveries } = slack.world
  if (deliveries === undefined) throw new Error('The stand-in has started.')
  slack.world.deliveries = {
    ...deliveries,
    interaction: async (_workspace, payload) => {
      acted.push(payload)
      return { isOk: true }
    },
  }
  await client.chat.postMessage({
    channel: general.id,
    text: 'Go on?',
    blocks: [
      {
        type: 'actions',
        elements: [
          { type: 'button', action_id: 'go', value: 'T-1', text: { type: 'plain_text', text: 'Go on' } },
        ],
      },
    ],
  })
  const { page, faults } = await open(`as=${ada.id}&channel=${general.id}`, { width: 1280 })
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => acted[0]).toMatchObject({ type: 'block_actions', actions: [{ value: 'T-1' }] })
  await client.views.open({
    trigger_id: slack.world.out.triggerId(ada),
    view: {
      type: 'modal',
      title: { type: 'plain_text', text: 'New task' },
      submit: { type: 'plain_text', text: 'Create' },
      blocks: [
        {
          type: 'input',
          block_id: 'title',
          label: { type: 'plain_text', text: 'Title' },
          element: { type: 'plain_text_input', action_id: 'text' },
        },
      ],
    },
  })
  await page.getByLabel('Title').fill('Call the bank')
  await page.getByRole('button', { name: 'Create' }).click()
  const values = { title: { text: { type: 'plain_text_input', value: 'Call the bank' } } }
  await expect.poll(() => acted[1]).toMatchObject({ type: 'view_submission', view: { state: { values } } })
  await page.locator('.dialog').waitFor({ state: 'detached' })
  expect(faults).toEqual([])
  await page.close()
})
