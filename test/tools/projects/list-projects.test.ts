import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { PROJECT_SORTS } from '../../../src/domain/projects/listing.ts'
import { listProjects } from '../../../src/tools/projects/list-projects.ts'
import { updateProject } from '../../../src/tools/projects/update-project.ts'
import { failure, openProjectWorld, type ProjectWorld } from './support.ts'

type Query = z.input<typeof listProjects.input>

const OUTCOME = 'It is done and everybody is glad'

let world: ProjectWorld
beforeAll(async () => {
  world = await openProjectWorld()
  // The older a project, the less momentum it has left on Wednesday.
  const made = [
    ['2026-02-20', { name: 'Attic', dueDate: '2026-05-01', outcome: OUTCOME }],
    ['2026-03-01', { name: 'bath', type: 'business', outcome: '100%_sure \\ done' }],
    ['2026-03-02', { name: 'Cellar', state: 'planning', dueDate: '2026-04-01', outcome: OUTCOME }],
    ['2026-03-03', { name: 'Attic', dueDate: '2026-04-01' }],
    ['2026-03-04', { name: 'Dog', state: 'paused' }],
    ['2026-03-04', { name: 'Elm' }],
  ] as const
  for (const [day, input] of made) {
    world.gateway.clock.set(`${day}T08:00:00.000Z`)
    const { id } = await world.project(input)
    if (input.name === 'Elm') await world.run(updateProject, { projectId: id, state: 'archived' })
  }
  world.gateway.clock.set('2026-03-04T09:00:00.000Z')
})
afterAll(() => world.gateway.close())

async function names(query: Query): Promise<string[]> {
  const { items } = await world.run(listProjects, query)
  return items.map(({ name }) => name)
}

describe('projects.list', () => {
  it.each<[Query, string[]]>([
    [{}, ['Dog', 'Attic', 'Cellar', 'bath', 'Attic']],
    [{ states: ['archived'] }, ['Elm']],
    [{ states: ['paused', 'planning'] }, ['Dog', 'Cellar']],
    [{ type: 'business' }, ['bath']],
    [{ audit: 'stalled' }, ['Attic']],
    [{ audit: 'needs_definition' }, ['Attic', 'bath']],
    [{ audit: 'healthy' }, ['Cellar']],
    [{ text: 'ATTI' }, ['Attic', 'Attic']],
    [{ text: 'glad' }, ['Cellar', 'Attic']],
    [{ text: '100%_s' }, ['bath']],
    [{ text: 'sure \\ d' }, ['bath']],
    [{ text: '%' }, ['bath']],
    [{ text: "'; drop table projects; --" }, []],
    [{ audit: 'stalled', type: 'business' }, []],
    [{ sort: 'name' }, ['Attic', 'Attic', 'bath', 'Cellar', 'Dog']],
    [{ sort: 'due' }, ['Cellar', 'Attic', 'Attic', 'bath', 'Dog']],
    [{ sort: 'momentum', states: ['active', 'planning'] }, ['Attic', 'bath', 'Cellar', 'Attic']],
  ])('with %j gives %j', async (query, expected) => {
    expect(await names(query)).toEqual(expected)
  })

  it('shows the same state of the audit that it filters by', async () => {
    const { items } = await world.run(listProjects, {})
    for (const { id, audit } of items) {
      if (audit === null) continue
      const filtered = await world.run(listProjects, { audit })
      expect(filtered.items.map((item) => item.id)).toContain(id)
    }
  })

  it('gives every project once, in one order, whatever the size of a page', async () => {
    const anyPaging = fc.record({
      sort: fc.constantFrom(...PROJECT_SORTS),
      limit: fc.integer({ min: 1, max: 6 }),
    })
    await fc.assert(
      fc.asyncProperty(anyPaging, async ({ sort, limit }) => {
        const whole = await world.run(listProjects, { sort })
        const paged: string[] = []
        let cursor: string | undefined
        do {
          const page = await world.run(listProjects, { sort, limit, ...(cursor ? { cursor } : {}) })
          paged.push(...page.items.map(({ id }) => id))
          cursor = page.nextCursor ?? undefined
        } while (cursor)
        expect(paged).toEqual(whole.items.map(({ id }) => id))
      }),
      { numRuns: 12 },
    )
  })

  it('refuses a cursor of another order', async () => {
    const { nextCursor } = await world.run(listProjects, { sort: 'name', limit: 1 })
    const other = world.run(listProjects, { sort: 'due', cursor: nextCursor ?? '' })
    await expect(other).rejects.toMatchObject(failure('invalid_input', /cursor/))
  })

  it('pages over names of any length and script', async () => {
    const actor = { id: 'dora', personId: 'dora' }
    await world.project({ name: '🦜'.repeat(100) }, actor)
    await world.project({ name: `${'\u00ad'.repeat(199)}a` }, actor)
    const first = await world.run(listProjects, { sort: 'name', limit: 1 }, actor)
    const second = await world.run(
      listProjects,
      { sort: 'name', limit: 1, cursor: first.nextCursor ?? '' },
      actor,
    )
    expect(second.items).toHaveLength(1)
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id)
  })

  it.each(PROJECT_SORTS)(
    'takes a forged cursor by %s for a place in the list, or refuses it, and no more',
    async (sort) => {
      for (const position of [
        [sort, 'high', 'x'],
        [sort, 7, 7],
        [sort, "' or true --", ''],
        [sort, 1e300],
      ]) {
        const cursor = Buffer.from(JSON.stringify(position)).toString('base64url')
        const isText = position.slice(1).length === 2 && position.every((value) => typeof value === 'string')
        const answer = world.run(listProjects, { sort, cursor })
        if (isText) expect((await answer).items.length).toBeLessThanOrEqual(5)
        else await expect(answer).rejects.toMatchObject({ code: 'invalid_input' })
      }
    },
  )
})
