import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { recommitProject } from '../../../src/tools/projects/recommit-project.ts'
import { reviewProjects } from '../../../src/tools/projects/review-projects.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { BOB, failure, openProjectWorld, type ProjectWorld } from './support.ts'

const DEFINED = { outcome: 'It is done and everybody is glad', dueDate: '2026-06-30' } as const

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
})
afterAll(() => world.gateway.close())

describe('projects.review', () => {
  it('is empty for somebody without projects', async () => {
    expect(await world.run(reviewProjects, {}, BOB)).toEqual({
      counts: { stalled: 0, needs_definition: 0, past_due: 0, no_next_action: 0, healthy: 0 },
      items: [],
    })
  })

  it('finds what needs attention, the most pressing first, with reasons and ways out', async () => {
    const healthy = await world.project({ name: 'Healthy', ...DEFINED })
    const late = await world.project({ name: 'Late', ...DEFINED, dueDate: '2026-03-01' })
    const idle = await world.project({ name: 'Without task', ...DEFINED })
    const vague = await world.project({ name: 'Vague', dueDate: '2026-06-30' })
    const paused = await world.project({ name: 'Paused' })
    for (const { id } of [healthy, late, vague]) await world.tasks(id, ['Next'])
    await world.run(updateProject, { projectId: paused.id, state: 'paused' })
    world.gateway.clock.set('2026-02-20T09:00:00.000Z')
    const stalled = await world.project({ name: 'Stalled', ...DEFINED })
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')

    const { counts, items } = await world.run(reviewProjects, {})
    expect(counts).toEqual({ stalled: 1, needs_definition: 1, past_due: 1, no_next_action: 1, healthy: 1 })
    expect(items.map(({ project, ...rest }) => ({ id: project.id, ...rest }))).toEqual([
      {
        id: stalled.id,
        attention: 'stalled',
        reasons: ['momentum is 0 (stalled under 50), 11 days without an event', 'no open task'],
        waysOut: ['recommit', 'pause'],
      },
      { id: vague.id, attention: 'needs_definition', reasons: ['no outcome'], waysOut: ['rewrite', 'pause'] },
      {
        id: late.id,
        attention: 'past_due',
        reasons: ['its due date passed 3 days ago'],
        waysOut: ['rewrite', 'pause'],
      },
      {
        id: idle.id,
        attention: 'no_next_action',
        reasons: ['no open task'],
        waysOut: ['recommit', 'pause'],
      },
    ])
  })

  it('counts all and shows as many as are asked for', async () => {
    const actor = { id: 'carol', personId: 'carol' }
    for (const name of ['A', 'B', 'C']) await world.project({ name }, actor)
    const { counts, items } = await world.run(reviewProjects, { limit: 2 }, actor)
    expect(counts.needs_definition).toBe(3)
    expect(items).toHaveLength(2)
  })

  it('finds nothing more once the ways out were taken', async () => {
    const actor = { id: 'dora', personId: 'dora' }
    world.gateway.clock.set('2026-02-20T09:00:00.000Z')
    const made = [await world.project({ name: 'One' }, actor), await world.project({ name: 'Two' }, actor)]
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
    const { items } = await world.run(reviewProjects, {}, actor)
    expect(items.map(({ project }) => project.id).sort()).toEqual(made.map(({ id }) => id).sort())
    for (const { project, waysOut } of items) {
      const projectId = project.id
      expect(waysOut).toEqual(['recommit', 'rewrite', 'pause'])
      await world.run(updateProject, { projectId, ...DEFINED }, actor)
      await world.run(recommitProject, { projectId, nextAction: 'Begin' }, actor)
    }
    const after = await world.run(reviewProjects, {}, actor)
    expect(after).toMatchObject({ items: [], counts: { healthy: 2 } })
  })
})

describe('projects.recommit', () => {
  it('brings a stalled project back with its next action', async () => {
    world.gateway.clock.set('2026-02-20T09:00:00.000Z')
    const { id } = await world.project(DEFINED)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
    const { project, task } = await world.run(recommitProject, {
      projectId: id,
      nextAction: 'Call the carpenter',
      dueDate: '2026-03-05',
      minutes: 10,
    })
    // 60 for the commitment, 2 for the new task.
    expect(project).toMatchObject({ state: 'active', momentum: 62, audit: 'healthy' })
    const { items } = await world.run(listTasks, { projectId: id })
    expect(items).toMatchObject([
      { id: task.id, title: 'Call the carpenter', minutes: 10, due: { date: '2026-03-05', time: null } },
    ])
  })

  it.each(['paused', 'planning', 'completed', 'archived'] as const)(
    'takes up a project that is %s',
    async (state) => {
      const { id } = await world.project()
      await world.run(updateProject, { projectId: id, state })
      const { project } = await world.run(recommitProject, { projectId: id, nextAction: 'Begin' })
      expect(project).toMatchObject({ state: 'active', completedAt: null, momentum: 100 })
    },
  )

  it("leaves no trace on somebody else's project", async () => {
    const { id } = await world.project()
    const call = world.run(recommitProject, { projectId: id, nextAction: 'Mine now' }, BOB)
    await expect(call).rejects.toMatchObject(failure('not_found'))
    expect((await world.run(getProject, { projectId: id })).progress.total).toBe(0)
  })
})
