/** The pages for people: complete, self-contained, and safe to show to anybody. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { AppError, ERROR_KINDS } from '../../src/core/errors.ts'
import { isForCallers } from '../../src/core/operation/catalog.ts'
import { createPeers } from '../../src/server/access/address.ts'
import { operations } from '../../src/tools/registry.ts'
import { openApp } from '../support/http-app.ts'
import { openFixture } from '../support/world/fixture-operations.ts'

const shown = operations.filter(isForCallers)

const HTML = { accept: 'text/html,application/xhtml+xml' }
const COMMAND = ['/usr/bin/node', '/home/ada/switchboard/bin/switchboard']

const nobody = {
  authenticate: () => Promise.reject(new AppError('unauthenticated', 'No.')),
  gateway: { ...openFixture().gateway, operations },
  command: COMMAND,
  signOfForwarding: createPeers().signOfForwarding,
}

async function page(path: string, parts: Parameters<typeof openApp>[0] = {}) {
  const response = await openApp({ ...nobody, ...parts }).send('GET', path, undefined, HTML)
  expect(response.status).toBe(200)
  return { text: await response.text(), headers: response.headers }
}

describe.each(['/', '/docs'])('the page at %s', (path) => {
  test('is shown to anybody as HTML', async () => {
    expect((await page(path)).headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  test('fetches nothing from elsewhere', async () => {
    const { text } = await page(path)
    const loading = [...text.matchAll(/(?:src|srcset|<link[^>]* href)="([^"]*)"|url\(([^)]*)\)|@import/g)]
    expect(loading.map((match) => match[1] ?? match[0]).filter((url) => !url.startsWith('data:'))).toEqual([])
  })

  test('runs its own style and script and no other', async () => {
    const { text, headers } = await page(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    for (const tag of ['style', 'script']) {
      const blocks = [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
      expect(blocks).toHaveLength(1)
      const hash = createHash('sha256')
        .update(blocks[0]?.[1] ?? '')
        .digest('base64')
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`)
    }
    expect(text).not.toMatch(/\sstyle="|\son\w+="/)
  })

  test('says how to send a key only where one is needed', async () => {
    expect((await page(path)).text).not.toContain('$SWITCHBOARD_KEY')
    expect((await page(path, { keysRequired: true })).text).toContain('$SWITCHBOARD_KEY')
  })

  test('shows the address under which it was called', async () => {
    const { app } = openApp(nobody)
    for (const url of ['http://box.lan:3000', 'http://127.0.0.1:4000']) {
      const response = await app.request(`${url}${path}`, { headers: HTML })
      expect(await response.text()).toContain(`${url}/mcp`)
    }
  })
})

describe('the front page', () => {
  test('gives programs the same facts as JSON', async () => {
    const response = await openApp(nobody).send('GET', '/')
    expect(response.headers.get('vary')).toBe('Accept')
    expect(await response.json()).toMatchObject({
      name: 'switchboard',
      version: '0.0.0-test',
      status: 'ready',
      operations: shown.length,
      mcp: 'http://localhost/mcp',
    })
  })

  test('has every jack of its picture within the list, and none over another', async () => {
    const { text } = await page('/')
    const list = /<rect class="list" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/.exec(text)
    const [left = 0, top = 0, width = 0, height = 0] = (list ?? []).slice(1).map(Number)
    const jacks = [...text.matchAll(/<circle class="jack" cx="(\d+)" cy="(\d+)" r="(\d+)"/g)]
      .map((match) => match.slice(1).map(Number))
      .filter(([x = 0]) => x === left + width)
    expect(jacks).toHaveLength(new Set(operations.map(({ area }) => area)).size)
    for (const [index, [, y = 0, radius = 0]] of jacks.entries()) {
      expect(y - radius).toBeGreaterThan(top)
      expect(y + radius).toBeLessThan(top + height)
      expect(y - (jacks[index - 1]?.[1] ?? 0)).toBeGreaterThanOrEqual(2 * radius)
    }
  })

  test('says what is not well', async () => {
    const ready = async () => ({ ok: false, checks: { store: 'ok', queue: 'failed' } as const })
    expect((await page('/', { ready })).text).toContain('Not ready: queue')
  })

  test('tells nothing of the machine where others may look', async () => {
    expect((await page('/')).text).toContain(COMMAND[1])
    expect((await page('/', { keysRequired: true })).text).not.toContain(COMMAND[1])
    const { app } = openApp(nobody)
    const rebound = await app.request('http://rebound.example:3000/', { headers: HTML })
    expect(await rebound.text()).not.toContain(COMMAND[1])
    const tunnelled = await app.request('/', { headers: { ...HTML, 'x-forwarded-for': '192.0.2.1' } })
    expect(await tunnelled.text()).not.toContain(COMMAND[1])
  })
})

describe('the reference', () => {
  test('has every operation with its route, scope and tool, and every error code', async () => {
    const { text } = await page('/docs')
    for (const { name, path, scope, toolName } of shown) {
      expect(text).toContain(`id="${name}"`)
      expect(text).toContain(`<code>${path}</code>`)
      expect(text).toContain(`scope ${scope}`)
      expect(text).toContain(`&quot;name&quot;: &quot;${toolName}&quot;`)
    }
    for (const code of Object.keys(ERROR_KINDS)) expect(text).toContain(`<code>${code}</code>`)
  })

  test('says nothing of what only runs call', async () => {
    const { text } = await page('/docs')
    const ofRuns = operations.filter(({ audience }) => audience === 'runs')
    expect(ofRuns.length).toBeGreaterThan(0)
    expect(ofRuns.filter(({ path }) => text.includes(`<code>${path}</code>`))).toEqual([])
  })

  test('names every field of every input', async () => {
    const { text } = await page('/docs')
    for (const { name, inputSchema } of shown) {
      const article = text.slice(
        text.indexOf(`id="${name}"`),
        text.indexOf('</article>', text.indexOf(`id="${name}"`)),
      )
      for (const field of Object.keys(inputSchema.properties ?? {})) {
        expect(article).toContain(`</span>${field}</code>`)
      }
    }
  })

  test('never sends a confirmation that nobody typed', async () => {
    const { text } = await page('/docs')
    const forms = [...text.matchAll(/<textarea[^>]*>([\s\S]*?)<\/textarea>/g)].map((match) => match[1] ?? '')
    expect(forms.filter((form) => form.includes('confirm')).length).toBe(
      operations.filter(({ effect }) => effect === 'destroy').length,
    )
    expect(forms.some((form) => /confirm&quot;: true/.test(form))).toBe(false)
  })
})

test.each(['/', '/docs'])(
  'the page at %s shows what is put into it as text, also in attributes',
  async (path) => {
    const hostile = `"'><script>alert('&')</script>`
    const [operation] = operations
    const gateway = {
      ...nobody.gateway,
      version: hostile,
      operations: operations.map((each) =>
        each === operation ? { ...each, area: hostile, summary: hostile } : each,
      ),
    }
    const plain = await page(path)
    const { text } = await page(path, { gateway })
    expect(text).toContain('&quot;&#39;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;')
    expect(text).not.toContain(hostile)
    expect(text.split('<script>')).toHaveLength(plain.text.split('<script>').length)
  },
)
