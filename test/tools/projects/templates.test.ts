import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHIPPED_TEMPLATES } from '../../../src/domain/projects/templates/shipped.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { listProjects } from '../../../src/tools/projects/list-projects.ts'
import { applyTemplate } from '../../../src/tools/projects/templates/apply-template.ts'
import { createTemplate } from '../../../src/tools/projects/templates/create-template.ts'
import { deleteTemplate } from '../../../src/tools/projects/templates/delete-template.ts'
import { getTemplate } from '../../../src/tools/projects/templates/get-template.ts'
import { listTemplates } from '../../../src/tools/projects/templates/list-templates.ts'
import { getTask } from '../../../src/tools/tasks/get-task.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { BOB, failure, openProjectWorld, type ProjectWorld } from './support.ts'

const PODCAST = {
  name: 'Podcast episode',
  description: 'From guest to published',
  outcome: 'The episode is out and announced',
  tasks: [
    { title: 'Record', dueAfterDays: 0, minutes: 60, labels: ['@studio'], notes: 'Two microphones' },
    { title: 'Cut', dueAfterDays: 2, minutes: 90, dependsOn: [0], priority: 2 },
    { title: 'Write notes', parent: 1 },
  ],
  milestones: [{ title: 'Published', dueAfterDays: 5 }],
}

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
})
afterAll(() => world.gateway.close())

describe('templates', () => {
  it('are the shipped ones for everybody, and own ones for oneself', async () => {
    const { id } = await world.run(createTemplate, PODCAST)
    const shipped = [...SHIPPED_TEMPLATES.keys()]
    expect(shipped.length).toBeGreaterThanOrEqual(6)
    const mine = await world.run(listTemplates, {})
    expect(mine.items.map((item) => item.id)).toEqual([...shipped, id])
    expect(mine.items.at(-1)).toEqual({
      id,
      name: 'Podcast episode',
      description: 'From guest to published',
      own: true,
      teamId: null,
      tasks: 3,
      minutes: 150,
      lengthDays: 5,
    })
    const bobs = await world.run(listTemplates, {}, BOB)
    expect(bobs.items.map((item) => item.id)).toEqual(shipped)
  })

  it('come back as they were given', async () => {
    const { id } = await world.run(createTemplate, PODCAST)
    const { template, own } = await world.run(getTemplate, { templateId: id })
    expect(own).toBe(true)
    expect(template).toEqual({
      ...PODCAST,
      tasks: [{ ...PODCAST.tasks[0], labels: ['studio'] }, PODCAST.tasks[1], PODCAST.tasks[2]],
    })
  })

  it('of somebody else are not there', async () => {
    const { id } = await world.run(createTemplate, PODCAST)
    for (const call of [
      () => world.run(getTemplate, { templateId: id }, BOB),
      () => world.run(applyTemplate, { templateId: id }, BOB),
      () => world.run(deleteTemplate, { templateId: id, confirm: true }, BOB),
    ]) {
      await expect(call()).rejects.toMatchObject(failure('not_found'))
    }
    await expect(world.run(getTemplate, { templateId: id })).resolves.toBeDefined()
  })

  it('are deleted only when confirmed, and only own ones', async () => {
    const { id } = await world.run(createTemplate, PODCAST)
    const unsure = world.run(deleteTemplate, { templateId: id })
    await expect(unsure).rejects.toMatchObject(failure('confirmation_required'))
    await world.run(deleteTemplate, { templateId: id, confirm: true })
    await expect(world.run(getTemplate, { templateId: id })).rejects.toMatchObject(failure('not_found'))
    const shipped = world.run(deleteTemplate, { templateId: 'hiring', confirm: true })
    await expect(shipped).rejects.toMatchObject(failure('conflict', /shipped/))
  })

  it('with a task that waits for a later one are refused, with its place', async () => {
    const call = world.run(createTemplate, {
      name: 'Knot',
      tasks: [{ title: 'A', dependsOn: [1] }, { title: 'B' }],
    })
    await expect(call).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path: 'tasks.0', message: expect.stringContaining('earlier') }],
    })
  })
})

describe('projects.apply_template', () => {
  it('in a team makes a project of the team, as projects.create does', async () => {
    const { team } = await world.run(createTeam, { name: 'Studio' })
    const given = { templateId: 'trip', teamId: team.id }
    const { project } = await world.run(applyTemplate, given)
    const created = await world.run(createProject, { name: 'By hand', teamId: team.id })
    const ofTeam = { teamId: team.id, type: 'business' }
    expect([project, created.project]).toEqual([
      expect.objectContaining(ofTeam),
      expect.objectContaining(ofTeam),
    ])
    expect((await world.run(applyTemplate, { templateId: 'trip' })).project.type).toBe('personal')
  })

  it('makes the project, its milestones and its tasks, with dates from the start', async () => {
    const { id } = await world.run(createTemplate, PODCAST)
    const made = await world.run(applyTemplate, {
      templateId: id,
      name: 'Episode 7',
      startDate: '2026-03-30',
    })
    expect(made.project).toMatchObject({
      name: 'Episode 7',
      outcome: 'The episode is out and announced',
      dueDate: '2026-04-04',
      state: 'active',
      audit: 'healthy',
    })
    expect(made.milestones).toMatchObject([{ title: 'Published', dueDate: '2026-04-04' }])
    const [record, cut, notes] = await Promise.all(
      made.tasks.map(async ({ id: taskId }) => (await world.run(getTask, { taskId })).task),
    )
    expect(record).toMatchObject({
      title: 'Record',
      notes: 'Two microphones',
      due: { date: '2026-03-30', time: null },
      minutes: 60,
      labels: ['studio'],
      priority: 4,
      projectId: made.project.id,
      blocked: false,
    })
    expect(cut).toMatchObject({
      due: { date: '2026-04-01' },
      priority: 2,
      dependsOn: [record?.id],
      blocked: true,
    })
    expect(notes).toMatchObject({ title: 'Write notes', due: null, parentId: cut?.id })
  })

  it('starts today where the person is, when no start is given', async () => {
    const { project, tasks } = await world.run(applyTemplate, { templateId: 'weekly-review' })
    expect(project).toMatchObject({ name: 'Weekly review', dueDate: '2026-03-04' })
    expect(new Set(tasks.map(({ dueDate }) => dueDate))).toEqual(new Set(['2026-03-04']))
  })

  it.each([...SHIPPED_TEMPLATES.keys()])('works with the shipped %s', async (templateId) => {
    const { project, tasks } = await world.run(applyTemplate, { templateId, startDate: '2026-12-28' })
    expect(project).toMatchObject({ audit: 'healthy', momentum: 100 })
    expect(tasks).toHaveLength(SHIPPED_TEMPLATES.get(templateId)?.tasks.length ?? -1)
    const { progress } = await world.run(getProject, { projectId: project.id })
    expect(progress).toMatchObject({ total: tasks.length, open: tasks.length, overdue: 0 })
    expect(progress.blocked).toBeLessThan(tasks.length)
  })

  it('leaves nothing behind when the template is not there', async () => {
    const count = async () => (await world.run(listProjects, {})).items.length
    const before = await count()
    const call = world.run(applyTemplate, { templateId: 'no-such-template' })
    await expect(call).rejects.toMatchObject(failure('not_found'))
    expect(await count()).toBe(before)
  })
})
