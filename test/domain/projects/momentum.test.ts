import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/operation/ids.ts'
import type { Database } from '../../../src/domain/db/db.ts'
import { insertNumbered } from '../../../src/domain/db/insert-rows.ts'
import { momentumSql, noteProjectEvent } from '../../../src/domain/projects/momentum.ts'
import { momentumAfter, momentumNow, type ProjectEvent } from '../../../src/domain/projects/rules.ts'
import type { ProjectRow } from '../../../src/domain/projects/store.ts'
import { PROJECT_STATES, projects } from '../../../src/domain/projects/tables.ts'
import { addDays, dayIn } from '../../../src/domain/time/calendar.ts'
import { openTestDatabase } from '../../support/world/database.ts'

const NOW = new Date('2026-03-04T23:30:00.000Z')
const TODAY = '2026-03-04'

let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

async function project(change: Partial<Omit<ProjectRow, 'number'>> = {}): Promise<ProjectRow> {
  const [row] = await insertNumbered(database.db, projects, [
    {
      id: newId('project'),
      personId: 'ada',
      ownerId: 'ada',
      spaceId: 'ada',
      restricted: false,
      moving: null,
      name: 'Kitchen',
      outcome: null,
      dueDate: null,
      state: 'active',
      type: 'personal',
      momentum: 50,
      momentumOn: TODAY,
      stalledAt: null,
      createdAt: NOW,
      updatedAt: NOW,
      completedAt: null,
      ...change,
    },
  ])
  return row
}

async function stored(id: string) {
  const [row] = await database.db
    .select({ momentum: projects.momentum, momentumOn: projects.momentumOn })
    .from(projects)
    .where(eq(projects.id, id))
  return row
}

function note(projectId: string, event: ProjectEvent, { count = 1, timeZone = 'UTC' } = {}): Promise<void> {
  return noteProjectEvent(database.db, { projectId, spaceId: 'ada', event, count, now: NOW, timeZone })
}

describe('an event of a project', () => {
  it('is counted by the database exactly as the rules say', async () => {
    const facts = fc.record({
      momentum: fc.nat(100),
      momentumOn: fc.integer({ min: -3, max: 20 }).map((days) => addDays(TODAY, -days)),
      state: fc.constantFrom(...PROJECT_STATES),
      event: fc.constantFrom<ProjectEvent>('task_added', 'task_done', 'deep_work_done'),
      count: fc.integer({ min: 1, max: 30 }),
    })
    await fc.assert(
      fc.asyncProperty(facts, async ({ event, count, ...given }) => {
        const row = await project(given)
        const [now] = await database.db
          .select({ momentum: momentumSql(TODAY) })
          .from(projects)
          .where(eq(projects.id, row.id))
        expect(now?.momentum).toBe(momentumNow(given, TODAY))
        await note(row.id, event, { count })
        expect(await stored(row.id)).toEqual({
          momentum: momentumAfter(given, { event, count }, TODAY),
          momentumOn: given.momentumOn > TODAY ? given.momentumOn : TODAY,
        })
      }),
      { numRuns: 30 },
    )
  })

  it("falls on the day that it is where the person is, not in the gateway's zone", async () => {
    const timeZone = 'Asia/Tokyo'
    const { id } = await project()
    await note(id, 'task_done', { timeZone })
    expect(dayIn(timeZone, NOW)).toBe('2026-03-05')
    expect(await stored(id)).toEqual({ momentum: 55, momentumOn: '2026-03-05' })
  })

  it('counts although others race with it', async () => {
    const { id } = await project({ momentum: 0, momentumOn: '2026-02-20' })
    const events = Array.from({ length: 10 }, () => note(id, 'task_done'))
    await Promise.all([...events, note(id, 'deep_work_done'), note(id, 'task_added')])
    expect(await stored(id)).toEqual({ momentum: 67, momentumOn: TODAY })
  })

  it('does not reach other projects', async () => {
    const { id } = await project()
    const other = await project()
    await note(id, 'task_done')
    expect(await stored(other.id)).toEqual({ momentum: 50, momentumOn: TODAY })
  })

  it('of no task changes nothing', async () => {
    const { id } = await project({ momentumOn: '2026-02-20' })
    await note(id, 'task_done', { count: 0 })
    expect(await stored(id)).toEqual({ momentum: 50, momentumOn: '2026-02-20' })
  })

  it('refreshes a project at its highest that had none today', async () => {
    const { id } = await project({ momentum: 100, momentumOn: '2026-03-03' })
    await note(id, 'task_added')
    expect(await stored(id)).toEqual({ momentum: 100, momentumOn: TODAY })
  })
})
