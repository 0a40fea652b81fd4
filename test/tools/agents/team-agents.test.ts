/** Agents of teams: which one a name means, and who changes them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { deleteAgent } from '../../../src/tools/agents/delete-agent.ts'
import { getAgent } from '../../../src/tools/agents/get-agent.ts'
import { listAgents } from '../../../src/tools/agents/list-agents.ts'
import { updateAgent } from '../../../src/tools/agents/update-agent.ts'
import { addTeam } from '../../support/world/team.ts'
import { type AgentWorld, failure, openAgentWorld } from './support.ts'

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const [ADA, BOB, VIC, OUT] = [person('ada'), person('bob'), person('vic'), person('out')] as const

let world: AgentWorld
let [red, blue] = ['', '']
beforeAll(async () => {
  world = await openAgentWorld()
  const { db } = world.gateway
  red = await addTeam(db, { ada: 'admin', bob: 'member', vic: 'viewer' })
  blue = await addTeam(db, { ada: 'admin' })
})
afterAll(() => world?.close())

const make = (slug: string, role: string, { teamId, by = ADA }: { teamId?: string; by?: object } = {}) =>
  world.run(createAgent, { slug, role, instructions: 'Weed.', teamId }, by)
const roleOf = async (slug: string, actor: object, teamId?: string) =>
  (await world.run(getAgent, { slug, teamId }, actor)).agent.role

it('is found by everybody in the team, and by nobody else', async () => {
  const { agent } = await make('weeder', 'Weeder', { teamId: red, by: BOB })
  expect(agent.teamId).toBe(red)
  for (const actor of [ADA, BOB, VIC, { kind: 'service' as const, id: 'key_1', personId: red }]) {
    expect(await roleOf('weeder', actor)).toBe('Weeder')
    const { items } = await world.run(listAgents, {}, actor)
    expect(items.find(({ slug }) => slug === 'weeder')).toMatchObject({ source: 'stored', teamId: red })
  }
  await expect(roleOf('weeder', OUT)).rejects.toMatchObject({ code: 'not_found' })
  expect((await world.run(listAgents, {}, OUT)).items.some(({ slug }) => slug === 'weeder')).toBe(false)
})

it('comes after one’s own and before the shipped one', async () => {
  const shipped = await roleOf('tester', BOB)
  await make('tester', 'Team tester', { teamId: red })
  expect(await roleOf('tester', BOB)).toBe('Team tester')
  expect(await make('tester', 'My tester', { by: BOB })).toMatchObject({ hides: 'stored' })
  expect(await roleOf('tester', BOB)).toBe('My tester')
  expect(await roleOf('tester', BOB, red)).toBe('Team tester')
  expect(await world.run(deleteAgent, { slug: 'tester', confirm: true }, BOB)).toMatchObject({
    back: 'stored',
  })
  expect(await roleOf('tester', BOB)).toBe('Team tester')
  const gone = await world.run(deleteAgent, { slug: 'tester', confirm: true }, BOB)
  expect(gone).toMatchObject({ back: 'shipped' })
  expect(await roleOf('tester', BOB)).toBe(shipped)
})

it('keeps its four eyes unless an admin of the team takes them away', async () => {
  const approvals = { approvers: ['team:member'], notStarter: true }
  const spec = { slug: 'payer', role: 'Payer', instructions: 'Pay.', teamId: red, approvals }
  await world.run(createAgent, spec, BOB)
  const which = { slug: 'payer', teamId: red }
  for (const change of [{ notStarter: false }, { approvers: ['bob'] }]) {
    const changed = world.run(updateAgent, { ...which, approvals: { ...approvals, ...change } }, BOB)
    await expect(changed).rejects.toMatchObject(failure('forbidden', /only admins of the team/))
  }
  await expect(world.run(deleteAgent, { ...which, confirm: true }, BOB)).rejects.toMatchObject({
    code: 'forbidden',
  })
  await world.run(updateAgent, { ...which, role: 'Cashier' }, BOB)
  await world.run(updateAgent, { ...which, approvals: { notStarter: false } }, ADA)
  await world.run(deleteAgent, { ...which, confirm: true }, BOB)
})

it('says which teams have it where the name is ambiguous', async () => {
  await make('sower', 'Red sower', { teamId: red })
  await make('sower', 'Blue sower', { teamId: blue })
  await expect(roleOf('sower', ADA)).rejects.toMatchObject(
    failure('invalid_input', /Several teams/, /teamId/),
  )
  expect(await roleOf('sower', ADA, blue)).toBe('Blue sower')
  expect(await roleOf('sower', BOB)).toBe('Red sower')
  const change = { slug: 'sower', role: 'Changed' }
  await expect(world.run(updateAgent, change, ADA)).rejects.toMatchObject({ code: 'invalid_input' })
  await world.run(updateAgent, { ...change, teamId: blue }, ADA)
  expect(await roleOf('sower', BOB)).toBe('Red sower')
})

it('is changed by those who may change the things of the team', async () => {
  await make('mower', 'Mower', { teamId: red })
  const change = { slug: 'mower', role: 'Changed' }
  await expect(world.run(updateAgent, change, VIC)).rejects.toMatchObject(failure('forbidden', /may read/))
  const remove = { slug: 'mower', confirm: true }
  await expect(world.run(deleteAgent, remove, VIC)).rejects.toMatchObject({ code: 'forbidden' })
  for (const attempt of [change, { ...change, teamId: red }]) {
    await expect(world.run(updateAgent, attempt, OUT)).rejects.toMatchObject({ code: 'not_found' })
  }
  await expect(world.run(deleteAgent, remove, OUT)).rejects.toMatchObject({ code: 'not_found' })
  await expect(make('x1', 'X', { teamId: red, by: VIC })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(make('x1', 'X', { teamId: red, by: OUT })).rejects.toMatchObject({ code: 'not_found' })
  expect(await world.run(updateAgent, change, BOB)).toMatchObject({
    agent: { teamId: red },
    changed: ['role'],
  })
  expect(world.gateway.changes.at(-1)).toEqual({ uris: ['agent://mower'], spaceId: red })
  await expect(make('mower', 'Again', { teamId: red })).rejects.toMatchObject(failure('conflict', /The team/))
})

it('is a copy of a shipped one where a team changes that', async () => {
  const { agent, copiedFrom } = await world.run(
    updateAgent,
    { slug: 'reviewer', role: 'Ours', teamId: red },
    BOB,
  )
  expect([agent.teamId, copiedFrom]).toEqual([red, 'shipped'])
  expect(await roleOf('reviewer', VIC)).toBe('Ours')
})
