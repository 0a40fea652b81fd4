/** How runs went, and what people say of them, through `invoke` on a real database. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { runEvents } from '../../../src/domain/runs/tables.ts'
import { updateProfile } from '../../../src/tools/access/update-profile.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { reportRuns } from '../../../src/tools/reports/report-runs.ts'
import { rateRun } from '../../../src/tools/runs/rate-run.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { storeRun } from '../../support/world/stored-run.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

let people = 0
function somebody(): string {
  people += 1
  return `person${people}`
}

const as = (personId: string) => gateway.as({ id: personId, personId })
const report = async (personId: string, input: object = {}) =>
  (await gateway.invoke(reportRuns, input, as(personId))).output
const rate = async (personId: string, input: object) =>
  (await gateway.invoke(rateRun, input, as(personId))).output.feedback

interface Ended extends Partial<RunRow> {
  /** Seconds until a worker had it, and until it ended after that. */
  readonly waits?: number
  readonly takes?: number
}

/** A run that ended at a moment. */
async function ended(personId: string, at: string, { waits = 1, takes = 10, ...set }: Ended = {}) {
  const finishedAt = new Date(at)
  const startedAt = new Date(finishedAt.getTime() - takes * 1000)
  const createdAt = new Date(startedAt.getTime() - waits * 1000)
  const times = { finishedAt, startedAt, createdAt, startAfter: createdAt }
  return await storeRun(gateway, { personId, set: { state: 'succeeded', ...times, ...set } })
}

const NONE = {
  runs: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  successRate: null,
  costUsd: 0,
  tokens: 0,
  timeToStartMs: null,
  timeTakenMs: null,
  rating: null,
  ratings: 0,
}

