/** Secrets are sealed in the store, and their keys are replaced while everything runs. */

import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { grants } from '../../../src/core/operation/scopes.ts'
import { keyFileIn } from '../../../src/domain/secrets/key-file.ts'
import { createKeyRing, type KeySources } from '../../../src/domain/secrets/key-ring.ts'
import { assertKeys } from '../../../src/domain/secrets/missing-keys.ts'
import { createSecrets } from '../../../src/domain/secrets/secrets.ts'
import { sealedSecrets, sealingKeys } from '../../../src/domain/secrets/tables.ts'
import { forgetLostSecrets } from '../../../src/tools/access/forget-lost-secrets.ts'
import { rotateSecrets } from '../../../src/tools/access/rotate-secrets.ts'
import { isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

const [OLD, NEW] = ['the old secret of thirty-two characters', 'the new secret of thirty-two characters']
const PRIVATE_FILE = 0o600

async function openWith(keys: KeySources): Promise<TestGateway> {
  const gateway = await openTestGateway({ operations: [rotateSecrets, forgetLostSecrets], keys })
  onTestFinished(() => gateway.close())
  return gateway
}

function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'switchboard-secrets-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

/** Stores these secrets, with the keys of another process where they are given. */
async function put(gateway: TestGateway, names: readonly string[], keys?: KeySources): Promise<void> {
  const { secrets } = keys === undefined ? gateway.runtime.resources : createSecrets(createKeyRing(keys))
  const now = gateway.clock.now()
  for (const name of names) await secrets.put(gateway.db, { name, text: `text of ${name}`, now })
}

/** What a process with these keys reads. */
async function read(gateway: TestGateway, name: string, keys: KeySources) {
  return await createSecrets(createKeyRing(keys)).openSecret(gateway.db, name)
}

const rotate = async (gateway: TestGateway) =>
  (await gateway.invoke(rotateSecrets, {}, gateway.as({ scopes: ['admin'] }))).output
const asserting = (gateway: TestGateway, keys: KeySources) => assertKeys(gateway.db, createKeyRing(keys))
const NAMES = Array.from({ length: 250 }, (_, index) => `thing/${String(index).padStart(3, '0')}/secret`)

describe('with SWITCHBOARD_SECRET', () => {
  test('a secret is stored sealed, replaced under its name, and forgotten', async () => {
    const gateway = await openWith({ secrets: [OLD] })
    await put(gateway, ['a/1/secret'])
    await put(gateway, ['a/1/secret'])
    const rows = await gateway.db.select().from(sealedSecrets)
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('text of')
    expect(await gateway.openSecret(gateway.db, 'a/1/secret')).toBe('text of a/1/secret')
    await gateway.runtime.resources.secrets.forget(gateway.db, 'a/1/secret')
    expect(await gateway.openSecret(gateway.db, 'a/1/secret')).toBeUndefined()
  })

  test('a secret that was moved to another row does not open', async () => {
    const gateway = await openWith({ secrets: [OLD] })
    await put(gateway, ['a/1/secret', 'a/2/secret'])
    const [one, two] = await gateway.db.select().from(sealedSecrets)
    await gateway.db.delete(sealedSecrets)
    await gateway.db.insert(sealedSecrets).values({ ...one, name: two?.name } as never)
    await expect(gateway.openSecret(gateway.db, two?.name ?? '')).rejects.toThrow()
  })

  test.runIf(isLong)(
    'all secrets are sealed again under the first, in any number, and the old one is no longer needed',
    async () => {
      const gateway = await openWith({ secrets: [NEW, OLD] })
      await put(gateway, NAMES, { secrets: [OLD] })
      await expect(asserting(gateway, { secrets: [NEW] })).rejects.toMatchObject({ code: 'not_configured' })
      expect(await rotate(gateway)).toEqual({ rewrapped: NAMES.length, lost: 0, newKey: false })
      for (const name of NAMES) expect(await read(gateway, name, { secrets: [NEW] })).toBe(`text of ${name}`)
      await asserting(gateway, { secrets: [NEW] })
      await expect(asserting(gateway, { secrets: [OLD] })).rejects.toThrow('another SWITCHBOARD_SECRET')
      expect(await rotate(gateway)).toEqual({ rewrapped: 0, lost: 0, newKey: false })
    },
  )

  test.runIf(isLong)(
    'two rotations and a new secret at the same time leave every secret readable',
    async () => {
      const gateway = await openWith({ secrets: [NEW, OLD] })
      await put(gateway, NAMES.slice(0, 40), { secrets: [OLD] })
      const [one, two] = await Promise.all([
        rotate(gateway),
        rotate(gateway),
        put(gateway, NAMES.slice(30, 50), { secrets: [OLD] }),
      ])
      expect(one.rewrapped + two.rewrapped).toBeGreaterThanOrEqual(20)
      await rotate(gateway)
      for (const name of NAMES.slice(0, 50))
        expect(await read(gateway, name, { secrets: [NEW] })).toBe(`text of ${name}`)
    },
  )

  test('a process without the key says so, and can forget what is lost', async () => {
    const gateway = await openWith({ secrets: [NEW] })
    await put(gateway, ['a/1/secret'], { secrets: [OLD] })
    await put(gateway, ['a/2/secret'])
    expect(await rotate(gateway)).toEqual({ rewrapped: 0, lost: 1, newKey: false })
    await expect(gateway.openSecret(gateway.db, 'a/1/secret')).rejects.toMatchObject({
      code: 'not_configured',
      fix: expect.stringContaining('separated by a comma'),
    })
    const admin = gateway.as({ scopes: ['admin'] })
    await expect(gateway.invoke(forgetLostSecrets, {}, admin)).rejects.toMatchObject({
      code: 'confirmation_required',
    })
    const { output } = await gateway.invoke(forgetLostSecrets, { confirm: true }, admin)
    expect(output).toEqual({ deleted: 1 })
    await asserting(gateway, { secrets: [NEW] })
    expect(await read(gateway, 'a/2/secret', { secrets: [NEW] })).toBe('text of a/2/secret')
  })

  test('nothing is sealed or forgotten where no secret is set', async () => {
    const gateway = await openWith({ secrets: [] })
    await expect(put(gateway, ['a/1/secret'])).rejects.toMatchObject({
      code: 'not_configured',
      message: expect.stringContaining('SWITCHBOARD_SECRET is not set'),
    })
    await put(gateway, ['a/1/secret'], { secrets: [OLD] })
    const admin = gateway.as({ scopes: ['admin'] })
    await expect(gateway.invoke(forgetLostSecrets, { confirm: true }, admin)).rejects.toThrow('is not set')
    await expect(asserting(gateway, { secrets: [] })).rejects.toThrow('SWITCHBOARD_SECRET is not set')
    expect(await gateway.db.select().from(sealingKeys)).toHaveLength(1)
  })
})

describe('with a key file', () => {
  test('the file is made for its owner alone when the first secret is sealed', async () => {
    const home = makeHome()
    const file = keyFileIn(home)
    const gateway = await openWith({ secrets: [], file })
    await asserting(gateway, { secrets: [], file })
    expect(file.read()).toEqual([])
    await put(gateway, ['a/1/secret'])
    expect(statSync(file.path).mode & 0o777).toBe(PRIVATE_FILE)
    expect(await read(gateway, 'a/1/secret', { secrets: [], file })).toBe('text of a/1/secret')
  })

  test('a rotation writes a new key, and a process that runs since before reads it', async () => {
    const file = keyFileIn(makeHome())
    const gateway = await openWith({ secrets: [], file })
    const running = createSecrets(createKeyRing({ secrets: [], file }))
    await running.secrets.put(gateway.db, { name: 'a/1/secret', text: 'one', now: gateway.clock.now() })
    const before = file.read()
    expect(await rotate(gateway)).toEqual({ rewrapped: 1, lost: 0, newKey: true })
    const after = file.read()
    expect(after).toHaveLength(1)
    expect(after).not.toEqual(before)
    expect(await running.openSecret(gateway.db, 'a/1/secret')).toBe('one')
  })

  test('an interrupted rotation leaves every secret readable, and the next one finishes it', async () => {
    const file = keyFileIn(makeHome())
    const gateway = await openWith({ secrets: [], file })
    await put(gateway, ['a/1/secret'])
    file.addSecret()
    await put(gateway, ['a/2/secret'], { secrets: [], file })
    expect(await rotate(gateway)).toEqual({ rewrapped: 2, lost: 0, newKey: true })
    expect(file.read()).toHaveLength(1)
    for (const id of [1, 2])
      expect(await read(gateway, `a/${id}/secret`, { secrets: [], file })).toBe(`text of a/${id}/secret`)
  })

  test('its secrets move to SWITCHBOARD_SECRET when that is set', async () => {
    const file = keyFileIn(makeHome())
    const gateway = await openWith({ secrets: [NEW], file })
    await put(gateway, ['a/1/secret'], { secrets: [], file })
    await asserting(gateway, { secrets: [NEW], file })
    expect(await rotate(gateway)).toEqual({ rewrapped: 1, lost: 0, newKey: false })
    expect(await read(gateway, 'a/1/secret', { secrets: [NEW] })).toBe('text of a/1/secret')
  })

  test('a file that others can read, a damaged one and a lost one are refused', async () => {
    const home = makeHome()
    const file = keyFileIn(home)
    const gateway = await openWith({ secrets: [], file })
    await put(gateway, ['a/1/secret'])
    const text = readFileSync(file.path, 'utf8')
    chmodSync(file.path, 0o644)
    await expect(asserting(gateway, { secrets: [], file })).rejects.toMatchObject({
      code: 'forbidden',
      fix: expect.stringContaining('chmod 600'),
    })
    chmodSync(file.path, PRIVATE_FILE)
    writeFileSync(file.path, text.slice(0, 10))
    await expect(asserting(gateway, { secrets: [], file })).rejects.toThrow('is damaged')
    rmSync(file.path)
    await expect(asserting(gateway, { secrets: [], file })).rejects.toMatchObject({
      message: expect.stringContaining('not in its key file'),
      fix: expect.stringContaining('from a backup'),
    })
    expect(file.read()).toEqual([])
  })
})

test('rotating is for admins, and for no model', async () => {
  const gateway = await openWith({ secrets: [OLD] })
  expect(grants(['access:write'], rotateSecrets.scope)).toBe(false)
  const admin = gateway.as({ scopes: ['admin'] })
  await expect(gateway.invoke(rotateSecrets, {}, { ...admin, door: 'mcp' })).rejects.toThrow('people only')
})
