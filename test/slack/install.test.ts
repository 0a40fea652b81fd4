/** Many workspaces of Slack at one gateway: installed by consent, kept apart, and forgotten when the app is removed. */
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { newId } from '../../src/core/operation/ids.ts'
import { inboxEvents } from '../../src/domain/inbox/tables.ts'
import { outbox } from '../../src/domain/outbox/tables.ts'
import { insertPosts } from '../../src/domain/slack/posts/insert-posts.ts'
import { isLong } from '../support/form.ts'
import { startSlack } from '../support/slack/start-slack.ts'
import type { AppOptions } from '../support/slack/world/app.ts'
import type { User } from '../support/slack/world/user.ts'
import type { Workspace } from '../support/slack/world/workspace.ts'
import { openProduct } from './open-product.ts'

/** Milliseconds for what workers do by and by. A ceiling: nothing waits for it. */
const PATIENCE = { timeout: 20_000, interval: 50 }
const TEST_MAX_MS = 120_000

interface Installed {
  readonly status: number
  readonly text: string
}

/** A store on a server has no key file to seal with. */
const SEALING: Readonly<Record<string, string>> = process.env.DATABASE_URL
  ? { SWITCHBOARD_SECRET: 'what the tokens of workspaces are sealed with' }
  : {}

async function openBot(options: AppOptions = {}) {
  const slack = await startSlack({ app: options })
  const { app } = slack.world
  const { doors, db, call, close } = await openProduct(slack, {
    ...SEALING,
    SLACK_API_URL: slack.apiUrl,
    SLACK_APP_TOKEN: app.appToken,
    SLACK_CLIENT_ID: app.clientId,
    SLACK_CLIENT_SECRET: app.clientSecret,
  })

  /** An admin of the workspace follows the address of consent, and presses the button on the page of the gateway. */
  async function install(workspace: Workspace): Promise<Installed> {
    const { body } = await call('POST', '/v1/slack/install', {})
    const agreed = await fetch(`${body.url}&team=${workspace.id}`, { redirect: 'manual' })
    const page = await fetch(String(agreed.headers.get('location')))
    const text = await page.text()
    const fields = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
    const form = new URLSearchParams(
      fields.map(([, name = '', value = '']): [string, string] => [name, value]),
    )
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
    const done = await fetch(`${doors.url}/oauth/callback`, {
      method: 'POST',
      body: form,
      headers: { cookie },
    })
    return { status: done.status, text: text + (await done.text()) }
  }

  /** The names of the secrets that are kept for these workspaces. */
  const sealed = async (...workspaces: Workspace[]) =>
    (await db.execute<{ name: string }>(sql`select name from sealed_secrets order by name`))
      .map(({ name }) => name)
      .filter((name) => workspaces.some(({ id }) => name.startsWith(`slack_workspaces/${id}/`)))

  /** What the doctor finds of the tokens: of all workspaces, or of these. */
  const doctor = async (...workspaces: Workspace[]) => {
    const { body } = await call('GET', '/v1/slack/doctor')
    const findings = body.findings as { name: string; state: string; found: string; fix?: string }[]
    const isOfOne = (found: string) => workspaces.some(({ id }) => found.includes(id))
    return findings.filter(
      ({ name, found }) => name === 'bot token' && (workspaces.length === 0 || isOfOne(found)),
    )
  }

  const status = async (...workspaces: Workspace[]) => {
    const { body } = await call('GET', '/v1/slack/status')
    const all = body.workspaces as { id: string }[]
    return all.filter((each) => workspaces.some(({ id }) => each.id === id))
  }

  /** The first message of the bot to a user that says this. */
  const answered = (user: User, said: RegExp) =>
    slack.world.until(() => {
      const { workspace } = user
      return workspace
        .dm(user)
        .messages()
        .find(({ user: by, text }) => by === workspace.bot.id && said.test(text))
    })

  /** Sends a message of the bot, and answers with how that ended. */
  async function post(workspace: Workspace, user: User, text: string) {
    const channel = workspace.dm(user).id
    const [id = ''] = await insertPosts({ db, newId, now: new Date() }, [
      { kind: 'message', teamId: workspace.id, channel, text },
    ])
    return await vi.waitFor(async () => {
      const [row] = await db.select().from(outbox).where(eq(outbox.eventId, id))
      if (row?.endedAt === null || row === undefined) throw new Error('it is on its way')
      return { state: row.state, why: row.lastError }
    }, PATIENCE)
  }

  /** Two workspaces that no other test has. */
  const newWorkspaces = () => [slack.world.workspace('Acme'), slack.world.workspace('Globex')] as const

  return { slack, db, call, close, install, sealed, doctor, status, answered, post, newWorkspaces }
}

