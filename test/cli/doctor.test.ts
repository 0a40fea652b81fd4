/** The doctor finds what is wrong, and says how to mend it. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { showFindings } from '../../src/cli/doctor/doctor-report.ts'
import { createExamine } from '../../src/cli/doctor/examine.ts'
import type { Finding } from '../../src/core/area/check.ts'
import { openEmbeddedStore } from '../../src/domain/db/embedded/open-embedded.ts'
import { outbox } from '../../src/domain/outbox/tables.ts'
import { createKeyRing } from '../../src/domain/secrets/key-ring.ts'
import { createSecrets } from '../../src/domain/secrets/secrets.ts'
import { probes } from '../../src/start/compose-probes.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { isLong } from '../support/form.ts'
import { openMailServer } from '../support/mail/mail-server.ts'
import { openTestDatabase } from '../support/world/database.ts'
import { createRecordingTerminal } from './typing.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-doctor-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** A server that is not there: quickly looked at, where the store is not what a test is about. */
const NO_SERVER = { DATABASE_URL: 'postgres://127.0.0.1:9/none' }

/** What it finds with these variables and nothing else set. */
async function findings(variables: Record<string, string>): Promise<Record<string, Finding>> {
  const environment = { SWITCHBOARD_HOME: join(folder, 'home'), PORT: '0', ...variables }
  const examine = createExamine({
    ...probes,
    version: '1.0.0',
    readConfig: () => readConfig(environment),
  })
  return Object.fromEntries((await examine()).map((finding) => [finding.name, finding]))
}

const DAY_MS = 24 * 60 * 60 * 1000

/** A mail that was given up so long ago. */
function deadMail(eventId: string, agoMs: number): typeof outbox.$inferInsert {
  const endedAt = new Date(Date.now() - agoMs)
  return {
    ...{ receiverId: 'mail:local', channel: 'mail', eventId, event: 'notification.bundle', version: 1 },
    ...{ thing: 'notifications://bundles', payload: {}, happenedAt: endedAt, nextAt: endedAt, endedAt },
    ...{ state: 'dead', attempts: 1, triedBefore: 0, lastError: 'no such mailbox' },
  }
}

