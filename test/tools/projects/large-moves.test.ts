/** Projects with too much in them to move in one transaction. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Runtime } from '../../../src/core/call/runtime.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { continueMoves } from '../../../src/domain/projects/sharing/continue-moves.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { listProjects } from '../../../src/tools/projects/list-projects.ts'
import { moveProject } from '../../../src/tools/projects/move-project.ts'
import { shareProject } from '../../../src/tools/projects/share-project.ts'
import { unshareProject } from '../../../src/tools/projects/unshare-project.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { operations } from '../../../src/tools/registry.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { completeTasks } from '../../../src/tools/tasks/complete-tasks.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { archiveTeam } from '../../../src/tools/teams/archive-team.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { cases, isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

/** More than this does not move at once, and goes in batches of two. */
const ROWS_AT_ONCE = 4
const BATCH_ROWS = 2

const PEOPLE = ['ada', 'bob', 'cleo', 'dan'] as const
type Person = (typeof PEOPLE)[number]

let gateway: TestGateway
/** Ada is admin of both; Bob is in the first, Cleo in the second, and Dan in neither. */
let teams: readonly [string, string]
beforeAll(async () => {
  const lent = { projectRowsAtOnce: ROWS_AT_ONCE, projectBatchRows: BATCH_ROWS }
  gateway = await openTestGateway({ operations, models: SOME_MODEL, lent })
  for (const id of PEOPLE) {
    const create = operations.find(({ name }) => name === 'people.create') as Operation
    await gateway.invoke(create, { id, name: id }, gateway.as())
  }
  teams = [await newTeam('bob'), await newTeam('cleo')]
})
afterAll(() => gateway.close())

const run =
  (person: Person) =>
  async <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input> & { readonly confirm?: boolean },
  ): Promise<z.output<Output>> =>
    (await gateway.invoke(operation, input, gateway.as({ id: person, personId: person }))).output

async function newTeam(member: Person) {
  const { team } = await run('ada')(createTeam, { name: 'Builders' })
  await run('ada')(addMember, { teamId: team.id, personId: member, role: 'member' })
  return team.id
}

async function addTasks(person: Person, projectId: string, count: number, more: object = {}) {
  const drafts = Array.from({ length: count }, (_, index) => ({ title: `Task ${index}`, projectId, ...more }))
  const { results } = await run(person)(createTasks, { tasks: drafts })
  return results.map((made) => {
    if (!('task' in made)) throw new Error(JSON.stringify(made))
    return made.task.id
  })
}

/** A project of Ada's, or of a team, with more tasks than move at once. */
async function newLarge(teamId?: string) {
  const { project } = await run('ada')(createProject, { name: 'Kitchen', teamId })
  const taskIds = await addTasks('ada', project.id, 7)
  return { projectId: project.id, taskIds }
}

const movingOf = async (projectId: string) =>
  (await run('ada')(getProject, { projectId })).project.moving ?? null

/** Continues until the project is at the end of its move. */
async function finish(projectId: string) {
  while ((await movingOf(projectId)) !== null) await continueMoves(gateway.runtime)
}

/** Who sees the project, each with the ids of the tasks that they see in it. */
async function seen(projectId: string): Promise<Record<Person, readonly string[] | null>> {
  const each = PEOPLE.map(async (person) => {
    const { items } = await run(person)(listProjects, { limit: 100 })
    const isSeen = items.some(({ id }) => id === projectId)
    const tasks = await run(person)(listTasks, { limit: 100 })
    const ids = tasks.items.filter((task) => task.projectId === projectId).map(({ id }) => id)
    expect(isSeen || ids.length === 0, `${person} sees tasks of a project that is hidden`).toBe(true)
    return [person, isSeen ? ids.sort() : null]
  })
  return Object.fromEntries(await Promise.all(each))
}

/** The people who see something of it; each of them sees all of it. */
async function seers(projectId: string, all: readonly string[]): Promise<Person[]> {
  const views = await seen(projectId)
  for (const person of PEOPLE) {
    if (views[person] !== null) expect(views[person], person).toEqual([...all].sort())
  }
  return PEOPLE.filter((person) => views[person] !== null)
}

