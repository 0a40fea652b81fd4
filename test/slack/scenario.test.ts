/** A piece of work with an agent, from a mention in a channel to its report, by the product's own processes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { newId } from '../../src/core/operation/ids.ts'
import { hashKey, hintOf, makeKey } from '../../src/domain/access/key-form.ts'
import { insertKey } from '../../src/domain/access/keys.ts'
import { openServerDatabase } from '../../src/domain/db/server/server-database.ts'
import { openPlace, type Place, SERVED_TIMEOUT_MS } from '../faults/served.ts'
import { defer } from '../support/defer.ts'
import { isLong } from '../support/form.ts'
import { startProduct, type TestProcess, urlOf } from '../support/processes.ts'
import { startSlack } from '../support/slack/start-slack.ts'
import type { Channel } from '../support/slack/world/channel.ts'
import type { User } from '../support/slack/world/user.ts'
import type { Message } from '../support/slack/world/wire.ts'
import { openProvider } from '../workers/provider.ts'
import { button, buttonsOf } from './buttons.ts'

/** Milliseconds for what workers do by and by. A ceiling: nothing waits for it. */
const PATIENCE = { timeout: 30_000, interval: 100 }
const GOAL = 'our three competitors: which of them sells to schools, and why?'
const REPORT = 'Only Initech sells to schools.'
/** More than the assistant may delete without approval. */
const TASKS = Array.from({ length: 21 }, (_, at) => ({ title: `Ask Initech ${at}` }))
const ask = (question: string) => ({ name: 'runs_ask_person', input: { question } })

async function openScene() {
  const slack = await startSlack()
  const provider = await openProvider()
  onTestFinished(async () => {
    await provider.close()
    await slack.close()
  })
  const acme = slack.world.workspace('Acme')
  const place = await openPlace()
  const environment = {
    ...place.environment,
    ...slack.settingsFor(acme),
    ...{ ANTHROPIC_API_KEY: 'stand-in', ANTHROPIC_BASE_URL: provider.url, OPENAI_API_KEY: '' },
    SWITCHBOARD_MODEL: 'anthropic/claude-haiku-4-5',
    SWITCHBOARD_SECRET: 'what the secrets of the scene are sealed with',
    SWITCHBOARD_LEASE_SECONDS: '2',
  }
  const roles = place.databaseUrl === undefined ? ['all'] : ['gateway', 'worker']
  let processes: readonly TestProcess[] = []
  let url = ''
  let secret = ''

  async function start(): Promise<void> {
    processes = []
    for (const role of roles) {
      const started = startProduct(['serve', '--role', role], environment)
      processes = [...processes, started]
      if (role !== 'worker') url = await urlOf(started)
    }
    secret = place.databaseUrl === undefined ? notedSecret(place.environment.SWITCHBOARD_HOME ?? '') : secret
    await until(() => slack.sockets.connections >= 2)
  }

  async function call(
    method: string,
    path: string,
    { body, as = secret }: { body?: object; as?: string } = {},
  ) {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${as}`,
        'idempotency-key': newId('event'),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const told = (await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`)
    return told
  }

  await start()
  if (place.databaseUrl !== undefined) secret = await makeOwnerKey(place.databaseUrl)
  const [ada, bob] = [acme.user('ada'), acme.user('bob')]
  const keyOf = async (user: User): Promise<string> => {
    const personId = user.name
    const identities = [{ provider: 'slack', id: `${acme.id}/${user.id}` }]
    const person = { id: personId, name: personId, identities, channels: ['slack'] }
    await call('POST', '/v1/people', { body: person })
    // Who approves needs every scope that the run acts with.
    const reads = ['people', 'budgets', 'accounts', 'hooks', 'inbox', 'notifications', 'slack']
    const writes = ['tasks', 'projects', 'runs', 'teams', 'todoist', 'calendars']
    const scopes = [
      'approvals:decide',
      ...reads.map((of) => `${of}:read`),
      ...writes.map((of) => `${of}:write`),
    ]
    return String((await call('POST', '/v1/keys', { body: { label: personId, personId, scopes } })).secret)
  }
  const keys = { ada: await keyOf(ada), bob: await keyOf(bob) }
  const channel = acme.channel('launch', { members: [ada, bob] })
  const { team } = await call('POST', '/v1/teams', { body: { name: 'Launch' }, as: keys.ada })
  const teamId = (team as { id: string }).id
  await call('POST', `/v1/teams/${teamId}/members`, { body: { personId: 'bob' }, as: keys.ada })
  await call('PUT', '/v1/slack/channels', { body: { workspace: acme.id, channel: channel.id, teamId } })
  return {
    ...{ slack, acme, provider, ada, bob, channel, keys, call },
    async restart(): Promise<void> {
      await Promise.all(processes.map((each) => each.kill('SIGKILL')))
      await until(() => slack.sockets.connections === 0)
      await start()
    },
  }
}

function notedSecret(home: string): string {
  return JSON.parse(readFileSync(join(home, 'gateway.json'), 'utf8')).secret
}

async function makeOwnerKey(url: NonNullable<Place['databaseUrl']>): Promise<string> {
  const database = openServerDatabase(url, { poolSize: 1 })
  const key = makeKey()
  const { id: createdBy, personId } = LOCAL_PERSON
  const who = { personId, kind: 'person' as const, scopes: ['admin' as const], createdBy }
  const dates = { createdAt: new Date(), expiresAt: null, revokedAt: null, lastUsedAt: null }
  const named = { id: newId('key'), hash: hashKey(key), hint: hintOf(key), label: 'scene' }
  await insertKey(database, { ...named, ...who, ...dates })
  await database.close()
  return key
}