describe('a report on runs', () => {
  it('has nothing to count at first, and covers 30 days with today', async () => {
    const empty = await report(somebody())
    expect(empty).toEqual({
      by: 'day',
      from: '2026-02-03',
      until: '2026-03-04',
      timeZone: 'UTC',
      rows: [],
      totals: NONE,
      markdown: null,
    })
  })

  it('counts by day what ended, in the time zone of the person', async () => {
    const who = somebody()
    await gateway.invoke(updateProfile, { timeZone: 'America/New_York' }, as(who))
    await ended(who, '2026-03-03T04:59:59Z')
    await ended(who, '2026-03-03T05:00:00Z', { state: 'failed' })
    await ended(who, '2026-03-04T04:59:59Z', { state: 'cancelled' })
    await storeRun(gateway, { personId: who, set: { state: 'running', startedAt: new Date() } })
    const { rows, totals } = await report(who)
    expect(rows.map(({ key, runs, successRate }) => [key, runs, successRate])).toEqual([
      ['2026-03-02', 1, 1],
      ['2026-03-03', 2, 0],
    ])
    expect(totals).toMatchObject({ runs: 3, succeeded: 1, failed: 1, cancelled: 1, successRate: 0.5 })
    expect((await report(who, { from: '2026-03-02', until: '2026-03-02' })).totals.runs).toBe(1)
  })

  it('gives the cost as null where that of one is not known, never as 0', async () => {
    const who = somebody()
    await ended(who, '2026-03-02T10:00:00Z', { spentUsdMicros: 250_000, spentTokens: 1_000 })
    await ended(who, '2026-03-03T10:00:00Z', { spentUsdMicros: 500_000, spentTokens: 20 })
    await ended(who, '2026-03-03T11:00:00Z', { costKnown: false, spentTokens: 5 })
    const { rows, totals, markdown } = await report(who, { format: 'markdown' })
    expect(rows.map(({ costUsd, tokens }) => [costUsd, tokens])).toEqual([
      [0.25, 1_000],
      [null, 25],
    ])
    expect(totals).toMatchObject({ costUsd: null, tokens: 1_025 })
    expect(markdown).toContain('| 2026-03-02 | 1 | 1 | 0 | 0 | 100 % | $0.2500 |')
    expect(markdown).toContain('| **all** | 3 | 3 | 0 | 0 | 100 % | unknown |')
  })

  it('gives the times to start and taken as percentiles, of runs that started', async () => {
    const who = somebody()
    for (let count = 1; count <= 20; count += 1)
      await ended(who, '2026-03-03T10:00:00Z', { waits: count, takes: 2 * count })
    await ended(who, '2026-03-03T10:00:00Z', { state: 'cancelled', startedAt: null })
    const put = { createdAt: new Date('2026-02-01T00:00:00Z'), startAfter: new Date('2026-03-03T09:59:49Z') }
    await ended(who, '2026-03-03T10:00:00Z', put)
    const { totals } = await report(who)
    expect(totals.runs).toBe(22)
    // The one that was put off waited a second from when it might start.
    expect(totals.timeToStartMs).toEqual({ p50: 10_000, p95: 19_000 })
    expect(totals.timeTakenMs).toEqual({ p50: 20_000, p95: 38_000 })
  })

  it('counts the time to start from the first start, though a worker put the run back since', async () => {
    const who = somebody()
    const startAfter = new Date('2026-03-03T11:00:00Z')
    await ended(who, '2026-03-03T10:00:00Z', { waits: 7, startAfter })
    expect((await report(who)).totals.timeToStartMs).toEqual({ p50: 7_000, p95: 7_000 })
    const late = await ended(who, '2026-03-03T10:00:00Z', { waits: 3600, startAfter })
    const mightStart = new Date((late.startedAt?.getTime() ?? 0) - 5_000).toISOString()
    await gateway.db
      .update(runEvents)
      .set({ data: { startAfter: mightStart } })
      .where(eq(runEvents.runId, late.id))
    expect((await report(who)).totals.timeToStartMs).toEqual({ p50: 5_000, p95: 7_000 })
  })

  it('counts by project and by agent, the most runs first, and each person alone', async () => {
    const who = somebody()
    const { output } = await gateway.invoke(createProject, { name: 'A | B' }, as(who))
    const projectId = output.project.id
    await ended(who, '2026-03-03T10:00:00Z')
    await ended(who, '2026-03-03T10:00:00Z', { projectId, agentSlug: 'tester' })
    await ended(who, '2026-03-03T10:00:00Z', { projectId, agentSlug: 'tester' })
    await ended(somebody(), '2026-03-03T10:00:00Z')
    const byProject = await report(who, { by: 'project', format: 'markdown' })
    expect(byProject.rows.map(({ key, name, runs }) => [key, name, runs])).toEqual([
      [projectId, 'A | B', 2],
      [null, '(no project)', 1],
    ])
    expect(byProject.markdown).toContain('| A \\| B | 2 |')
    const byAgent = await report(who, { by: 'agent' })
    expect(byAgent.rows.map(({ key, runs }) => [key, runs])).toEqual([
      ['tester', 2],
      ['assistant', 1],
    ])
  })

  it.each([{ from: '2026-03-05' }, { from: '2025-03-03', until: '2026-03-04' }, { from: '2026-02-30' }])(
    'refuses the days %j',
    async (input) => {
      await expect(report(somebody(), input)).rejects.toMatchObject({ code: 'invalid_input' })
    },
  )
})

describe('feedback', () => {
  it('is kept once a run, and again replaces it, also in reports', async () => {
    const who = somebody()
    const [one, other] = [await ended(who, '2026-03-03T10:00:00Z'), await ended(who, '2026-03-03T10:00:00Z')]
    await rate(who, { runId: one.id, rating: 1, comment: 'Bad' })
    expect(await rate(who, { runId: one.id, rating: 4 })).toEqual({
      runId: one.id,
      rating: 4,
      comment: null,
      at: gateway.clock.now().toISOString(),
    })
    await rate(who, { runId: other.id, rating: 5 })
    expect((await report(who)).totals).toMatchObject({ runs: 2, rating: 4.5, ratings: 2 })
  })

  it('is for runs that have ended, and for those whose they are', async () => {
    const who = somebody()
    const { id: runId } = await storeRun(gateway, { personId: who })
    await expect(rate(who, { runId, rating: 3 })).rejects.toMatchObject({ code: 'conflict' })
    const { id } = await ended(who, '2026-03-03T10:00:00Z')
    const byStranger = rate(somebody(), { runId: id, rating: 3 })
    await expect(byStranger).rejects.toMatchObject({ code: 'not_found' })
    for (const rating of [0, 6, 2.5])
      await expect(rate(who, { runId: id, rating })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
