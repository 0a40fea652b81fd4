/**
 * A run shows no reader of its log what that reader may not see: not what its starter keeps for themselves, and not what
 * only the starter sees of the team. Runs are started, claimed, and then call every read that agents have.
 */

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppError, toAppError } from '../../src/core/errors.ts'
import type { Actor } from '../../src/core/operation/actor.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { whyWithheld } from '../../src/domain/agents/spec/grants.ts'
import { actorOf } from '../../src/domain/runs/hold/acting-run.ts'
import { runs } from '../../src/domain/runs/tables.ts'
import { listAudit } from '../../src/tools/access/list-audit.ts'
import { listKeys } from '../../src/tools/access/list-keys.ts'
import { getApproval } from '../../src/tools/approvals/get-approval.ts'
import { updatePerson } from '../../src/tools/people/update-person.ts'
import { createProject } from '../../src/tools/projects/create-project.ts'
import { moveProject } from '../../src/tools/projects/move-project.ts'
import { shareProject } from '../../src/tools/projects/share-project.ts'
import { operations } from '../../src/tools/registry.ts'
import { getRun } from '../../src/tools/runs/get-run.ts'
import { createSchedule } from '../../src/tools/schedules/create-schedule.ts'
import { getSchedule } from '../../src/tools/schedules/get-schedule.ts'
import { runScheduleNow } from '../../src/tools/schedules/run-schedule-now.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { getTask } from '../../src/tools/tasks/get-task.ts'
import { addMember } from '../../src/tools/teams/add-member.ts'
import { createTeam } from '../../src/tools/teams/create-team.ts'
import { isLong } from '../support/form.ts'
import { addPeople } from '../support/world/add-people.ts'
import { openRunWorld, type RunWorld } from '../tools/runs/support.ts'

/** In every text that a reader of the log may not see. */
const SECRET = 'zebra'
const ADA: Partial<Actor> = { id: 'ada', personId: 'ada' }

let world: RunWorld
/** The project that the whole team sees, the one that only its admins see, and one of Ada's that Bob sees. */
const projects = { open: '', restricted: '', shared: '' }
let team: string
let privateRun: string
let privateApproval: string
const tasks = { ofTeam: '', ofRestricted: '', ofShared: '', own: '' }

async function makeTask(title: string, projectId?: string): Promise<string> {
  const [made] = (await world.run(createTasks, { tasks: [{ title, projectId }] }, ADA)).results
  if (!made?.ok) throw new Error('no task')
  return made.task.id
}

async function makeProject(name: string, more: object = {}): Promise<string> {
  return (await world.run(createProject, { name, ...more }, ADA)).project.id
}

beforeAll(async () => {
  world = await openRunWorld()
  await addPeople(world.gateway.db, ['ada', 'bob', 'carol'])
  team = (await world.run(createTeam, { name: 'Garden' }, ADA)).team.id
  await world.run(addMember, { teamId: team, personId: 'bob', role: 'viewer' }, ADA)
  await world.run(updatePerson, { personId: 'ada', emails: [{ address: `${SECRET}@example.org` }] })
  projects.open = await makeProject('Beds', { teamId: team })
  projects.restricted = await makeProject(`${SECRET} cellar`, { teamId: team })
  await world.run(moveProject, { projectId: projects.restricted, teamId: team, restricted: true }, ADA)
  projects.shared = await makeProject('Fence')
  await world.run(shareProject, { projectId: projects.shared, personId: 'bob' }, ADA)
  tasks.ofTeam = await makeTask('Weed', projects.open)
  tasks.ofRestricted = await makeTask(`${SECRET} wine`, projects.restricted)
  tasks.ofShared = await makeTask('Paint', projects.shared)
  tasks.own = await makeTask(`${SECRET} diary`)
  privateRun = await world.start({ goal: `${SECRET} goal` }, ADA)
  const hold = await world.worker.claim(privateRun)
  privateApproval = (await world.worker.ask(hold)).approvalId
})
afterAll(() => world?.close())

/** The actor of a run of Ada that a worker has claimed. */
async function runBy(where: object): Promise<Actor> {
  const runId = await world.start(where, ADA)
  await world.worker.claim(runId)
  const [run] = await world.gateway.db.select().from(runs).where(eq(runs.id, runId))
  if (run === undefined) throw new Error('no run')
  return actorOf(run)
}