/** What `find` gives, once it gives something. @throws Error when it takes too long */
async function until<Found>(find: () => Found | undefined | false): Promise<Found> {
  return await vi.waitFor(() => {
    const found = find()
    if (found === undefined || found === false) throw new Error(`it never came: ${find}`)
    return found
  }, PATIENCE)
}

const blocksOf = (messages: readonly Message[]) => JSON.stringify(messages.map(({ blocks }) => blocks))
const times = (text: string, part: string) => text.split(part).length - 1

test.runIf(isLong)(
  'an agent researches: asked, answered, approved elsewhere, restarted, paused, stopped; each thing told once',
  {
    timeout: 3 * SERVED_TIMEOUT_MS,
  },
  async () => {
    const { acme, provider, ada, bob, channel, keys, call, restart } = await openScene()
    const thread = (of: Channel, ts: string) => of.replies(ts).filter(({ user }) => user === acme.bot.id)
    const said = (ts: string, part: string) =>
      vi.waitFor(() => {
        const messages = thread(channel, ts)
        const found = messages.find((message) => blocksOf([message]).includes(part))
        if (found === undefined) throw new Error(`"${part}" is not in ${blocksOf(messages)}`)
        return found
      }, PATIENCE)
    const lastRun = async () =>
      ((await call('GET', '/v1/runs?limit=1', { as: keys.ada })).items as { id: string; state: string }[])[0]

    // A card, a question that is answered in the thread, and an approval.
    const going = defer<void>()
    provider.say(
      {
        text: 'I note an interview.',
        calls: [{ name: 'tasks_create', input: { tasks: TASKS } }, ask('Which year?')],
      },
      ({ body }) => ({
        text: 'It is not needed.',
        calls: [{ name: 'tasks_delete', input: { taskIds: idsIn(body) } }],
      }),
      async () => {
        await going.promise
        return { text: 'I look once more.', calls: [{ name: 'tasks_list', input: {} }] }
      },
      { text: REPORT },
    )
    const { ts } = ada.mention(channel, GOAL)
    await said(ts, 'Say stop to stop it')
    const question = await said(ts, 'Which year?')
    await ada.click({ channel, message: question }, button(question, 'Answer'))
    const form = await until(() => ada.modals.at(-1))
    await ada.submit(form, { answer: '2026' })

    // Somebody who may not decide is told so alone. The processes die while it waits, and it is decided elsewhere.
    const approval = await said(ts, 'tasks.delete')
    await bob.click({ channel, message: approval }, button(approval, 'Approve'))
    await until(() => bob.ephemeralsIn(channel).at(-1))
    await restart()
    const { items } = await call('GET', '/v1/approvals?state=pending', { as: keys.ada })
    const [{ ref }] = items as [{ ref: string }]
    await call('POST', `/v1/approvals/${ref}/decide`, { body: { decision: 'approve' }, as: keys.ada })
    await until(() => buttonsOf(channel.find(approval.ts)).length === 0)

    // Paused and resumed, it reports once.
    const run = await lastRun()
    await call('POST', `/v1/runs/${run?.id}/pause`, { as: keys.ada, body: {} })
    going.resolve()
    await vi.waitFor(async () => expect(await lastRun()).toMatchObject({ state: 'waiting' }), PATIENCE)
    await call('POST', `/v1/runs/${run?.id}/resume`, { as: keys.ada, body: {} })
    await said(ts, 'Succeeded')

    // Slack's own Stop, and a typed one.
    provider.say({ calls: [ask('Which price?')] }, { calls: [ask('Which place?')] })
    ada.mention(channel, GOAL, { thread: ts })
    await said(ts, 'Which price?')
    ada.stop(channel, ts)
    await said(ts, 'Cancelled')
    const second = ada.mention(channel, GOAL)
    await said(second.ts, 'Which place?')
    bob.mention(channel, 'stop', { thread: second.ts })
    await said(second.ts, 'Cancelled')

    // What the clock does is told once, privately.
    const told = () =>
      acme
        .dm(ada)
        .messages()
        .filter(({ user }) => user === acme.bot.id)
        .map(({ text }) => text)
    const at = new Date(Date.now() + 65_000)
    const when = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`
    const planning = { operation: 'tasks.plan', input: {}, when, timeZone: 'UTC', notify: true }
    await call('POST', '/v1/schedules', { body: planning, as: keys.ada })
    const plans = () => told().filter((text) => text.includes('(tasks.plan)'))
    await vi.waitFor(() => expect(plans(), told().at(-1)).toHaveLength(1), { ...PATIENCE, timeout: 120_000 })

    const shown = blocksOf([...thread(channel, ts), ...thread(channel, second.ts)])
    for (const once of [
      'I note an interview.',
      'Which year?',
      'It is not needed.',
      REPORT,
      'Which price?',
      'Which place?',
    ])
      expect([once, times(shown, once)]).toEqual([once, 1])
    expect(times(shown, 'Stopping it.')).toBe(2)
    expect(shown).not.toContain('⏳')
    // What one user alone sees cannot be read back, so a process that dies has it sent again.
    const alone = new Set(bob.ephemeralsIn(channel).map(({ text }) => text))
    expect(alone.size).toBe(1)
    expect(ada.ephemeralsIn(channel).filter(({ text }) => alone.has(text))).toEqual([])
    expect(channel.messages().every(({ user }) => user !== acme.bot.id)).toBe(true)
  },
)

/** The ids of the tasks that the run has created. */
function idsIn(body: unknown): string[] {
  return [...new Set(JSON.stringify(body).match(/task_[a-z0-9]{20,}/g))]
}
