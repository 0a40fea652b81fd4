/** Secrets are kept nowhere: not in the audit, the log, an error or what the doctor says. */
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createExamine } from '../../../src/cli/doctor/examine.ts'
import { AppError, errorBody } from '../../../src/core/errors.ts'
import { LOCAL_PERSON } from '../../../src/core/operation/actor.ts'
import { redactText } from '../../../src/core/text/redact.ts'
import { auditEntries, idempotencyKeys } from '../../../src/domain/access/tables.ts'
import { createApp } from '../../../src/server/app.ts'
import { createLog } from '../../../src/start/log.ts'
import { readConfig } from '../../../src/start/read-config.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

/** Looks random, and is nobody's key. */
const random = (chars: number) => 'qR7vXk2mB9tLz4Wd'.repeat(30).slice(0, chars)

const PEM = ['-----BEGIN RSA PRIVATE KEY-----', random(64), random(40), '-----END RSA PRIVATE KEY-----'].join(
  '\n',
)

const SECRETS: readonly (readonly [what: string, text: string, secret?: string])[] = [
  ['Groq', `gsk_${random(52)}`],
  ['Gemini', `AIza${random(35)}`],
  ['Hugging Face', `hf_${'aBcDeFgHiJ'.repeat(4).slice(0, 34)}`],
  ['xAI', `xai-${random(80)}`],
  ['Anthropic', `sk-ant-api03-${random(93)}AA`],
  ['OpenAI', `sk-proj-${random(74)}T3BlbkFJ${random(74)}`],
  ['npm', `npm_${random(36)}`],
  ['PyPI', `pypi-AgEIcHlwaS5vcmc${random(60)}`],
  ['GitHub', `github_pat_${random(82)}`],
  ['GitLab', `glpat-${random(20)}`],
  ['AWS, for a session', 'ASIAIOSFODNN7EXAMPLE'],
  ['Stripe', `whsec_${random(32)}`],
  ['Slack', `xoxb-123456789012-123456789012-${random(24)}`],
  ['Linear', `lin_api_${random(40)}`],
  ['a private key', PEM],
  ['half a private key', PEM.slice(0, 120)],
  ['a bearer', `Authorization: Bearer ${random(12)}`, random(12)],
  ['a basic authorization', `authorization: Basic ${random(24)}==`, random(24)],
  ['a password', 'host=db password=hunter2 user=ana', 'hunter2'],
  ['a password in JSON', '{"password": "correct horse battery"}', 'horse'],
  ['a named key', 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI'],
  ['a header', `X-Api-Key: ${random(20)}`, random(20)],
  ['a Slack hook', `https://hooks.slack.com/services/T00000000/B00000000/${random(24)}`, random(24)],
  ['a Discord hook', `https://discord.com/api/webhooks/123456789012345678/${random(60)}`, random(60)],
  ['a Telegram bot', `https://api.telegram.org/bot123456789:AA${random(33)}/getMe`, random(33)],
  ['an address', 'postgres://ana:p@ss/w@rd@db.example/app', 'w@rd'],
]

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations: [createTasks] })
})
afterAll(() => gateway.close())

function openApp() {
  return createApp({
    gateway,
    authenticate: async () => LOCAL_PERSON,
    rateLimit: async () => ({}),
    mcp: { fetch: async () => Response.json({}) },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
}

describe('the audit', () => {
  test('keeps none of the secrets in what is sent', async () => {
    const tasks = SECRETS.slice(0, 25).map(([what, text]) => ({ title: what, notes: `before ${text} after` }))
    await gateway.invoke(createTasks, { tasks }, gateway.as())
    const kept = JSON.stringify(await gateway.db.select({ input: auditEntries.input }).from(auditEntries))
    for (const [, text, secret = text] of SECRETS)
      expect(kept).not.toContain(JSON.stringify(secret).slice(1, -1))
    expect(kept).toContain('before ')
    expect(kept).toContain(' after')
  })

  test('keeps no key that is sent as the id of a request', async () => {
    const key = `sb_${random(49)}`
    const response = await openApp().request('/v1/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': key },
      body: JSON.stringify({ tasks: [{ title: 'Buy milk' }] }),
    })
    expect(response.status).toBe(200)
    expect(JSON.stringify(await gateway.db.select().from(auditEntries))).not.toContain(key)
    expect(JSON.stringify(gateway.logged)).not.toContain(key)
  })
})

test.each(SECRETS)('%s is masked, and what stands around it is left', (_what, text, secret = text) => {
  const safe = redactText(`Before it: ${text}\nafter it.`)
  expect(safe).not.toContain(secret)
  expect(safe).toMatch(/^Before it: /)
  expect(safe).toContain('[redacted]')
})