const CONFLICT = { code: 'conflict', message: expect.stringMatching(/is being moved/) }

describe('a project that is too large to move at once', () => {
  it('is seen as before, then by its mover alone, then by its new owners, each time as a whole', async () => {
    const { projectId, taskIds } = await newLarge(teams[0])
    const { project, changed, moved } = await run('ada')(moveProject, { projectId, teamId: teams[1] })
    expect({ changed, moved }).toEqual({ changed: true, moved: { tasks: 0, runs: 0 } })
    expect(project.moving).toMatchObject({ phase: 'gathering', teamId: teams[1], rows: 7, done: 0 })
    for (const teamId of teams)
      await expect(run('ada')(archiveTeam, { teamId, confirm: true })).rejects.toMatchObject(CONFLICT)
    const steps: string[] = []
    for (;;) {
      const phase = (await movingOf(projectId))?.phase ?? 'done'
      const step = `${phase}: ${(await seers(projectId, taskIds)).join(' ')}`
      if (steps.at(-1) !== step) steps.push(step)
      if (phase === 'done') break
      await continueMoves(gateway.runtime)
    }
    expect(steps).toEqual(['gathering: ada bob', 'handing_over: ada', 'settling: ada cleo', 'done: ada cleo'])
    await expect(
      gateway.db.execute(`select 1 from tasks where project_id = '${projectId}'
      and (owner_id, space_id) <> ('${teams[1]}', '${teams[1]}')`),
    ).resolves.toHaveLength(0)
  })

  it('is restricted and shared only when all of it can be hidden or shown', async () => {
    const { projectId, taskIds } = await newLarge(teams[0])
    const shared = await run('ada')(shareProject, { projectId, personId: 'dan', role: 'viewer' })
    expect(shared).toMatchObject({ changed: true, moving: { phase: 'gathering' } })
    await continueMoves(gateway.runtime)
    expect(await seers(projectId, taskIds)).toEqual(['ada', 'bob'])
    await finish(projectId)
    expect(await seers(projectId, taskIds)).toEqual(['ada', 'bob', 'dan'])
    // Its rows are in a space of its own already, so that who sees it changes at once.
    await run('ada')(moveProject, { projectId, restricted: true })
    expect(await seers(projectId, taskIds)).toEqual(['ada', 'dan'])
    await run('ada')(moveProject, { projectId, restricted: false })
    await run('ada')(unshareProject, { projectId, personId: 'dan' })
    expect(await seers(projectId, taskIds)).toEqual(['ada', 'bob'])
    expect((await movingOf(projectId))?.phase).toBe('settling')
    await finish(projectId)
  })

  it('refuses other changes of who sees it, runs and, while it is handed over, every change', async () => {
    const { projectId, taskIds } = await newLarge()
    await run('ada')(moveProject, { projectId, teamId: teams[0] })
    await expect(run('ada')(shareProject, { projectId, personId: 'dan' })).rejects.toMatchObject(CONFLICT)
    await expect(run('ada')(moveProject, { projectId, teamId: null })).rejects.toMatchObject(CONFLICT)
    const start = { agent: 'assistant', goal: 'Plan', projectId }
    await expect(run('ada')(startRun, start)).rejects.toMatchObject(CONFLICT)
    await run('ada')(updateProject, { projectId, name: 'Kitchen and hall' })
    while ((await movingOf(projectId))?.phase !== 'handing_over') await continueMoves(gateway.runtime)
    await expect(run('ada')(updateProject, { projectId, name: 'No' })).rejects.toMatchObject(CONFLICT)
    await expect(addTasks('ada', projectId, 1)).rejects.toThrow(/is being moved/)
    const edit = { taskId: taskIds[0] ?? '', title: 'No' }
    await expect(run('ada')(updateTask, edit)).rejects.toMatchObject(CONFLICT)
    await expect(run('bob')(getProject, { projectId })).rejects.toMatchObject({ code: 'not_found' })
    await finish(projectId)
    expect((await run('bob')(getProject, { projectId })).project.name).toBe('Kitchen and hall')
  })

  it('goes on after its worker was lost in the middle of any transaction', async () => {
    const { projectId, taskIds } = await newLarge(teams[0])
    await run('ada')(moveProject, { projectId, teamId: teams[1] })
    const lost: Runtime = {
      ...gateway.runtime,
      transaction: (work) =>
        gateway.runtime.transaction(async (resources, ledger) => {
          await work(resources, ledger)
          throw new Error('lost before the commit')
        }),
    }
    for (let steps = 0; (await movingOf(projectId)) !== null; steps += 1) {
      const before = await movingOf(projectId)
      await expect(continueMoves(lost)).rejects.toThrow('lost before the commit')
      expect(await movingOf(projectId)).toEqual(before)
      await Promise.all([continueMoves(gateway.runtime), continueMoves(gateway.runtime)])
      await seers(projectId, taskIds)
      expect(steps).toBeLessThan(100)
    }
    expect(await seers(projectId, taskIds)).toEqual(['ada', 'cleo'])
  })
})

