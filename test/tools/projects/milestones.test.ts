import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMilestone } from '../../../src/tools/projects/add-milestone.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { removeMilestone } from '../../../src/tools/projects/remove-milestone.ts'
import { updateMilestone } from '../../../src/tools/projects/update-milestone.ts'
import { BOB, failure, openProjectWorld, type ProjectWorld } from './support.ts'

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
})
afterAll(() => world.gateway.close())

async function milestonesOf(projectId: string) {
  return (await world.run(getProject, { projectId })).milestones
}

describe('a milestone', () => {
  it('comes behind the others, whose places stay when one is removed', async () => {
    const { id: projectId } = await world.project({ milestones: [{ title: 'One' }, { title: 'Two' }] })
    const [one] = await milestonesOf(projectId)
    await world.run(removeMilestone, { milestoneId: one?.id ?? '' })
    await world.run(addMilestone, { projectId, title: 'Three', dueDate: '2026-05-01' })
    expect((await milestonesOf(projectId)).map(({ title }) => title)).toEqual(['Two', 'Three'])
  })

  it('is reached once, at the first time of asking, and can be taken back', async () => {
    const { id: projectId } = await world.project()
    const { milestone } = await world.run(addMilestone, { projectId, title: 'One' })
    const milestoneId = milestone.id
    const reached = await world.run(updateMilestone, { milestoneId, done: true })
    expect(reached.milestone.completedAt).toBe('2026-03-04T09:00:00.000Z')
    world.gateway.clock.set('2026-03-05T09:00:00.000Z')
    expect(await world.run(updateMilestone, { milestoneId, done: true })).toEqual(reached)
    const back = await world.run(updateMilestone, { milestoneId, done: false })
    expect(back.milestone).toEqual(milestone)
    world.gateway.clock.set('2026-03-04T09:00:00.000Z')
  })

  it('changes only where something is given, and null clears', async () => {
    const { id: projectId } = await world.project({ milestones: [{ title: 'One', dueDate: '2026-05-01' }] })
    const milestoneId = (await milestonesOf(projectId))[0]?.id ?? ''
    const renamed = await world.run(updateMilestone, { milestoneId, title: 'First' })
    expect(renamed.milestone).toMatchObject({ title: 'First', dueDate: '2026-05-01' })
    const cleared = await world.run(updateMilestone, { milestoneId, dueDate: null })
    expect(cleared.milestone).toMatchObject({ title: 'First', dueDate: null })
  })

  it('is the fiftieth at most, also when calls race', async () => {
    const milestones = Array.from({ length: 48 }, (_, index) => ({ title: `Step ${index}` }))
    const { id: projectId } = await world.project({ milestones })
    const calls = ['A', 'B', 'C', 'D'].map((title) => world.run(addMilestone, { projectId, title }))
    const settled = await Promise.allSettled(calls)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await milestonesOf(projectId)).toHaveLength(50)
  })

  it('of somebody else is not there', async () => {
    const { id: projectId } = await world.project({ milestones: [{ title: 'One' }] })
    const [milestone] = await milestonesOf(projectId)
    const milestoneId = milestone?.id ?? ''
    for (const call of [
      () => world.run(addMilestone, { projectId, title: 'Mine' }, BOB),
      () => world.run(updateMilestone, { milestoneId, done: true }, BOB),
      () => world.run(removeMilestone, { milestoneId }, BOB),
    ]) {
      await expect(call()).rejects.toMatchObject(failure('not_found'))
    }
    expect(await milestonesOf(projectId)).toEqual([milestone])
  })

  it('tells watchers of its project when it changes', async () => {
    const { id: projectId } = await world.project({ milestones: [{ title: 'One' }] })
    const milestoneId = (await milestonesOf(projectId))[0]?.id ?? ''
    const told = world.gateway.changes.length
    await world.run(updateMilestone, { milestoneId, done: true })
    await world.run(removeMilestone, { milestoneId })
    expect(world.gateway.changes.slice(told).map(({ uris }) => uris)).toEqual([
      [`project://${projectId}`],
      [`project://${projectId}`],
    ])
  })
})