/** One gateway for the workspaces of all tests. */
let bot: Awaited<ReturnType<typeof openBot>>
beforeAll(async () => {
  bot = await openBot()
}, TEST_MAX_MS)
afterAll(() => bot?.close())

const tokenOf = ({ id }: Workspace) => `slack_workspaces/${id}/token`

test.runIf(isLong)(
  'two workspaces with users of the same name keep apart',
  { timeout: TEST_MAX_MS },
  async () => {
    const { call, install, answered, doctor, status, newWorkspaces } = bot
    const [acme, globex] = newWorkspaces()
    expect(await doctor()).toMatchObject([{ state: 'warn', found: 'no workspace has installed the app' }])
    const shown = await install(acme)
    expect(shown.text).toContain('asked to connect this gateway with a workspace of Slack')
    expect(shown).toMatchObject({ status: 200, text: expect.stringContaining('is installed in Acme') })
    expect((await install(globex)).text).toContain('is installed in Globex')

    const [here, there] = [acme.user('sam'), globex.user('sam')]
    here.dm('hello')
    const code = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec((await answered(here, /Your code is/)).text)?.[0]
    expect((await call('POST', '/v1/slack/pair', { code })).body).toMatchObject({
      user: `${acme.id}/${here.id}`,
    })
    there.dm('call the bank tomorrow')
    await answered(there, /Your code is/)
    here.dm('list')
    await answered(here, /no tasks|nothing/i)
    expect((await call('GET', '/v1/tasks')).body.items).toEqual([])

    expect(await doctor(acme, globex)).toMatchObject([
      { state: 'ok', found: `Acme (${acme.id})` },
      { state: 'ok', found: `Globex (${globex.id})` },
    ])
    expect(await status(acme, globex)).toMatchObject([{ name: 'Acme' }, { name: 'Globex' }])
  },
)

test.runIf(isLong)(
  'an installation for a whole organization is refused, with the way to install it',
  {
    timeout: TEST_MAX_MS,
  },
  async () => {
    const { install, sealed, doctor, close, newWorkspaces } = await openBot({ isOrgWide: true })
    onTestFinished(close)
    const [acme] = newWorkspaces()
    const { status, text } = await install(acme)
    expect(status).toBe(400)
    expect(text).toMatch(/whole organization[\s\S]*install it in each workspace/)
    expect(await sealed(acme)).toEqual([])
    expect(await doctor()).toMatchObject([{ state: 'warn', found: 'no workspace has installed the app' }])
  },
)

test.runIf(isLong)(
  'a revoked installation sends no more, says so, and sends again once it is installed again',
  {
    timeout: TEST_MAX_MS,
  },
  async () => {
    const { slack, install, sealed, doctor, post, newWorkspaces } = bot
    const [acme, globex] = newWorkspaces()
    await install(acme)
    await install(globex)
    const [here, there] = [acme.user('sam'), globex.user('sam')]
    expect(await post(acme, here, 'before')).toMatchObject({ state: 'delivered' })
    const first = acme.installation.botToken
    slack.world.app.uninstall(acme.installation)
    await vi.waitFor(async () => expect(await sealed(acme, globex)).toEqual([tokenOf(globex)]), PATIENCE)
    const after = await post(acme, here, 'after')
    expect(after).toEqual({
      state: 'dead',
      why: expect.stringContaining(`not installed in the workspace ${acme.id}. Let an admin`),
    })
    expect(await post(globex, there, 'elsewhere')).toMatchObject({ state: 'delivered' })
    expect(await doctor(acme, globex)).toMatchObject([
      {
        state: 'warn',
        found: expect.stringContaining('Acme'),
        fix: expect.stringContaining('slack install'),
      },
      { state: 'ok', found: expect.stringContaining('Globex') },
    ])
    await install(acme)
    expect(acme.installation.botToken).not.toBe(first)
    expect(await post(acme, here, 'again')).toMatchObject({ state: 'delivered' })
    expect((await doctor(acme, globex)).map(({ state }) => state)).toEqual(['ok', 'ok'])
  },
)

