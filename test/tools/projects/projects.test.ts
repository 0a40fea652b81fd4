import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { exampleId } from '../../../src/core/operation/ids.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { archiveProject } from '../../../src/tools/projects/archive-project.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { listProjects } from '../../../src/tools/projects/list-projects.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { BOB, failure, openProjectWorld, type ProjectWorld } from './support.ts'

const DEFINED = { outcome: 'We cook in the new kitchen', dueDate: '2026-06-30' } as const

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
})
afterAll(() => world.gateway.close())

describe('projects.create', () => {
  it('needs a name only, and starts active with full momentum', async () => {
    const { project, milestones } = await world.run(createProject, { name: '  Garden ' })
    expect(project).toMatchObject({
      name: 'Garden',
      outcome: null,
      dueDate: null,
      state: 'active',
      type: 'personal',
      momentum: 100,
      audit: 'needs_definition',
      createdAt: '2026-03-04T09:00:00.000Z',
      completedAt: null,
    })
    expect(milestones).toEqual([])
  })

  it('keeps milestones in their order', async () => {
    const { project } = await world.run(createProject, {
      name: 'Garden',
      ...DEFINED,
      milestones: [{ title: 'Plan', dueDate: '2026-04-01' }, { title: 'Dig' }, { title: 'Plant' }],
    })
    expect(project.audit).toBe('healthy')
    const { milestones } = await world.run(getProject, { projectId: project.id })
    expect(milestones.map(({ title, dueDate }) => [title, dueDate])).toEqual([
      ['Plan', '2026-04-01'],
      ['Dig', null],
      ['Plant', null],
    ])
  })

  it.each([
    ['no name', { name: ' ' }],
    ['a day that the calendar lacks', { name: 'A', dueDate: '2026-02-30' }],
    ['a year that nobody means', { name: 'A', dueDate: '0026-02-20' }],
    ['a state that is no beginning', { name: 'A', state: 'completed' }],
    ['51 milestones', { name: 'A', milestones: Array.from({ length: 51 }, () => ({ title: 'M' })) }],
  ])('refuses %s', async (_what, input) => {
    const call = world.gateway.invoke(createProject, input, world.gateway.as())
    await expect(call).rejects.toMatchObject(failure('invalid_input'))
  })

  it('makes one project of two calls with one idempotency key', async () => {
    const call = { ...world.gateway.as({ id: 'carol', personId: 'carol' }), idempotencyKey: 'once' }
    const first = await world.gateway.invoke(createProject, { name: 'Once' }, call)
    const second = await world.gateway.invoke(createProject, { name: 'Once' }, call)
    expect(second).toEqual({ output: first.output, replayed: true })
    const { items } = await world.run(listProjects, {}, { id: 'carol', personId: 'carol' })
    expect(items).toHaveLength(1)
  })

  it('tells watchers of the project', async () => {
    const { id } = await world.project()
    expect(world.gateway.changes.at(-1)).toEqual({ uris: [`project://${id}`], spaceId: 'local' })
  })
})

