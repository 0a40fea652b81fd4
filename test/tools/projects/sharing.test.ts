/** Sharing a project, restricting it and moving it between owners. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { continueMoves } from '../../../src/domain/projects/sharing/continue-moves.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { listProjects } from '../../../src/tools/projects/list-projects.ts'
import { moveProject } from '../../../src/tools/projects/move-project.ts'
import { shareProject } from '../../../src/tools/projects/share-project.ts'
import { unshareProject } from '../../../src/tools/projects/unshare-project.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { areas, operations } from '../../../src/tools/registry.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { listRuns } from '../../../src/tools/runs/list-runs.ts'
import { retryRun } from '../../../src/tools/runs/retry-run.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { deleteTasks } from '../../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../../src/tools/tasks/empty-trash.ts'
import { getTask } from '../../../src/tools/tasks/get-task.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { restoreTasks } from '../../../src/tools/tasks/restore-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { removeMember } from '../../../src/tools/teams/remove-member.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { defer } from '../../support/defer.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
  for (const id of ['ada', 'bob', 'cleo', 'dan']) {
    const create = operations.find(({ name }) => name === 'people.create') as Operation
    await gateway.invoke(create, { id, name: id }, gateway.as())
  }
})
afterAll(() => gateway.close())

const as = (person: string) => gateway.as({ id: person, personId: person })
const run =
  (person: string) =>
  async <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
  ): Promise<z.output<Output>> =>
    (await gateway.invoke(operation, input, as(person))).output

async function newProject(person = 'ada', teamId?: string) {
  return (await run(person)(createProject, { name: 'Kitchen', teamId })).project.id
}

async function newTask(person: string, projectId: string, more: object = {}) {
  const { results } = await run(person)(createTasks, { tasks: [{ title: 'Measure', projectId, ...more }] })
  const [made] = results
  if (made === undefined || !('task' in made)) throw new Error(JSON.stringify(made))
  return made.task.id
}

async function newTeam(members: Readonly<Record<string, 'member' | 'viewer' | 'admin'>>) {
  const { team } = await run('ada')(createTeam, { name: 'Builders' })
  for (const [personId, role] of Object.entries(members)) {
    await run('ada')(addMember, { teamId: team.id, personId, role })
  }
  return team.id
}

const sees = async (person: string, projectId: string) =>
  (await run(person)(listProjects, {})).items.some(({ id }) => id === projectId)
const tasksOf = async (person: string, projectId: string) =>
  (await run(person)(listTasks, { projectId })).items.map(({ id }) => id)

const NOT_FOUND = { code: 'not_found' }
const FORBIDDEN = { code: 'forbidden' }

describe('a project that is shared by name', () => {
  it('is seen with its tasks, and edited by editors only', async () => {
    const projectId = await newProject()
    const taskId = await newTask('ada', projectId)
    await run('ada')(shareProject, { projectId, personId: 'bob', role: 'viewer' })
    expect([await sees('bob', projectId), await sees('cleo', projectId)]).toEqual([true, false])
    expect(await tasksOf('bob', projectId)).toEqual([taskId])
    await expect(run('bob')(updateProject, { projectId, name: 'Mine' })).rejects.toMatchObject(FORBIDDEN)
    await expect(run('bob')(updateTask, { taskId, title: 'Mine' })).rejects.toMatchObject(FORBIDDEN)
    await run('ada')(shareProject, { projectId, personId: 'bob', role: 'editor' })
    await run('bob')(updateTask, { taskId, title: 'Measure twice' })
    const added = await newTask('bob', projectId)
    expect((await tasksOf('ada', projectId)).sort()).toEqual([taskId, added].sort())
  })

  it('is not shared with its owner, whose right does not depend on a share', async () => {
    const projectId = await newProject()
    await expect(run('ada')(shareProject, { projectId, personId: 'ada' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/^P-\d+ is ada's own project\.$/),
    })
  })

  it('is found by its owner in each of many changes of its place at once', async () => {
    const projectId = await newProject()
    const taskId = await newTask('ada', projectId)
    const teamId = await newTeam({})
    const ada = run('ada')
    const rounds = Array.from({ length: cases(3, 20) }, () => [
      ada(moveProject, { projectId, teamId }),
      ada(shareProject, { projectId, personId: 'bob' }),
      ada(updateTask, { taskId, title: 'Measure twice' }),
      ada(moveProject, { projectId, teamId: null }),
      ada(unshareProject, { projectId, personId: 'bob' }),
      ada(updateProject, { projectId, name: 'Bath' }),
    ])
    await Promise.all(rounds.flat())
    expect(await tasksOf('ada', projectId)).toEqual([taskId])
  })

  it('is shared by its owner only', async () => {
    const projectId = await newProject()
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    const share = { projectId, personId: 'cleo' }
    await expect(run('bob')(shareProject, share)).rejects.toMatchObject(FORBIDDEN)
    await expect(run('cleo')(shareProject, share)).rejects.toMatchObject(NOT_FOUND)
  })

  it('is out of sight at once when it is no longer shared, but for tasks that were given', async () => {
    const projectId = await newProject()
    const parentId = await newTask('ada', projectId)
    const given = await newTask('ada', projectId, { assignee: 'bob', parentId })
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    await run('ada')(unshareProject, { projectId, personId: 'bob' })
    await expect(run('bob')(getProject, { projectId })).rejects.toMatchObject(NOT_FOUND)
    await expect(run('bob')(getTask, { taskId: parentId })).rejects.toMatchObject(NOT_FOUND)
    const { task } = await run('bob')(getTask, { taskId: given })
    expect(task).toMatchObject({ projectId: null, parentId: null })
  })

  it('tells those who see it of changes, and nobody else', async () => {
    const projectId = await newProject()
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    const heard: string[] = []
    const all = defer<void>()
    const stops = ['ada', 'bob', 'cleo'].map((person) =>
      gateway.watchFor(person, ({ uris }) => {
        if (!uris.includes(`project://${projectId}`)) return
        heard.push(person)
        if (heard.length === 2) all.resolve()
      }),
    )
    await run('bob')(updateProject, { projectId, name: 'Kitchen and hall' })
    await all.promise
    for (const stop of stops) stop()
    expect(heard.sort()).toEqual(['ada', 'bob'])
  })
})

describe('a project with a run that has not ended', () => {
  it('is taken from a person at once, whose run in it ends, and can be shared again', async () => {
    const projectId = await newProject()
    const taskId = await newTask('ada', projectId)
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    const goal = { agent: 'assistant', goal: 'Look round', projectId, delaySeconds: 3600 }
    const { run: bobs } = await run('bob')(startRun, goal)
    const { run: adas } = await run('ada')(startRun, goal)
    expect(await run('ada')(unshareProject, { projectId, personId: 'bob' })).toMatchObject({
      ...{ changed: true, members: [], moving: null },
    })
    await expect(run('bob')(getProject, { projectId })).rejects.toMatchObject(NOT_FOUND)
    await expect(run('bob')(getTask, { taskId })).rejects.toMatchObject(NOT_FOUND)
    await sweep(
      gateway.runtime,
      areas.flatMap(({ sweeps }) => sweeps),
    )
    const { items } = await run('ada')(listRuns, { projectId })
    expect(Object.fromEntries(items.map(({ id, state, reason }) => [id, reason ?? state]))).toEqual({
      [bobs.id]: 'access_revoked',
      [adas.id]: 'delayed',
    })
    expect(await tasksOf('ada', projectId)).toEqual([taskId])
    await run('ada')(shareProject, { projectId, personId: 'cleo' })
    expect(await tasksOf('cleo', projectId)).toEqual([taskId])
    await run('ada')(cancelRun, { runId: adas.id })
    await run('ada')(unshareProject, { projectId, personId: 'cleo' })
    expect([await tasksOf('ada', projectId), await tasksOf('cleo', projectId)]).toEqual([[taskId], []])
  })

  /** A project of Ada's with a run that goes on until it is cancelled. */
  async function newBusy() {
    const projectId = await newProject()
    const taskId = await newTask('ada', projectId)
    const { run: started } = await run('ada')(startRun, {
      agent: 'assistant',
      goal: 'Look',
      projectId,
      delaySeconds: 3600,
    })
    const end = async () => {
      await run('ada')(cancelRun, { runId: started.id })
      await continueMoves(gateway.runtime)
    }
    return { projectId, taskId, runId: started.id, end }
  }

  it('is left by a person with whom it is shared, who needs nobody for it', async () => {
    const projectId = await newProject()
    for (const personId of ['bob', 'cleo']) await run('ada')(shareProject, { projectId, personId })
    await expect(run('bob')(unshareProject, { projectId, personId: 'cleo' })).rejects.toMatchObject(FORBIDDEN)
    expect(await run('bob')(unshareProject, { projectId, personId: 'bob' })).toMatchObject({
      ...{ changed: true, members: [{ personId: 'cleo' }] },
    })
    await expect(run('bob')(getProject, { projectId })).rejects.toMatchObject(NOT_FOUND)
  })

  it('goes to another owner once the run has ended, which is not lost', async () => {
    const { projectId, taskId, runId, end } = await newBusy()
    const more = { agent: 'assistant', goal: 'More', projectId }
    const { run: ended } = await run('ada')(startRun, { ...more, delaySeconds: 3600 })
    await run('ada')(cancelRun, { runId: ended.id })
    const teamId = await newTeam({ bob: 'member' })
    const asked = await run('ada')(moveProject, { projectId, teamId })
    expect(asked).toMatchObject({
      changed: true,
      project: { teamId: null, moving: { phase: 'waiting', teamId } },
    })
    expect(await run('ada')(moveProject, { projectId, teamId })).toMatchObject({ changed: false })
    await continueMoves(gateway.runtime)
    await expect(run('bob')(getProject, { projectId })).rejects.toMatchObject(NOT_FOUND)
    expect((await run('ada')(getRun, { runId })).run.state).toBe('queued')
    for (const begin of [() => run('ada')(startRun, more), () => run('ada')(retryRun, { runId: ended.id })])
      await expect(begin()).rejects.toMatchObject({
        ...{ code: 'conflict', fix: expect.stringContaining('calls the move off') },
      })
    expect(await run('ada')(retryRun, { runId })).toMatchObject({ changed: false })
    await end()
    expect((await run('bob')(getProject, { projectId })).project).toMatchObject({ teamId, moving: null })
    expect(await tasksOf('bob', projectId)).toEqual([taskId])
    expect((await run('bob')(getRun, { runId })).run.state).toBe('cancelled')
  })

  it('is shared for the first time once the run has ended, unless that is called off', async () => {
    const { projectId, taskId, end } = await newBusy()
    const shared = await run('ada')(shareProject, { projectId, personId: 'bob' })
    expect(shared).toMatchObject({ changed: true, moving: { phase: 'waiting' } })
    await run('ada')(shareProject, { projectId, personId: 'cleo' })
    await run('ada')(unshareProject, { projectId, personId: 'cleo' })
    expect(await tasksOf('bob', projectId)).toEqual([])
    await end()
    expect([await tasksOf('bob', projectId), await tasksOf('cleo', projectId)]).toEqual([[taskId], []])
    const other = await newBusy()
    await run('ada')(moveProject, { projectId: other.projectId, teamId: await newTeam({}) })
    const { project } = await run('ada')(moveProject, { projectId: other.projectId, teamId: null })
    expect(project).toMatchObject({ teamId: null, moving: null })
    await other.end()
    expect((await run('ada')(getProject, { projectId: other.projectId })).project.teamId).toBeNull()
  })
})

