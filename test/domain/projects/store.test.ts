import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProjectByName, holdProjects } from '../../../src/domain/projects/store.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { BOB, openProjectWorld, type ProjectWorld } from '../../tools/projects/support.ts'

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
})
afterAll(() => world.gateway.close())

function reader(actor = {}) {
  return { db: world.gateway.db, actor: world.gateway.as(actor).actor }
}

describe('a project by its name', () => {
  it.each(['Home Renovation', 'home-renovation', 'HOME_RENOVATION', '  home   renovation '])(
    'is found as %j',
    async (name) => {
      const { id } = await world.project({ name: 'Home renovation' })
      expect((await findProjectByName(reader(), name))?.id).toBe(id)
    },
  )

  it('is found in other scripts, whatever the case', async () => {
    const { id } = await world.project({ name: 'Élan Österreich' })
    expect((await findProjectByName(reader(), 'élan-österreich'))?.id).toBe(id)
  })

  it.each(['Home', 'Home renovation 2', '', '%', '.*'])('is not found as %j', async (name) => {
    await world.project({ name: 'Home renovation' })
    expect(await findProjectByName(reader(), name)).toBeUndefined()
  })

  it('is the one in work before one that rests, then the newest, and never an archived one', async () => {
    const older = await world.project({ name: 'Move' })
    const newer = await world.project({ name: 'move' })
    await world.project({ name: 'Move', state: 'paused' })
    const found = async () => (await findProjectByName(reader(), 'move'))?.id
    expect(await found()).toBe(newer.id)
    await world.run(updateProject, { projectId: newer.id, state: 'archived' })
    expect(await found()).toBe(older.id)
  })

  it("is never somebody else's", async () => {
    await world.project({ name: 'Secret' })
    expect(await findProjectByName(reader(BOB), 'secret')).toBeUndefined()
  })
})

describe('projects by their ids', () => {
  it("are the person's own of those asked for, in the order of their ids", async () => {
    const mine = [await world.project(), await world.project()].map(({ id }) => id)
    const theirs = await world.project({}, BOB)
    const found = await holdProjects(reader(), [...mine, theirs.id].reverse())
    expect(found.map(({ id }) => id)).toEqual(mine.sort())
    expect(await holdProjects(reader(), [])).toEqual([])
  })
})
