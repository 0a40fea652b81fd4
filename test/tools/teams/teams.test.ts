/** Teams through `invoke` on a real database: who sees and leads them, and the rights that follow. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { grants } from '../../../src/domain/access/tables.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { archiveTeam } from '../../../src/tools/teams/archive-team.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { getTeam } from '../../../src/tools/teams/get-team.ts'
import { listTeams } from '../../../src/tools/teams/list-teams.ts'
import { removeMember } from '../../../src/tools/teams/remove-member.ts'
import { setMember } from '../../../src/tools/teams/set-member.ts'
import { updateTeam } from '../../../src/tools/teams/update-team.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let round = 0
let teamId: string

const PEOPLE = ['ada', 'bob', 'cleo', 'dan']
const as = (name: string): Partial<Actor> => ({
  ...{ id: `${name}-${round}`, personId: `${name}-${round}` },
  scopes: ['teams:write', 'people:read'],
})

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input> & { confirm?: boolean },
  name?: string,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, gateway.as(name === undefined ? {} : as(name)))).output
}

const add = (name: string, role: 'admin' | 'member' | 'viewer' = 'member', by = 'ada') =>
  run(addMember, { teamId, personId: `${name}-${round}`, role }, by)

async function rights() {
  const rows = await gateway.db.select().from(grants).where(eq(grants.spaceId, teamId))
  return Object.fromEntries(rows.map(({ personId, role }) => [personId.split('-')[0], role]))
}

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())
beforeEach(async () => {
  round += 1
  await addPeople(
    gateway.db,
    PEOPLE.map((name) => `${name}-${round}`),
  )
  teamId = (await run(createTeam, { name: 'Garden' }, 'ada')).team.id
})

describe('a team', () => {
  it('has its maker as admin, and gives each member the right of their role', async () => {
    await add('bob')
    await add('cleo', 'viewer')
    const { team, members } = await run(getTeam, { teamId }, 'cleo')
    expect(team).toMatchObject({ name: 'Garden', role: 'viewer', members: 3, archivedAt: null })
    expect(members.map(({ role }) => role)).toEqual(['admin', 'member', 'viewer'])
    expect(await rights()).toEqual({ ada: 'admin', bob: 'editor', cleo: 'viewer' })
    await run(setMember, { teamId, personId: `bob-${round}`, role: 'viewer' }, 'ada')
    await run(removeMember, { teamId, personId: `cleo-${round}` }, 'ada')
    expect(await rights()).toEqual({ ada: 'admin', bob: 'viewer' })
  })

  it('is nothing to somebody outside, and is listed to members and admins of the gateway', async () => {
    await add('bob')
    for (const attempt of [
      () => run(getTeam, { teamId }, 'dan'),
      () => run(updateTeam, { teamId, name: 'x' }, 'dan'),
      () => run(archiveTeam, { teamId, confirm: true }, 'dan'),
      () => run(addMember, { teamId, personId: `dan-${round}` }, 'dan'),
      () => run(setMember, { teamId, personId: `bob-${round}`, role: 'admin' }, 'dan'),
      () => run(removeMember, { teamId, personId: `bob-${round}` }, 'dan'),
      () => run(removeMember, { teamId, personId: `dan-${round}` }, 'dan'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'not_found',
        message: `There is no team ${teamId}.`,
      })
    }
    const ids = async (name?: string) =>
      (await run(listTeams, { limit: 100 }, name)).items.map(({ id }) => id)
    expect(await ids('dan')).toEqual([])
    expect(await ids('bob')).toEqual([teamId])
    expect(await ids()).toContain(teamId)
  })

  it('is led by its admins alone, and by admins of the gateway', async () => {
    await add('bob')
    for (const attempt of [
      () => run(updateTeam, { teamId, name: 'x' }, 'bob'),
      () => add('cleo', 'member', 'bob'),
      () => run(setMember, { teamId, personId: `bob-${round}`, role: 'admin' }, 'bob'),
      () => run(archiveTeam, { teamId, confirm: true }, 'bob'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect((await run(updateTeam, { teamId, name: 'Yard' })).team.name).toBe('Yard')
  })

  it('keeps one admin when others leave', async () => {
    const leave = (name: string) => run(removeMember, { teamId, personId: `${name}-${round}` }, name)
    await add('bob')
    const last = { code: 'conflict', message: expect.stringContaining('last admin') }
    await expect(leave('ada')).rejects.toMatchObject(last)
    const down = run(setMember, { teamId, personId: `ada-${round}`, role: 'member' }, 'ada')
    await expect(down).rejects.toMatchObject(last)
    await run(setMember, { teamId, personId: `bob-${round}`, role: 'admin' }, 'ada')
    expect(await leave('ada')).toEqual({ changed: true })
    await expect(leave('bob')).rejects.toMatchObject(last)
  })

  it('takes only people who are there, each once', async () => {
    const nobody = run(addMember, { teamId, personId: 'nobody' }, 'ada')
    await expect(nobody).rejects.toMatchObject({ code: 'not_found' })
    expect((await add('bob')).changed).toBe(true)
    expect((await add('bob')).changed).toBe(false)
    await expect(add('bob', 'admin')).rejects.toMatchObject({
      code: 'conflict',
      fix: expect.stringContaining('teams.set_member'),
    })
  })

  it('that was archived is only read, and is changed no more', async () => {
    await add('bob')
    expect((await run(archiveTeam, { teamId, confirm: true }, 'ada')).changed).toBe(true)
    expect((await run(archiveTeam, { teamId, confirm: true }, 'ada')).changed).toBe(false)
    expect(await rights()).toEqual({ ada: 'viewer', bob: 'viewer' })
    await expect(add('cleo')).rejects.toMatchObject({ code: 'conflict' })
    expect((await run(listTeams, {}, 'bob')).items).toEqual([])
    expect((await run(listTeams, { archived: true }, 'bob')).items).toHaveLength(1)
  })
})