describe('a task of a project that others see', () => {
  it('is not taken away from its owner by an editor, who deletes it where its owner can restore it', async () => {
    const projectId = await newProject()
    const taskId = await newTask('ada', projectId)
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    const own = await newProject('bob')
    const elsewhere = await newProject('ada')
    await run('ada')(shareProject, { projectId: elsewhere, personId: 'bob' })
    for (const place of [own, elsewhere, null]) {
      await expect(run('bob')(updateTask, { taskId, projectId: place })).rejects.toMatchObject({
        ...FORBIDDEN,
        message: expect.stringMatching(/^You may not move task T-\d+ to where other people see it\.$/),
      })
    }
    await run('bob')(deleteTasks, { taskIds: [taskId] })
    await gateway.invoke(emptyTrash, { confirm: true }, as('bob'))
    await run('ada')(restoreTasks, { taskIds: [taskId] })
    expect(await tasksOf('ada', projectId)).toEqual([taskId])
  })

  it('is taken out by its owner, and by an editor who made it', async () => {
    const projectId = await newProject()
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    const own = await newProject('bob')
    const taskId = await newTask('bob', projectId)
    await run('bob')(updateTask, { taskId, projectId: own })
    expect(await tasksOf('bob', own)).toEqual([taskId])
    const hers = await newTask('bob', projectId)
    expect((await run('ada')(updateTask, { taskId: hers, projectId: null })).task.owner).toBe('ada')
  })

  it('is not shown to the whole team by an editor of a restricted project', async () => {
    const teamId = await newTeam({ bob: 'member', cleo: 'member' })
    const open = await newProject('ada', teamId)
    const projectId = await newProject('ada', teamId)
    await run('ada')(shareProject, { projectId, personId: 'bob' })
    await run('ada')(moveProject, { projectId, restricted: true })
    const taskId = await newTask('ada', projectId)
    for (const place of [open, null]) {
      await expect(run('bob')(updateTask, { taskId, projectId: place })).rejects.toMatchObject(FORBIDDEN)
    }
    await expect(run('cleo')(getTask, { taskId })).rejects.toMatchObject(NOT_FOUND)
    await run('ada')(updateTask, { taskId, projectId: open })
    expect(await tasksOf('cleo', open)).toEqual([taskId])
  })

  it('goes between projects that the whole team sees by each member who may change them', async () => {
    const teamId = await newTeam({ bob: 'member' })
    const [from, to] = [await newProject('ada', teamId), await newProject('ada', teamId)]
    const taskId = await newTask('ada', from)
    await run('bob')(updateTask, { taskId, projectId: to })
    expect(await tasksOf('ada', to)).toEqual([taskId])
    const own = await newProject('bob')
    await expect(run('bob')(updateTask, { taskId, projectId: own })).rejects.toMatchObject(FORBIDDEN)
  })
})