const PLACES = ['own', 'shared', 'team', 'restricted', 'other team'] as const
type Place = (typeof PLACES)[number]
const SEERS: Readonly<Record<Place, readonly Person[]>> = {
  own: ['ada'],
  shared: ['ada', 'dan'],
  team: ['ada', 'bob'],
  restricted: ['ada'],
  'other team': ['ada', 'cleo'],
}

/** Takes a project of Ada's from one place to another; the last step is left to the workers. */
async function put(projectId: string, from: Place, to: Place) {
  if (from === 'shared') await run('ada')(unshareProject, { projectId, personId: 'dan' })
  await finish(projectId)
  const teamId = { own: null, shared: null, team: teams[0], restricted: teams[0], 'other team': teams[1] }[to]
  await run('ada')(moveProject, { projectId, teamId, restricted: to === 'restricted' })
  if (to !== 'shared') return
  await finish(projectId)
  await run('ada')(shareProject, { projectId, personId: 'dan' })
}

interface Filled {
  readonly projectId: string
  /** Grows with what is added. */
  readonly all: string[]
}

const ACTS: Readonly<Record<string, (project: Filled) => Promise<unknown>>> = {
  step: () => continueMoves(gateway.runtime),
  end: ({ projectId }) => finish(projectId),
  async add({ projectId, all }) {
    all.push(...(await addTasks('ada', projectId, 1)))
  },
  async complete({ projectId, all }) {
    const { items } = await run('ada')(listTasks, { projectId, text: 'Repeating', status: ['open'] })
    const { results } = await run('ada')(completeTasks, { taskIds: items.map(({ id }) => id) })
    for (const result of results) {
      if (!result.ok) throw new Error(result.error.message)
      if (result.next !== null) all.push(result.next.id)
    }
  },
}

async function perform(act: string, project: Filled) {
  const isHandedOver = (await movingOf(project.projectId))?.phase === 'handing_over'
  if (isHandedOver && act !== 'step' && act !== 'end') return
  await ACTS[act]?.(project)
}

describe('every move between two places', () => {
  it.runIf(isLong)(
    'shows each person all of the project or nothing, at every step, whatever is added meanwhile',
    async () => {
      const scenario = fc.record({
        from: fc.constantFrom(...PLACES),
        to: fc.constantFrom(...PLACES),
        acts: fc.array(fc.constantFrom('add', 'complete', 'step', 'step', 'step'), { maxLength: 12 }),
      })
      await fc.assert(
        fc.asyncProperty(scenario, async ({ from, to, acts }) => {
          const { projectId, taskIds } = await newLarge()
          const repeat = { title: 'Repeating', due: { date: '2026-03-04' }, repeat: 'every day' }
          const all = [...taskIds, ...(await addTasks('ada', projectId, 1, repeat))]
          await put(projectId, 'own', from)
          await finish(projectId)
          expect(await seers(projectId, all)).toEqual(SEERS[from])
          await put(projectId, from, to)
          const allowed = [...SEERS[from], ...SEERS[to]]
          for (const act of [...acts, 'end']) {
            await perform(act, { projectId, all })
            for (const person of await seers(projectId, all)) expect(allowed).toContain(person)
          }
          expect(await seers(projectId, all)).toEqual(SEERS[to])
        }),
        { numRuns: cases(4, 100) },
      )
    },
    120_000,
  )
})