describe('projects.get', () => {
  it('counts tasks by their state', async () => {
    const { id } = await world.project(DEFINED)
    const [first = '', second = '', third = '', fourth = ''] = await world.tasks(id, [
      'A',
      'B',
      'C',
      'D',
      'E',
      'F',
    ])
    await world.run(updateTask, { taskId: first, status: 'in_progress', minutes: 30 })
    await world.run(updateTask, { taskId: second, due: '2026-03-03', dependsOn: [first], minutes: 12 })
    await world.run(updateTask, { taskId: third, status: 'cancelled' })
    await world.complete([fourth])
    const { progress, reasons } = await world.run(getProject, { projectId: id })
    expect(progress).toEqual({
      total: 6,
      open: 3,
      inProgress: 1,
      done: 1,
      cancelled: 1,
      overdue: 1,
      blocked: 1,
      minutesLeft: 42,
      completionRate: 0.2,
      velocity: 0.33,
      leadTimeDays: 0,
      cycleTimeDays: null,
    })
    expect(reasons).toEqual([])
  })

  it('gives no figures where there is nothing to count', async () => {
    const { id } = await world.project(DEFINED)
    const { progress, reasons } = await world.run(getProject, { projectId: id })
    expect(progress).toMatchObject({ total: 0, completionRate: null, velocity: 0, leadTimeDays: null })
    expect(reasons).toEqual(['no open task'])
  })

  it('measures cycle time from when work first began, however often it was put down', async () => {
    const { id } = await world.project()
    const [task = ''] = await world.tasks(id, ['A'])
    for (const [hour, status] of [
      [10, 'in_progress'],
      [12, 'open'],
      [14, 'in_progress'],
    ] as const) {
      world.gateway.clock.set(new Date(Date.UTC(2026, 2, 5, hour)))
      await world.run(updateTask, { taskId: task, status })
    }
    world.gateway.clock.set(new Date(Date.UTC(2026, 2, 6, 10)))
    await world.complete([task])
    const { progress } = await world.run(getProject, { projectId: id })
    expect(progress).toMatchObject({ cycleTimeDays: 1, leadTimeDays: 2.04 })
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })

  it('measures lead time as a median, and velocity over three weeks', async () => {
    const { id } = await world.project()
    const made = await world.tasks(id, ['A', 'B', 'C'])
    for (const [index, days] of [1, 2, 9].entries()) {
      world.gateway.clock.set(new Date(Date.UTC(2026, 2, 4 + days, 9)))
      await world.complete(made.slice(index, index + 1))
    }
    const soon = await world.run(getProject, { projectId: id })
    expect(soon.progress).toMatchObject({ leadTimeDays: 2, velocity: 1 })
    world.gateway.clock.set('2026-03-26T12:00:00.000Z')
    const later = await world.run(getProject, { projectId: id })
    expect(later.progress).toMatchObject({ leadTimeDays: 2, velocity: 0.67 })
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })
})

describe('momentum', () => {
  it('follows what happens to the tasks of a project', async () => {
    const { id } = await world.project()
    const momentum = async () => (await world.run(getProject, { projectId: id })).project.momentum
    world.gateway.clock.set('2026-03-10T09:00:00.000Z')
    expect(await momentum()).toBe(50)
    const [quick = '', deep = ''] = await world.tasks(id, ['Quick', 'Deep'])
    expect(await momentum()).toBe(54)
    await world.run(updateTask, { taskId: deep, minutes: 90 })
    await world.complete([quick])
    expect(await momentum()).toBe(59)
    await world.complete([deep])
    expect(await momentum()).toBe(74)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })

  it("counts idle days of the person's own calendar", async () => {
    const tokyo = { id: 'aiko', personId: 'aiko' }
    await world.run(updateProfile, { timeZone: 'Asia/Tokyo' }, tokyo)
    const { id } = await world.project({}, tokyo)
    // Already Friday in Tokyo, still Thursday in UTC: Thursday was idle there.
    world.gateway.clock.set('2026-03-05T15:00:00.000Z')
    const theirs = await world.run(getProject, { projectId: id }, tokyo)
    expect(theirs.project.momentum).toBe(90)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })
})

