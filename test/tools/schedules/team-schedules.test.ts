/** Schedules of teams: who sees and changes them, for whom they fire, and when they stop. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import { fireDue } from '../../../src/domain/schedules/fire.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { moveProject } from '../../../src/tools/projects/move-project.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { deleteSchedule } from '../../../src/tools/schedules/delete-schedule.ts'
import { getSchedule } from '../../../src/tools/schedules/get-schedule.ts'
import { listSchedules } from '../../../src/tools/schedules/list-schedules.ts'
import { pauseSchedule } from '../../../src/tools/schedules/pause-schedule.ts'
import { resumeSchedule } from '../../../src/tools/schedules/resume-schedule.ts'
import { runScheduleNow } from '../../../src/tools/schedules/run-schedule-now.ts'
import { updateSchedule } from '../../../src/tools/schedules/update-schedule.ts'
import { TEST_NOW } from '../../support/world/database.ts'
import { addTeam, leaveTeam } from '../../support/world/team.ts'
import { openRunWorld, type RunWorld } from '../runs/support.ts'

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const [ADA, BOB, VIC, OUT] = [person('ada'), person('bob'), person('vic'), person('out')] as const
const HOUR_MS = 60 * 60 * 1000

let world: RunWorld
let team: string
beforeAll(async () => {
  world = await openRunWorld()
  team = await addTeam(world.gateway.db, { ada: 'admin', bob: 'member', vic: 'viewer' })
})
afterAll(() => world?.close())

async function create(actor: Partial<Actor> = ADA, teamId: string | undefined = team): Promise<string> {
  const input = { agent: 'assistant', goal: 'Weed', when: 'hourly', teamId }
  return (await world.run(createSchedule, input, actor)).schedule.id
}

async function fireAfterAnHour(scheduleId: string) {
  world.gateway.clock.set(new Date(new Date(TEST_NOW).getTime() + HOUR_MS))
  const fired = await fireDue(world.gateway, scheduleId)
  world.gateway.clock.set(TEST_NOW)
  const [run] = await world.gateway.db.select().from(runs).where(eq(runs.scheduleId, scheduleId))
  return { fired, run }
}

it('is seen by everybody in the team, and by nobody else', async () => {
  const scheduleId = await create()
  for (const actor of [ADA, BOB, VIC, { kind: 'service' as const, id: 'key_1', personId: team }]) {
    expect((await world.run(getSchedule, { scheduleId }, actor)).schedule.teamId).toBe(team)
    expect((await world.run(listSchedules, {}, actor)).items.map(({ id }) => id)).toContain(scheduleId)
  }
  await expect(world.run(getSchedule, { scheduleId }, OUT)).rejects.toMatchObject({ code: 'not_found' })
  expect((await world.run(listSchedules, {}, OUT)).items).toEqual([])
})

const writes = [updateSchedule, pauseSchedule, resumeSchedule, runScheduleNow, deleteSchedule] as const
it.each(writes.map((operation) => [operation.name, operation] as const))(
  'is not changed by a viewer, and not found by an outsider: %s',
  async (_name, operation) => {
    const isFinal = operation.effect === 'destroy'
    const input = { scheduleId: await create(), ...(isFinal && { confirm: true }) } as never
    const attempt = (actor: object) => world.run(operation as typeof pauseSchedule, input, actor)
    await expect(attempt(VIC)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt(OUT)).rejects.toMatchObject({ code: 'not_found' })
    await expect(attempt(BOB)).resolves.toBeDefined()
  },
)

it('is made by those who may change the things of the team', async () => {
  await expect(create(VIC)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(create(OUT)).rejects.toMatchObject({ code: 'not_found' })
})

it('starts runs of the team, for the member who changed it last', async () => {
  const scheduleId = await create()
  await world.run(updateSchedule, { scheduleId, goal: 'Water' }, BOB)
  const { fired, run } = await fireAfterAnHour(scheduleId)
  expect(fired).toBe('fired')
  expect(run).toMatchObject({ ownerId: team, spaceId: team, personId: 'bob', goal: 'Water' })
})

it('starts nothing in a project that some of the team do not see', async () => {
  const { project } = await world.run(createProject, { name: 'Pay', teamId: team }, ADA)
  const start = { agent: 'assistant', goal: 'Weed', when: 'hourly', projectId: project.id, teamId: team }
  const { schedule } = await world.run(createSchedule, start, ADA)
  await world.run(moveProject, { projectId: project.id, restricted: true }, ADA)
  expect((await fireAfterAnHour(schedule.id)).run).toBeUndefined()
  const refused = { code: 'not_found', message: `There is no project ${project.id}.` }
  await expect(world.run(runScheduleNow, { scheduleId: schedule.id }, ADA)).rejects.toMatchObject(refused)
  await expect(world.run(createSchedule, start, ADA)).rejects.toMatchObject(refused)
})

it('pauses with a reason once its maker has left, until another member resumes it', async () => {
  const { db } = world.gateway
  const left = await addTeam(db, { ada: 'admin', kim: 'member' })
  const scheduleId = await create(person('kim'), left)
  await leaveTeam(db, left, 'kim')
  expect(await fireAfterAnHour(scheduleId)).toEqual({ fired: 'paused', run: undefined })
  const { schedule } = await world.run(getSchedule, { scheduleId }, ADA)
  expect(schedule).toMatchObject({
    paused: true,
    lastProblem: expect.stringContaining('may no longer change'),
  })
  await world.run(resumeSchedule, { scheduleId }, ADA)
  const { fired, run } = await fireAfterAnHour(scheduleId)
  expect([fired, run?.personId]).toEqual(['fired', 'ada'])
})
