import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SHIPPED_TEMPLATES } from '../../../src/domain/projects/templates/shipped.ts'
import {
  draftMilestones,
  draftTasks,
  lengthDays,
  Template,
} from '../../../src/domain/projects/templates/template.ts'

const START = '2026-03-02'
const project = { id: 'project_1', startDate: START }

function ids(): () => string {
  let made = 0
  return () => `task_${made++}`
}

describe('a template', () => {
  it('turns days after the start into dates, and indexes into ids', () => {
    const template = Template.parse({
      name: 'Party',
      tasks: [
        { title: 'Invite', dueAfterDays: 0, minutes: 30, priority: 1, labels: ['home'] },
        { title: 'Shop', dueAfterDays: 31, dependsOn: [0] },
        { title: 'Buy drinks', parent: 1, dependsOn: [0] },
      ],
      milestones: [{ title: 'Party', dueAfterDays: 40 }, { title: 'Rest' }],
    })
    expect(draftTasks(template, project, ids())).toMatchObject([
      {
        id: 'task_0',
        title: 'Invite',
        due: '2026-03-02',
        projectId: 'project_1',
        minutes: 30,
        priority: 1,
        labels: ['home'],
        dependsOn: [],
      },
      { id: 'task_1', title: 'Shop', due: '2026-04-02', dependsOn: ['task_0'] },
      { id: 'task_2', title: 'Buy drinks', due: undefined, parentId: 'task_1', dependsOn: ['task_0'] },
    ])
    expect(draftMilestones(template, START)).toEqual([
      { title: 'Party', dueDate: '2026-04-11' },
      { title: 'Rest' },
    ])
    expect(lengthDays(template)).toBe(40)
  })

  it('without dates has no length', () => {
    expect(lengthDays(Template.parse({ name: 'List', tasks: [{ title: 'One' }] }))).toBeNull()
  })

  it('never lets a task refer to itself or to a later one', () => {
    const anyIndex = fc.nat(9)
    fc.assert(
      fc.property(anyIndex, anyIndex, fc.constantFrom('parent', 'dependsOn'), (at, to, field) => {
        const tasks = Array.from({ length: 10 }, (_, index) => ({
          title: `Task ${index}`,
          ...(index === at ? { [field]: field === 'parent' ? to : [to] } : {}),
        }))
        expect(Template.safeParse({ name: 'Any', tasks }).success).toBe(to < at)
      }),
    )
  })

  it.each([
    ['no tasks', { tasks: [] }],
    ['51 tasks', { tasks: Array.from({ length: 51 }, () => ({ title: 'One' })) }],
    ['a day before the start', { tasks: [{ title: 'One', dueAfterDays: -1 }] }],
    ['a day after two years', { tasks: [{ title: 'One', dueAfterDays: 731 }] }],
  ])('with %s is refused', (_what, part) => {
    expect(Template.safeParse({ name: 'Any', ...part }).success).toBe(false)
  })
})

describe.each([...SHIPPED_TEMPLATES])('the shipped template %s', (_id, template) => {
  it('gives every task an estimate, a priority and a day', () => {
    for (const task of template.tasks) {
      expect(task, task.title).toMatchObject({
        minutes: expect.any(Number),
        priority: expect.any(Number),
        dueAfterDays: expect.any(Number),
      })
    }
  })

  it('lets no task be due before one that it waits for', () => {
    for (const task of template.tasks) {
      for (const earlier of task.dependsOn ?? []) {
        expect(template.tasks[earlier]?.dueAfterDays, task.title).toBeLessThanOrEqual(task.dueAfterDays ?? -1)
      }
    }
  })

  it('says what will be true in the end, and for what it is', () => {
    expect(template.outcome?.length).toBeGreaterThanOrEqual(10)
    expect(template.description?.length).toBeGreaterThanOrEqual(10)
  })
})