describe('projects.update', () => {
  it('changes what is given and nothing else', async () => {
    const before = await world.project({ ...DEFINED, type: 'business' })
    const { project, changed } = await world.run(updateProject, { projectId: before.id, name: 'Bath' })
    expect(changed).toEqual(['name'])
    expect(project).toEqual({ ...before, name: 'Bath' })
  })

  it('clears with null', async () => {
    const before = await world.project(DEFINED)
    const { project, changed } = await world.run(updateProject, {
      projectId: before.id,
      outcome: null,
      dueDate: null,
    })
    expect(changed).toEqual(['outcome', 'dueDate'])
    expect(project).toMatchObject({ outcome: null, dueDate: null, audit: 'needs_definition' })
  })

  it('changes nothing and tells nobody when all is so already', async () => {
    const { id } = await world.project(DEFINED)
    const told = world.gateway.changes.length
    const { changed } = await world.run(updateProject, { projectId: id, ...DEFINED, state: 'active' })
    expect(changed).toEqual([])
    expect(world.gateway.changes).toHaveLength(told)
  })

  it('counts a rewritten outcome as attention: the day is not idle, and nothing is gained', async () => {
    const { id } = await world.project()
    world.gateway.clock.set('2026-03-08T09:00:00.000Z')
    const rewritten = await world.run(updateProject, { projectId: id, ...DEFINED })
    expect(rewritten.project).toMatchObject({ momentum: 70, audit: 'healthy' })
    world.gateway.clock.set('2026-03-09T09:00:00.000Z')
    expect((await world.run(getProject, { projectId: id })).project.momentum).toBe(70)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })

  it('keeps momentum through a pause', async () => {
    const { id } = await world.project()
    world.gateway.clock.set('2026-03-06T09:00:00.000Z')
    await world.run(updateProject, { projectId: id, state: 'paused' })
    world.gateway.clock.set('2026-04-06T09:00:00.000Z')
    const paused = await world.run(getProject, { projectId: id })
    expect(paused.project).toMatchObject({ momentum: 90, audit: null })
    const { project } = await world.run(updateProject, { projectId: id, state: 'active' })
    expect(project.momentum).toBe(90)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })
})

describe('projects.archive', () => {
  it('puts a project away once, and update brings it back', async () => {
    const { id } = await world.project()
    expect(await world.run(archiveProject, { projectId: id })).toMatchObject({ changed: true })
    expect(await world.run(archiveProject, { projectId: id })).toMatchObject({ changed: false })
    const { project } = await world.run(updateProject, { projectId: id, state: 'active' })
    expect(project.state).toBe('active')
  })

  it('keeps the day of completion, which work on it takes away', async () => {
    const { id } = await world.project()
    await world.run(updateProject, { projectId: id, state: 'completed' })
    const { project } = await world.run(archiveProject, { projectId: id })
    expect(project.completedAt).toBe('2026-03-04T09:00:00.000Z')
    const again = await world.run(updateProject, { projectId: id, state: 'planning' })
    expect(again.project.completedAt).toBeNull()
  })
})

describe('calls that race', () => {
  it('all succeed when they add tasks to one project, finish them and change it', async () => {
    const { id } = await world.project()
    const made = await world.tasks(id, ['A', 'B', 'C', 'D'])
    world.gateway.clock.set('2026-03-10T09:00:00.000Z')
    await Promise.all([
      ...made.map((taskId) => world.complete([taskId])),
      ...['E', 'F', 'G', 'H'].map((title) => world.tasks(id, [title])),
      ...['bath', 'hall', 'attic'].map((name) => world.run(updateProject, { projectId: id, name })),
    ])
    const { project, progress } = await world.run(getProject, { projectId: id })
    expect(progress).toMatchObject({ done: 4, open: 4 })
    expect(project.momentum).toBe(50 + 4 * 5 + 4 * 2)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })
})

describe('another person', () => {
  const calls: [string, (projectId: string, actor?: Partial<Actor>) => Promise<unknown>][] = [
    ['get', (projectId, actor) => world.run(getProject, { projectId }, actor)],
    ['update', (projectId, actor) => world.run(updateProject, { projectId, name: 'Mine now' }, actor)],
    ['archive', (projectId, actor) => world.run(archiveProject, { projectId }, actor)],
  ]

  it.each(calls)('is told by %s that there is no such project', async (_verb, call) => {
    const { id } = await world.project()
    await expect(call(id, BOB)).rejects.toMatchObject(failure('not_found', new RegExp(id)))
    await expect(call(exampleId('project'))).rejects.toMatchObject(failure('not_found'))
  })

  it('sees none of them in a list', async () => {
    await world.project()
    expect(await world.run(listProjects, {}, BOB)).toEqual({ items: [], nextCursor: null })
  })
})

describe('somebody with projects:read', () => {
  it('may read and not write', async () => {
    const { id } = await world.project()
    const reader = { scopes: ['projects:read'] } as const
    await expect(world.run(getProject, { projectId: id }, reader)).resolves.toBeDefined()
    const write = world.run(updateProject, { projectId: id, name: 'No' }, reader)
    await expect(write).rejects.toMatchObject(failure('forbidden'))
  })
})