describe('a project of a team', () => {
  it('belongs to all members, and its outsiders do not see it', async () => {
    const teamId = await newTeam({ bob: 'member', cleo: 'viewer' })
    const projectId = await newProject('bob', teamId)
    const taskId = await newTask('bob', projectId)
    expect(await Promise.all(['ada', 'bob', 'cleo', 'dan'].map((each) => sees(each, projectId)))).toEqual([
      true,
      true,
      true,
      false,
    ])
    await expect(run('cleo')(updateTask, { taskId, title: 'No' })).rejects.toMatchObject(FORBIDDEN)
    await expect(run('dan')(createProject, { name: 'No', teamId })).rejects.toMatchObject(NOT_FOUND)
    await expect(run('cleo')(createProject, { name: 'No', teamId })).rejects.toMatchObject(FORBIDDEN)
  })

  it('is hidden from the rest of the team once it is restricted, and shown again', async () => {
    const teamId = await newTeam({ bob: 'member', cleo: 'member' })
    const projectId = await newProject('ada', teamId)
    const taskId = await newTask('bob', projectId)
    await run('ada')(shareProject, { projectId, personId: 'bob', role: 'viewer' })
    await run('ada')(moveProject, { projectId, restricted: true })
    expect([await sees('bob', projectId), await sees('cleo', projectId)]).toEqual([true, false])
    await expect(run('cleo')(getTask, { taskId })).rejects.toMatchObject(NOT_FOUND)
    await expect(run('bob')(updateTask, { taskId, title: 'No' })).rejects.toMatchObject(FORBIDDEN)
    await run('ada')(moveProject, { projectId, restricted: false })
    expect(await tasksOf('cleo', projectId)).toEqual([taskId])
  })

  it('is shared beyond the team with a guest, and lost with the membership', async () => {
    const teamId = await newTeam({ bob: 'member' })
    const projectId = await newProject('ada', teamId)
    await run('ada')(shareProject, { projectId, personId: 'dan', role: 'viewer' })
    expect([await sees('bob', projectId), await sees('dan', projectId)]).toEqual([true, true])
    await run('ada')(removeMember, { teamId, personId: 'bob' })
    expect([await sees('bob', projectId), await sees('dan', projectId)]).toEqual([false, true])
  })

  it('takes its tasks along when it moves, and says how many', async () => {
    const teamId = await newTeam({ bob: 'member' })
    const projectId = await newProject('ada')
    const taskId = await newTask('ada', projectId)
    const moved = await run('ada')(moveProject, { projectId, teamId })
    expect(moved).toMatchObject({ changed: true, moved: { tasks: 1, runs: 0 }, project: { teamId } })
    expect(await tasksOf('bob', projectId)).toEqual([taskId])
    await expect(run('bob')(moveProject, { projectId, teamId: null })).rejects.toMatchObject(FORBIDDEN)
    await run('ada')(moveProject, { projectId, teamId: null })
    expect(await tasksOf('bob', projectId)).toEqual([])
    expect((await run('ada')(moveProject, { projectId, teamId: null })).changed).toBe(false)
  })

  it('keeps what is added while it moves in one place', async () => {
    const teamId = await newTeam({ bob: 'member' })
    const projectId = await newProject('ada')
    const [, ...made] = await Promise.all([
      run('ada')(moveProject, { projectId, teamId }),
      ...Array.from({ length: 8 }, () => newTask('ada', projectId)),
    ])
    expect((await tasksOf('bob', projectId)).sort()).toEqual(made.sort())
  })

  it("cannot be restricted once it is a person's", async () => {
    const projectId = await newProject('ada')
    await expect(run('ada')(moveProject, { projectId, restricted: true })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})
