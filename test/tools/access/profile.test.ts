/** Who one is, and what one may change about it, through `invoke` on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { personTimeZone } from '../../../src/domain/access/people.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { whoami } from '../../../src/tools/access/whoami.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway({ timeZone: 'Europe/Paris', channels: [{ name: 'mail' }] })
  await addPeople(gateway.db, ['eve'])
})
afterAll(() => gateway.close())

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const who = async (actor: Partial<Actor>) => (await gateway.invoke(whoami, {}, gateway.as(actor))).output
const update = async (id: string, input: object) =>
  (await gateway.invoke(updateProfile, input, gateway.as(person(id)))).output.person
const timeZoneOf = (id: string) =>
  personTimeZone({ ...gateway.runtime.resources, actor: { ...gateway.as(person(id)).actor } })

describe('whoami', () => {
  it('knows the local person of whom nothing was ever stored', async () => {
    expect(await who({})).toEqual({
      kind: 'person',
      id: 'local',
      person: { id: 'local', name: null, timeZone: 'Europe/Paris' },
      scopes: ['admin'],
      door: 'process',
      key: null,
      authenticatedBy: 'machine',
    })
  })

  it('names the key that proved a caller', async () => {
    const made = await gateway.invoke(
      createKey,
      { label: 'bot', scopes: ['tasks:read'], person: 'eve', kind: 'service' },
      gateway.as(),
    )
    const { id, expiresAt } = made.output.key
    const actor: Partial<Actor> = { kind: 'service', id, personId: 'eve', scopes: ['tasks:read'], keyId: id }
    expect(await who(actor)).toMatchObject({
      kind: 'service',
      id,
      person: { id: 'eve' },
      scopes: ['tasks:read'],
      key: { id, label: 'bot', expiresAt },
      authenticatedBy: 'key',
    })
  })
})

describe('a profile', () => {
  it('names channels that exist, each once, and quiet hours that last', async () => {
    for (const input of [
      { channels: ['email'] },
      { channels: ['mail', 'mail'] },
      { quietHours: { from: '22:00', to: '22:00' } },
    ]) {
      await expect(update('ada', input)).rejects.toMatchObject({ code: 'invalid_input' })
    }
    await expect(update('ada', { channels: ['email'] })).rejects.toMatchObject({
      message: 'There is no channel "email".',
      fix: expect.stringContaining('mail'),
    })
  })

  it('is made on first use, changes only what is given, and takes back what is null', async () => {
    expect(await update('ada', {})).toMatchObject({ id: 'ada', name: null, timeZone: 'Europe/Paris' })
    expect(await update('ada', { timeZone: 'Asia/Kolkata' })).toMatchObject({ timeZone: 'Asia/Kolkata' })
    expect(await update('ada', { name: 'Ada' })).toMatchObject({
      id: 'ada',
      name: 'Ada',
      timeZone: 'Asia/Kolkata',
    })
    expect(await update('ada', { timeZone: null })).toMatchObject({
      id: 'ada',
      name: 'Ada',
      timeZone: 'Europe/Paris',
    })
  })

  it("gives the person's words their time zone, and nobody else's", async () => {
    await update('grace', { timeZone: 'America/New_York' })
    expect(await timeZoneOf('grace')).toBe('America/New_York')
    expect(await timeZoneOf('linus')).toBe('Europe/Paris')
  })

  it.each(['Mars/Olympus', '+02:00', '', 'Europe/Paris; drop table people'])(
    'refuses the time zone %j',
    async (timeZone) => {
      await expect(update('ada', { timeZone })).rejects.toMatchObject({ code: 'invalid_input' })
    },
  )

  it('survives two first uses at once', async () => {
    await Promise.all([update('twin', { name: 'A' }), update('twin', { timeZone: 'UTC' })])
    expect(await who(person('twin'))).toMatchObject({ person: { id: 'twin', name: 'A', timeZone: 'UTC' } })
  })
})
