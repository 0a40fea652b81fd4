/** Services of a team: keys that its admins make, which act for the team and outlive the person who made them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createKeyring } from '../../../src/domain/access/keyring.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { listKeys } from '../../../src/tools/access/list-keys.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { archiveTeam } from '../../../src/tools/teams/archive-team.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let teamId: string

const as = (id: string): Partial<Actor> => ({
  ...{ id, personId: id },
  scopes: ['teams:write', 'access:write', 'tasks:write'],
})

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input> & { confirm?: boolean },
  actor?: Partial<Actor>,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, gateway.as(actor))).output
}

const make = (actor?: Partial<Actor>) =>
  run(createKey, { label: 'bot', scopes: ['tasks:write', 'teams:read'], teamId }, actor ?? as('ada'))

const verify = (secret: string | null) =>
  createKeyring({ db: gateway.db, now: gateway.clock.now, log: gateway.log }).verify(secret ?? '')

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  await addPeople(gateway.db, ['ada', 'bob', 'dan'])
  teamId = (await run(createTeam, { name: 'Garden' }, as('ada'))).team.id
  await run(addMember, { teamId, personId: 'bob' }, as('ada'))
})
afterAll(() => gateway.close())

it('act for the team: what they make is seen by its members, and they see nothing of their maker', async () => {
  await run(createTasks, { tasks: [{ title: "Ada's own" }] }, as('ada'))
  const { key, secret } = await make()
  const seen = await verify(secret)
  expect(seen).toMatchObject({ ok: true, actor: { kind: 'service', id: key.id, personId: teamId } })
  if (!seen.ok) return
  await run(createTasks, { tasks: [{ title: 'Water' }] }, seen.actor)
  const titles = async (actor: Partial<Actor>) =>
    (await run(listTasks, {}, actor)).items.map(({ title }) => title)
  expect(await titles(seen.actor)).toEqual(['Water'])
  expect(await titles(as('bob'))).toEqual(['Water'])
  expect(await titles(as('dan'))).toEqual([])
  await expect(run(updateProfile, {}, { ...seen.actor, scopes: ['profile:write'] })).rejects.toMatchObject({
    code: 'forbidden',
  })
})

it('are made, seen and ended by admins of the team and of the gateway only', async () => {
  const { key } = await make()
  const byBob = { code: 'forbidden', message: expect.stringContaining('Only an admin of the team') }
  await expect(make(as('bob'))).rejects.toMatchObject(byBob)
  await expect(run(listKeys, { teamId }, as('bob'))).rejects.toMatchObject(byBob)
  await expect(run(listAudit, { teamId }, as('bob'))).rejects.toMatchObject(byBob)
  for (const attempt of [
    () => make(as('dan')),
    () => run(listKeys, { teamId }, as('dan')),
    () => run(listAudit, { teamId }, as('dan')),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
  await expect(run(revokeKey, { keyId: key.id, confirm: true }, as('bob'))).rejects.toMatchObject({
    code: 'not_found',
  })
  expect((await run(listKeys, { teamId }, as('ada'))).items.map(({ id }) => id)).toContain(key.id)
  expect((await run(revokeKey, { keyId: key.id, confirm: true }, as('ada'))).changed).toBe(true)
  expect((await make({})).key.person).toBe(teamId)
})

it('are in the audit of the team, with what others did to it', async () => {
  const { items } = await run(listAudit, { teamId }, as('ada'))
  const seen = items.map(({ operation, actor }) => `${operation} ${actor.kind}`)
  expect(seen).toContain('tasks.create service')
  expect(seen).toContain('teams.add_member person')
})

it('never do more than a member, and end with the team', async () => {
  const { secret } = await run(createKey, { label: 'all', scopes: ['admin'], teamId })
  const seen = await verify(secret)
  expect(seen.ok && seen.actor.scopes).not.toContain('admin')
  await run(archiveTeam, { teamId, confirm: true }, as('ada'))
  expect(await verify(secret)).toMatchObject({ ok: false, reason: 'revoked' })
  await expect(make()).rejects.toMatchObject({ code: 'conflict' })
})
