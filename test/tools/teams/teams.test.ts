/** Teams through `invoke` on a real database: who sees and leads them, and the rights that follow. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { grants } from '../../../src/domain/access/tables.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { updatePerson } from '../../../src/tools/people/update-person.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../../src/tools/tasks/empty-trash.ts'
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
  gateway = await openTestGateway({ operations })
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

describe('who can lead', () => {
  const guestOf = (name: string) => run(updatePerson, { personId: `${name}-${round}`, role: 'guest' })

  it('no guest leads a team, and none is left to one', async () => {
    await add('bob')
    await guestOf('bob')
    await expect(run(setMember, { teamId, personId: `bob-${round}`, role: 'admin' }, 'ada')).rejects.toThrow(
      'a guest cannot lead a team',
    )
    await expect(guestOf('ada')).rejects.toMatchObject({ code: 'conflict' })
    const leaving = { personId: `ada-${round}`, handOverTo: `bob-${round}` }
    await expect(run(deactivatePerson, leaving)).rejects.toThrow('is a guest')
    await add('cleo', 'admin')
    await guestOf('ada')
    await expect(run(removeMember, { teamId, personId: `cleo-${round}` }, 'cleo')).rejects.toThrow(
      'last admin',
    )
  })

  it('an admin of the gateway hands over to a team that they are not in', async () => {
    const left = await run(deactivatePerson, { personId: `dan-${round}`, handOverTo: teamId })
    expect(left.handedOver).not.toBeNull()
  })

  it('the last admin leaves an archived team', async () => {
    await run(archiveTeam, { teamId, confirm: true }, 'ada')
    await run(removeMember, { teamId, personId: `ada-${round}` }, 'ada')
    expect(await rights()).toEqual({})
  })
})

it('archiving a team pauses its schedules, and says why', async () => {
  const scheduler: Partial<Actor> = { ...as('ada'), scopes: ['runs:write', 'tasks:write'] }
  const { output } = await gateway.invoke(
    createSchedule,
    { operation: 'tasks.list', input: {}, when: 'hourly', teamId },
    gateway.as(scheduler),
  )
  await run(archiveTeam, { teamId, confirm: true }, 'ada')
  const { schedule } = (
    await gateway.invoke(getSchedule, { scheduleId: output.schedule.id }, gateway.as(scheduler))
  ).output
  expect(schedule).toMatchObject({ paused: true, lastProblem: 'The team Garden is archived.' })
})

it('the trash of a team is emptied by those who lead it', async () => {
  await add('bob')
  const worker = (name: string): Partial<Actor> => ({
    ...as(name),
    scopes: ['projects:write', 'tasks:write'],
  })
  const call = (name: string) => gateway.as(worker(name))
  const { project } = (await gateway.invoke(createProject, { name: 'Beds', teamId }, call('ada'))).output
  const { results } = (
    await gateway.invoke(createTasks, { tasks: [{ title: 'Dig', projectId: project.id }] }, call('bob'))
  ).output
  const [made] = results
  if (made === undefined || !('task' in made)) throw new Error('no task')
  await gateway.invoke(deleteTasks, { taskIds: [made.task.id] }, call('bob'))
  const empty = (name: string, input: object) =>
    gateway.invoke(emptyTrash, { ...input, confirm: true }, call(name))
  expect((await empty('ada', {})).output.deleted).toBe(0)
  await expect(empty('bob', { teamId })).rejects.toMatchObject({ code: 'forbidden' })
  expect((await empty('ada', { teamId })).output.deleted).toBe(1)
})
