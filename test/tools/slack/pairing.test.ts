/** Pairing through `invoke` on a real database: who may confirm a code, and what a wrong one costs. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import {
  findPersonOfUser,
  hashPairingCode,
  makePairingCode,
  notePairing,
  PAIRING_MS,
} from '../../../src/domain/slack/pairings.ts'
import { pairUser } from '../../../src/tools/slack/pair-user.ts'
import { showStatus } from '../../../src/tools/slack/show-status.ts'
import { unpairUser } from '../../../src/tools/slack/unpair-user.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let users = 0

beforeEach(async () => {
  gateway ??= await openTestGateway()
  await addPeople(gateway.db, ['ada', 'bob'])
})
afterAll(() => gateway.close())

const WORKSPACE = {
  ...{ teamId: 'T1', enterpriseId: null, name: 'Acme', url: '', botUserId: 'U0', botId: null },
  ...{ scopes: [], checkedAt: new Date(0), installedAt: null, removedAt: null },
}

/** A user who was shown a code just now. */
async function shown() {
  users += 1
  const code = makePairingCode()
  const asker = { workspace: WORKSPACE, userId: `U${users}`, name: 'Ada L.' }
  await notePairing({ db: gateway.db, now: gateway.clock.now() }, asker, hashPairingCode(code))
  return { code, externalId: `T1/U${users}`, asker }
}

const ada: Partial<Actor> = { id: 'ada', personId: 'ada', scopes: ['slack:write'] }
const bob: Partial<Actor> = { id: 'bob', personId: 'bob', scopes: ['slack:write'] }

const confirm = (input: { code: string; personId?: string }, actor?: Partial<Actor>) =>
  gateway.invoke(pairUser, input, gateway.as(actor))

describe('a code that the bot showed', () => {
  it('makes its user the person who confirms it, however it is typed', async () => {
    const { code, externalId } = await shown()
    const { output } = await confirm({ code: ` ${code.toLowerCase().replace('-', ' ')} ` }, ada)
    expect(output).toEqual({ personId: 'ada', user: externalId, name: 'Ada L.' })
    expect(await findPersonOfUser(gateway.db, externalId)).toBe('ada')
    const status = await gateway.invoke(showStatus, {}, gateway.as(ada))
    expect(status.output.users).toContain(externalId)
  })

  it('works once', async () => {
    const { code } = await shown()
    await confirm({ code }, ada)
    await expect(confirm({ code }, bob)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('ends after an hour', async () => {
    const { code } = await shown()
    gateway.clock.advance(PAIRING_MS + 1)
    await expect(confirm({ code }, ada)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('may be confirmed for somebody else by those who manage people alone', async () => {
    const { code, externalId } = await shown()
    await expect(confirm({ code, personId: 'bob' }, ada)).rejects.toMatchObject({ code: 'forbidden' })
    await confirm({ code, personId: 'bob' })
    expect(await findPersonOfUser(gateway.db, externalId)).toBe('bob')
  })

  it('takes no user away from another person', async () => {
    const { code, externalId, asker } = await shown()
    await confirm({ code }, ada)
    gateway.clock.advance(PAIRING_MS + 1)
    const again = makePairingCode()
    await notePairing({ db: gateway.db, now: gateway.clock.now() }, asker, hashPairingCode(again))
    await expect(confirm({ code: again }, bob)).rejects.toMatchObject({ code: 'conflict' })
    expect(await findPersonOfUser(gateway.db, externalId)).toBe('ada')
  })

  it('is not confirmed by the service of a team', async () => {
    const { code } = await shown()
    const team = 'team_01h455vb4pex5vsknk084sn02q'
    const service: Partial<Actor> = { kind: 'service', id: 'key_1', personId: team, scopes: ['slack:write'] }
    await expect(confirm({ code }, service)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is not shown again while it works', async () => {
    const { asker } = await shown()
    const parts = { db: gateway.db, now: gateway.clock.now() }
    expect(await notePairing(parts, asker, hashPairingCode(makePairingCode()))).toBeUndefined()
    gateway.clock.advance(PAIRING_MS + 1)
    const later = { db: gateway.db, now: gateway.clock.now() }
    expect(await notePairing(later, asker, hashPairingCode(makePairingCode()))).toBeDefined()
  })
})

describe('guessing codes', () => {
  it('ends after ten wrong ones within the hour, also among other failures', async () => {
    const eve: Partial<Actor> = { id: 'eve', personId: 'eve', scopes: ['slack:write'] }
    const other = () => gateway.invoke(pairUser, { code: '' }, gateway.as(eve))
    for (let failure = 0; failure < 25; failure += 1) await expect(other()).rejects.toThrow()
    gateway.clock.advance(PAIRING_MS + 1)
    const { code } = await shown()
    for (let guess = 0; guess < 10; guess += 1) {
      await expect(confirm({ code: 'AAAA-AAAA' }, eve)).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(confirm({ code }, eve)).rejects.toMatchObject({ code: 'rate_limited' })
    gateway.clock.advance(PAIRING_MS + 1)
    const next = await shown()
    expect((await confirm({ code: next.code }, eve)).output.personId).toBe('eve')
  })
})

describe('a person', () => {
  it('ends that a user is them, and nobody else does', async () => {
    const { code, externalId } = await shown()
    await confirm({ code }, ada)
    const end = (actor: Partial<Actor>) => gateway.invoke(unpairUser, { user: externalId }, gateway.as(actor))
    expect((await end(bob)).output.changed).toBe(false)
    expect((await end(ada)).output.changed).toBe(true)
    expect(await findPersonOfUser(gateway.db, externalId)).toBeUndefined()
  })
})