test.each([
  'password=ok',
  'Reset the password: ask Ana first',
  'Token: explain how tokens work',
  'Secret santa: buy gifts',
  'api key: rotate it every quarter',
  'Bearer internationalization, basic troubleshooting',
  'sk-learn-regression-models and task-management-and-planning',
  'see http://localhost:3000/path?mail=a@b.example and https://example.com/a:b/c@d',
  'run_01h455vb4pex5vsknk084sn02q, artifact_01h455vb4pex5vsknk084sn02q',
  'Ordner-und-Verzeichnisstrukturen_aufraeumen.md',
  '2026-03-04T09:00:00.000Z/2026-03-05T09:00:00.000Z',
])('ordinary text stays as it is: %s', (text) => {
  expect(redactText(text)).toBe(text)
})

test('a key that is sent as an idempotency key is stored nowhere, and still works as one', async () => {
  const key = `sb_${random(49)}`
  const call = { ...gateway.as(), idempotencyKey: key }
  const first = await gateway.invoke(createTasks, { tasks: [{ title: 'Once' }] }, call)
  const second = await gateway.invoke(createTasks, { tasks: [{ title: 'Once' }] }, call)
  expect(second).toEqual({ output: first.output, replayed: true })
  expect(JSON.stringify(await gateway.db.select().from(idempotencyKeys))).not.toContain(key)
})

describe('what this process was given to keep', () => {
  const PASSWORD = 'p@ss/w?rd#unguessable'
  const DATABASE = `postgres://ana:${PASSWORD}@127.0.0.1:1/app`
  const environment = {
    SWITCHBOARD_HOME: '/nonexistent',
    SWITCHBOARD_SECRET: 'a plain phrase that signs our sessions',
    OPENAI_API_KEY: 'plain-words-as-key',
    REDIS_URL: 'redis://:red%21s-password@127.0.0.1:1',
  }
  const given = [environment.SWITCHBOARD_SECRET, 'plain-words-as-key', 'red%21s-password', 'red!s-password']

  test('is masked wherever it stands', async () => {
    readConfig(environment)
    for (const secret of given) {
      expect(redactText(`it says ${secret}!`)).toBe('it says [redacted]!')
      expect(errorBody(new AppError('conflict', `No ${secret}.`)).message).toBe('No [redacted].')
    }
    const lines: string[] = []
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const log = createLog({ level: 'info', destination })
    log.info({ err: new Error(`cannot open ${given[0]}`) }, 'failed')
    expect(lines.join('')).toContain('cannot open [redacted]')
  })

  test('stays out of what the doctor says, also where nobody escaped it', async () => {
    const findings = await createExamine({
      version: '1.0.0',
      readConfig: () => readConfig({ ...environment, DATABASE_URL: DATABASE }),
      migrations: () => 0,
      tryStore: async () => ({ hasKey: true, keyFault: undefined, deadLetters: [] }),
      askRedis: async () => undefined,
      askMailServer: async () => undefined,
      askServer: async () => {
        throw new AppError('unavailable', `Nothing answers at ${DATABASE}.`)
      },
    })()
    const said = JSON.stringify(findings)
    for (const part of [...given, 'w?rd', 'unguessable', 'p@ss']) expect(said).not.toContain(part)
  })

  test('is not in the address for all to see', () => {
    readConfig({ DATABASE_URL: 'postgres://switchboard:switchboard@postgres/switchboard' })
    expect(redactText('switchboard on postgres')).toBe('switchboard on postgres')
  })
})

describe('a text made to be slow', () => {
  const CHARS = 100_000
  /** Milliseconds of processor time; a pattern that reads the text again from each beginning takes seconds. */
  const SOON_MS = 500
  const PARTS = [
    ...['sk-', 'eyJ', 'eyJaaaaaaaa.', 'gh', '://a:', '://@:', 'password:', 'password=', '"password": "'],
    ...['-----BEGIN PRIVATE KEY-----', '-----BEGIN ', 'authorization: ', 'bearer ', 'secret_key ', 'token'],
    ...[
      'hooks.slack.com/services/',
      'a.webhook.office.com/webhookb2/',
      'xox',
      'A3T',
      '=',
      ':',
      '@',
      'a',
      ' ',
    ],
    ...["pwd='", 'key\\"', 'api-key:   ', 'dp.aa.', 'bot/', 'w-', '\t:', 'AKIA', 'pat', '/', '"', '\\'],
  ]
  const mixed = PARTS.flatMap((one) => PARTS.map((other) => one + other))

  test('is read in a time that grows with its length alone', async () => {
    for (const part of [...PARTS, ...mixed.slice(0, cases(0, mixed.length))]) {
      const text = part.repeat(CHARS / part.length)
      expect({ part, isSlow: (await cpuMsOf(() => redactText(text))) > SOON_MS }).toEqual({
        part,
        isSlow: false,
      })
    }
  })
})