describe('the doctor', () => {
  it('finds nothing wrong on a machine that is as it should be, and opens the store to be sure', async () => {
    const found = await findings({})
    expect(Object.values(found).filter(({ state }) => state !== 'ok')).toEqual([])
    expect(Object.keys(found)).toEqual([
      'Configuration',
      'Node',
      'Home folder',
      'Key',
      'Clock',
      'Models',
      'Slack',
      'Keys',
      'Gateway',
      'Port',
      'Store',
      'Queue',
      'Sealing',
      'Mail',
    ])
  })

  it.runIf(isLong)(
    'says when secrets are sealed with a key that this machine does not have, and what channels gave up',
    async () => {
      const home = join(folder, 'home')
      const SWITCHBOARD_SECRET = 'a secret of thirty-two characters or more'
      const { secrets } = createSecrets(createKeyRing({ secrets: [SWITCHBOARD_SECRET] }))
      const store = await openEmbeddedStore(home)
      await secrets.put(store.db, { name: 'a/1/secret', text: 'of an account', now: new Date() })
      await store.db.insert(outbox).values([deadMail('new', 0), deadMail('old', 2 * DAY_MS)])
      await store.close()
      const found = await findings({ SWITCHBOARD_SECRET })
      expect(found.Sealing).toMatchObject({ state: 'ok', found: 'with SWITCHBOARD_SECRET' })
      expect(found['Sent by mail']).toMatchObject({
        state: 'warn',
        found: '1 given up in the last day: no such mailbox',
      })
      expect((await findings({ SWITCHBOARD_SECRET: `${SWITCHBOARD_SECRET}!` })).Sealing).toMatchObject({
        state: 'fail',
        found: expect.stringContaining('another SWITCHBOARD_SECRET'),
      })
      const { Sealing, Queue } = await findings({})
      expect(Sealing).toMatchObject({ state: 'fail', fix: expect.stringContaining('secrets.key') })
      expect(Queue?.state).toBe('ok')
      expect(existsSync(join(home, 'secrets.key'))).toBe(false)
    },
  )

  it.runIf(isLong)('says which models agents can think with, and when none is the standard one', async () => {
    expect((await findings(NO_SERVER)).Models).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('ANTHROPIC_API_KEY'),
    })
    const anthropic = { ANTHROPIC_API_KEY: 'a-secret', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/x' }
    const reached = (await findings({ ...NO_SERVER, ...anthropic })).Models
    expect(reached).toEqual({ name: 'Models', state: 'ok', found: 'Anthropic at 127.0.0.1:1' })
    const far = { OPENAI_API_KEY: 'a-secret', OPENAI_BASE_URL: 'http://models.example/v1' }
    expect((await findings({ ...NO_SERVER, ...far })).Models).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('others can read a key'),
    })
    const own = { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }
    expect((await findings({ ...NO_SERVER, ...own })).Models).toMatchObject({
      state: 'warn',
      fix: expect.stringContaining('SWITCHBOARD_MODEL'),
    })
    const named = await findings({ ...NO_SERVER, ...own, SWITCHBOARD_MODEL: 'openai/llama3' })
    expect(named.Models).toMatchObject({ state: 'ok', found: expect.stringContaining('openai/llama3') })
  })

  it('names every variable that is wrong, and every unknown one', async () => {
    const wrong = await findings({ PORT: 'abc', HOST: '' })
    expect(wrong.Configuration).toMatchObject({ state: 'fail', found: expect.stringContaining('PORT') })
    const unknown = await findings({ ...NO_SERVER, SWITCHBOARD_HOEM: '/x' })
    expect(unknown.Configuration).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('SWITCHBOARD_HOME'),
    })
  })

  it.runIf(isLong)('says what needs no key, and warns where others come through a proxy', async () => {
    const keysWith = async (variables: Record<string, string>) =>
      (await findings({ ...NO_SERVER, ...variables })).Keys
    expect(await keysWith({})).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('let strangers act as you'),
    })
    expect(await keysWith({ SWITCHBOARD_AUTH: 'required' })).toMatchObject({
      state: 'ok',
      found: 'every call needs one',
    })
    expect(await keysWith({ SWITCHBOARD_TRUSTED_PROXIES: '1' })).toMatchObject({
      found: 'every call needs one',
    })
    const open = { SWITCHBOARD_TRUSTED_PROXIES: '1', SWITCHBOARD_AUTH: 'local' }
    expect(await keysWith(open)).toMatchObject({ state: 'warn', fix: expect.stringContaining('required') })
    expect(await keysWith({ HOST: '0.0.0.0', SWITCHBOARD_AUTH: 'local' })).toMatchObject({ state: 'fail' })
  })

  it.runIf(isLong)('signs in at the mail server, and says what mails lack', async () => {
    const server = await openMailServer()
    const mail = { ...NO_SERVER, SMTP_URL: server.url, MAIL_FROM: 'gate@example.com' }
    expect((await findings(mail)).Mail).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('SWITCHBOARD_PUBLIC_URL is not set'),
    })
    const reached = { SWITCHBOARD_PUBLIC_URL: 'https://gate.example.com' }
    expect((await findings({ ...mail, ...reached })).Mail?.fix).toContain('SWITCHBOARD_SECRET')
    const SWITCHBOARD_SECRET = 'a secret of thirty-two characters or more'
    const found = `from gate@example.com through 127.0.0.1:${server.port}`
    expect((await findings({ ...mail, ...reached, SWITCHBOARD_SECRET })).Mail).toMatchObject({
      state: 'ok',
      found,
    })
    await server.close()
    expect((await findings(mail)).Mail).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('ECONNREFUSED'),
      fix: expect.stringContaining('Correct SMTP_URL'),
    })
  })

  it.runIf(isLong)('finds that a gateway would not start for want of a first key', async () => {
    const required = { SWITCHBOARD_HOME: join(folder, 'keyless'), SWITCHBOARD_AUTH: 'required' }
    expect((await findings(required))['First key']).toMatchObject({
      state: 'fail',
      fix: expect.stringContaining('keys create'),
    })
  })

  it('finds a note of a gateway that others can read', async () => {
    const home = join(folder, 'open-note')
    await mkdir(home)
    await writeFile(join(home, 'gateway.json'), '{}')
    await chmod(join(home, 'gateway.json'), 0o644)
    expect((await findings({ ...NO_SERVER, SWITCHBOARD_HOME: home })).Gateway).toMatchObject({
      state: 'fail',
      fix: expect.stringContaining('chmod 600'),
    })
  })

  it('finds a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A listening TCP server has an address with a port, which its type does not say.
    const { port } = server.address() as AddressInfo
    const { Port } = await findings({ ...NO_SERVER, PORT: String(port) })
    await new Promise((resolve) => server.close(resolve))
    expect(Port).toMatchObject({ state: 'fail', fix: expect.stringContaining('PORT') })
  })

  it('finds a key that others can read', async () => {
    const home = join(folder, 'open-key')
    await mkdir(home)
    await writeFile(join(home, 'key'), 'sb_x')
    await chmod(join(home, 'key'), 0o644)
    expect((await findings({ ...NO_SERVER, SWITCHBOARD_HOME: home })).Key).toMatchObject({
      state: 'fail',
      fix: expect.stringContaining('chmod 600'),
    })
  })

  it('finds a home that cannot be one', async () => {
    const file = join(folder, 'a-file')
    await writeFile(file, '')
    const found = await findings({ SWITCHBOARD_HOME: join(file, 'home') })
    expect(found['Home folder']).toMatchObject({ state: 'fail' })
    expect(found.Store).toMatchObject({ state: 'fail', fix: expect.stringContaining('SWITCHBOARD_HOME') })
  })

  it.runIf(isLong)('finds servers that do not answer, without showing a password', async () => {
    const found = await findings({
      DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:9/x',
      REDIS_URL: 'redis://:hunter2@127.0.0.1:9',
    })
    expect(found.PostgreSQL).toMatchObject({ state: 'fail' })
    expect(found.Redis).toMatchObject({ state: 'fail' })
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  it.runIf(inject('databaseTemplate').kind === 'server')(
    'looks at a server: version, extension, schema, clock',
    async () => {
      const database = await openTestDatabase()
      const found = await findings({ DATABASE_URL: database.url ?? '' })
      await database.close()
      for (const name of ['PostgreSQL', 'pg_trgm', 'Schema', 'Clocks'])
        expect(found[name]).toMatchObject({ state: 'ok' })
    },
  )

  it('exits with 1 when something fails, and only then', () => {
    const { terminal, shown } = createRecordingTerminal()
    const finding: Finding = { name: 'Port', state: 'warn', found: 'odd', fix: 'Set PORT.' }
    expect(showFindings([finding], terminal, false)).toBe(0)
    expect(showFindings([{ ...finding, state: 'fail' }], terminal, true)).toBe(1)
    expect(shown().out).toContain('Set PORT.')
  })
})