/** What is said to a call, whether it is an answer or an error. */
async function said(operation: Operation, input: object, actor: Partial<Actor>): Promise<string> {
  try {
    return JSON.stringify(await world.run(operation as never, input as never, actor))
  } catch (thrown) {
    const { code, message, fix } = toAppError(thrown)
    if (code === 'internal') throw thrown
    return `${message} ${fix}`
  }
}

const reads = operations
  .filter(({ effect }) => effect === 'read')
  .filter((each) => whyWithheld(each) === undefined)

/** Names everything secret in whatever field takes an id. */
function inputsOf({ input }: Operation): object[] {
  const ids = {
    taskId: tasks.own,
    projectId: projects.restricted,
    runId: privateRun,
    approvalId: privateApproval,
  }
  const named = Object.entries({ ...ids, personId: 'ada', teamId: team }).filter(
    ([field]) => field in input.shape,
  )
  return [{}, Object.fromEntries(named), ...named.map(([field, id]) => ({ [field]: id }))]
}

async function leaks(actor: Actor): Promise<string[]> {
  const found: string[] = []
  for (const operation of reads)
    for (const input of inputsOf(operation))
      if ((await said(operation, input, actor)).includes(SECRET)) found.push(operation.name)
  return [...new Set(found)]
}

test('of a team says nothing of what is its starter’s, and nothing of a restricted project', async () => {
  const actor = await runBy({ teamId: team })
  expect(await leaks(actor)).toEqual([])
  await expect(world.run(getTask, { taskId: tasks.ofTeam }, actor)).resolves.toBeDefined()
  await expect(world.run(getTask, { taskId: tasks.ofRestricted }, actor)).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(world.run(getRun, { runId: privateRun }, actor)).rejects.toMatchObject({ code: 'not_found' })
  await expect(world.run(getApproval, { approvalId: privateApproval }, actor)).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('in a restricted project sees that project, and what its team sees', async () => {
  const actor = await runBy({ projectId: projects.restricted })
  await expect(world.run(getTask, { taskId: tasks.ofRestricted }, actor)).resolves.toBeDefined()
  await expect(world.run(getTask, { taskId: tasks.ofTeam }, actor)).resolves.toBeDefined()
  await expect(world.run(getTask, { taskId: tasks.own }, actor)).rejects.toMatchObject({ code: 'not_found' })
})

test('in a project shared with somebody outside of its team sees that project alone', async () => {
  const projectId = await makeProject('Gate', { teamId: team })
  const taskId = await makeTask('Oil', projectId)
  const before = await runBy({ projectId })
  expect(await said(getTask as never, { taskId: tasks.ofTeam }, before)).toContain('Weed')
  const other = await makeProject('Lane', { teamId: team })
  await world.run(shareProject, { projectId: other, personId: 'carol' }, ADA)
  const actor = await runBy({ projectId: other })
  await expect(world.run(getTask, { taskId: tasks.ofTeam }, actor)).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(world.run(getTask, { taskId }, actor)).rejects.toMatchObject({ code: 'not_found' })
})

test.runIf(isLong)(
  'in a project that its starter shares says nothing of the starter’s other things',
  async () => {
    const actor = await runBy({ projectId: projects.shared })
    expect(await leaks(actor)).toEqual([])
    await expect(world.run(getTask, { taskId: tasks.ofShared }, actor)).resolves.toBeDefined()
  },
)

test('of its starter alone sees all that is the starter’s', async () => {
  const actor = await runBy({})
  await expect(world.run(getTask, { taskId: tasks.own }, actor)).resolves.toBeDefined()
  await expect(world.run(getTask, { taskId: tasks.ofShared }, actor)).resolves.toBeDefined()
})

test.each([
  ['access.list_audit', listAudit, { everyone: true }],
  ['access.list_keys', listKeys, {}],
])('a schedule of a team does not tell the team %s of its maker', async (_, operation, input) => {
  const call = { operation: operation.name, input, when: 'daily at 9:00', teamId: team }
  const { schedule } = await world.run(createSchedule, call, ADA)
  const refusal: Partial<AppError> = { code: 'forbidden' }
  await expect(world.run(runScheduleNow, { scheduleId: schedule.id }, ADA)).rejects.toMatchObject(refusal)
  const { schedule: after } = await world.run(
    getSchedule,
    { scheduleId: schedule.id },
    { id: 'bob', personId: 'bob' },
  )
  expect(JSON.stringify(after)).not.toContain(SECRET)
})