// A key file is what an embedded store has.
test.runIf(isLong && process.env.DATABASE_URL === undefined)(
  'tokens that are sealed under a new key while the gateway runs are used as before, and nobody installs the app again',
  { timeout: TEST_MAX_MS },
  async () => {
    const { call, install, sealed, doctor, post, newWorkspaces } = bot
    const [acme, globex] = newWorkspaces()
    await install(acme)
    await install(globex)
    expect((await call('POST', '/v1/secrets/rotate', {})).body).toMatchObject({ lost: 0, newKey: true })
    expect(await sealed(acme, globex)).toEqual([acme, globex].map(tokenOf).toSorted())
    for (const workspace of [acme, globex])
      expect(await post(workspace, workspace.user('sam'), 'after')).toMatchObject({ state: 'delivered' })
    expect((await doctor(acme, globex)).map(({ state }) => state)).toEqual(['ok', 'ok'])
  },
)

test.runIf(isLong)(
  'an event that comes after the app was installed again, or is of a person, forgets nothing',
  {
    timeout: TEST_MAX_MS,
  },
  async () => {
    const { slack, db, install, sealed, newWorkspaces } = bot
    const [acme] = newWorkspaces()
    await install(acme)
    const revoked = { type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] }, event_ts: '1.000001' }
    slack.world.out.event(acme, revoked)
    await vi.waitFor(async () => {
      const isOfAcme = and(
        eq(inboxEvents.type, 'tokens_revoked'),
        eq(inboxEvents.ownerId, `slack:${acme.id}`),
      )
      const [event] = await db.select().from(inboxEvents).where(isOfAcme)
      expect(event?.state).toBe('done')
    }, PATIENCE)
    expect(await sealed(acme)).toEqual([tokenOf(acme)])
  },
)

test.runIf(isLong)(
  'an admin removes the app from a workspace, whose token then ends',
  {
    timeout: TEST_MAX_MS,
  },
  async () => {
    const { call, install, sealed, status, newWorkspaces } = bot
    const [acme] = newWorkspaces()
    await install(acme)
    const removing = { workspace: acme.id, confirm: true }
    expect(await call('POST', '/v1/slack/uninstall', removing)).toMatchObject({ status: 200 })
    expect(acme.installation.isRevoked).toBe(true)
    expect(await sealed(acme)).toEqual([])
    expect(await status(acme)).toMatchObject([{ name: 'Acme', isInstalled: false }])
    expect(await call('POST', '/v1/slack/uninstall', removing)).toMatchObject({ status: 404 })
  },
)

test.runIf(isLong)(
  'no row, answer or page holds a token, a code or the secret of the client',
  {
    timeout: TEST_MAX_MS,
  },
  async () => {
    const { slack, db, call, install, doctor, post, newWorkspaces } = bot
    const [acme, globex] = newWorkspaces()
    const pages = [await install(acme), await install(globex)].map(({ text }) => text)
    await post(acme, acme.user('sam'), 'hello')
    const told = JSON.stringify([await doctor(), await call('GET', '/v1/slack/status')])
    const names = await db.execute<{ name: string }>(
      sql`select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    expect(names.length).toBeGreaterThan(20)
    const rows = await Promise.all(
      names.map(({ name }) => db.execute(sql.raw(`select t::text from ${name} t`))),
    )
    const stored = JSON.stringify(rows)
    expect(stored).toContain(tokenOf(acme))
    const { clientSecret, appToken } = slack.world.app
    for (const secret of [acme.installation.botToken, globex.installation.botToken, clientSecret, appToken]) {
      expect(stored).not.toContain(secret)
      expect(told + pages.join('')).not.toContain(secret)
    }
    expect(stored).not.toMatch(/code-/)
  },
)
