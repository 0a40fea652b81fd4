import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProjectState } from '../../../src/domain/projects/rules.ts'
import { PROJECT_STATES } from '../../../src/domain/projects/tables.ts'
import { archiveProject } from '../../../src/tools/projects/archive-project.ts'
import { getProject } from '../../../src/tools/projects/get-project.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { failure, openProjectWorld, type ProjectWorld } from './support.ts'

/** From each state: the way there from a new project, and the states that follow. */
const MOVES: Record<ProjectState, { by: ProjectState[]; to: ProjectState[] }> = {
  planning: { by: ['planning'], to: ['planning', 'active', 'paused', 'archived'] },
  active: { by: [], to: ['planning', 'active', 'paused', 'completed', 'archived'] },
  paused: { by: ['paused'], to: ['planning', 'active', 'paused', 'archived'] },
  completed: { by: ['completed'], to: ['active', 'completed', 'archived'] },
  archived: { by: ['archived'], to: ['planning', 'active', 'paused', 'archived'] },
}

const EVERY_MOVE = PROJECT_STATES.flatMap((from) => PROJECT_STATES.map((to) => [from, to] as const))
const ALLOWED = EVERY_MOVE.filter(([from, to]) => MOVES[from].to.includes(to))
const REFUSED = EVERY_MOVE.filter(([from, to]) => !MOVES[from].to.includes(to))

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
})
afterAll(() => world.gateway.close())

async function projectIn(state: ProjectState): Promise<string> {
  const { id } = await world.project()
  for (const step of MOVES[state].by) await world.run(updateProject, { projectId: id, state: step })
  return id
}

describe('a project', () => {
  it.each(ALLOWED)('that is %s may become %s', async (from, to) => {
    const projectId = await projectIn(from)
    const { project } = await world.run(updateProject, { projectId, state: to })
    expect(project.state).toBe(to)
  })

  it.each(REFUSED)('that is %s may not become %s, and nothing else is changed with it', async (from, to) => {
    const projectId = await projectIn(from)
    const before = await world.run(getProject, { projectId })
    const move = world.run(updateProject, { projectId, state: to, name: 'Renamed' })
    await expect(move).rejects.toMatchObject({
      ...failure('conflict', new RegExp(`${from}.*${to}`)),
      fix: expect.stringContaining('may become'),
    })
    expect(await world.run(getProject, { projectId })).toEqual(before)
  })

  it('may be archived from every state', async () => {
    for (const state of PROJECT_STATES) {
      const { project } = await world.run(archiveProject, { projectId: await projectIn(state) })
      expect(project.state).toBe('archived')
    }
  })

  it('makes only moves that are allowed when calls race', async () => {
    const projectId = await projectIn('active')
    const states = ['completed', 'paused', 'completed', 'paused'] as const
    const moves = await Promise.allSettled(
      states.map((state) => world.run(updateProject, { projectId, state })),
    )
    const made = moves.flatMap((move) => (move.status === 'fulfilled' ? [move.value.project.state] : []))
    expect(new Set(made).size).toBe(1)
    expect(made).toHaveLength(2)
  })
})
