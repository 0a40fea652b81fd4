/** The pages as a person sees and uses them, in Chromium, on a gateway that really serves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/start/main.ts'
import { readConfig } from '../../src/start/read-config.ts'

let home: string
let gateway: { readonly url: string; stop(): Promise<void> }
let browser: Browser

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchboard-pages-'))
  const { url = '', stop } = await serve(readConfig({ SWITCHBOARD_HOME: home, PORT: '0' }), {
    role: 'all',
  })
  gateway = { url, stop }
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  })
})
afterAll(async () => {
  await browser?.close()
  await gateway?.stop()
  await rm(home, { recursive: true, force: true })
})

/** Opens a page and gathers what goes wrong on it and what it asks of other hosts. */
async function open(path: string, look: { width: number; colorScheme: 'light' | 'dark' }) {
  const page = await browser.newPage({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.colorScheme,
  })
  const errors: string[] = []
  const elsewhere: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('request', (request) => request.url().startsWith(gateway.url) || elsewhere.push(request.url()))
  await page.goto(`${gateway.url}${path}`)
  return { page, errors, elsewhere }
}

const isWiderThanScreen = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth')

const looks = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

describe.each(['/', '/docs'])('%s', (path) => {
  test.each(looks)('fits $width pixels in $colorScheme, without errors or other hosts', async (look) => {
    const { page, errors, elsewhere } = await open(path, look)
    expect(await page.locator('h1').isVisible()).toBe(true)
    expect(await isWiderThanScreen(page)).toBe(false)
    expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] })
    await page.close()
  })
})

describe('the API reference', () => {
  test('finds an operation by what is typed', async () => {
    const { page } = await open('/docs', { width: 1280, colorScheme: 'light' })
    const names = page.locator('nav a:visible')
    const all = await names.count()
    await page.getByPlaceholder('Find an operation').fill('milestone')
    expect(await names.count()).toBeGreaterThan(0)
    expect(await names.count()).toBeLessThan(all)
    for (const name of await names.all()) {
      expect(await name.getAttribute('data-text')).toContain('milestone')
    }
    await page.close()
  })

  test('sends a call and shows its answer, which then is in the store', async () => {
    const { page, errors } = await open('/docs', { width: 1280, colorScheme: 'light' })
    const operation = page.locator('[id="tasks.create"]')
    await operation.getByText('Try it').click()
    await operation.locator('textarea').fill('{"tasks":[{"title":"From the page"}]}')
    await operation.getByRole('button').last().click()
    await operation.getByText('"From the page"').first().waitFor()
    const stored = await fetch(`${gateway.url}/v1/tasks`)
    expect(await stored.json()).toMatchObject({ items: [{ title: 'From the page' }] })
    expect(errors).toEqual([])
    await page.close()
  })
})
