/** The log of a run, read on from a position. */
import { and, asc, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../db/db.ts'
import { runEvents } from './tables.ts'

export const RunEvent = z.object({
  position: z.int().describe('1, 2, 3 ... without a gap'),
  type: z.string().describe('run.running, step.finished, approval.asked ...'),
  data: z.record(z.string(), z.unknown()),
  at: z.iso.datetime(),
})
export type RunEvent = z.output<typeof RunEvent>

interface EventsQuery {
  readonly after: number
  readonly limit: number
  /** Shown in place of what the events tell of the run's contents. */
  readonly withheld?: string | undefined
}

/** Fields of events that describe a run's progress and reveal nothing of its contents. */
const PLAIN_FIELDS = new Set([
  ...[
    'stepId',
    'approvalId',
    'artifactId',
    'runId',
    'parentId',
    'number',
    'kind',
    'state',
    'reason',
    'phase',
    'outcome',
  ],
  ...['agent', 'operation', 'tool', 'tools', 'isError', 'verdict', 'by', 'from', 'priority', 'startAfter'],
  ...['tokens', 'costUsd', 'costUsdMicros', 'mediaType', 'sizeBytes'],
])

/** The events after a position, in order. */
export async function listEvents(
  db: Db,
  runId: string,
  { after, limit, withheld }: EventsQuery,
): Promise<RunEvent[]> {
  const rows = await db
    .select()
    .from(runEvents)
    .where(and(eq(runEvents.runId, runId), gt(runEvents.position, after)))
    .orderBy(asc(runEvents.position))
    .limit(limit)
  return rows.map(({ position, type, data, at }) => ({
    position,
    type,
    // Events are only written as objects.
    data: shownData(data as RunEvent['data'], withheld),
    at: at.toISOString(),
  }))
}

function shownData(data: RunEvent['data'], withheld: string | undefined): RunEvent['data'] {
  if (withheld === undefined) return data
  const shown = Object.entries(data).map(([field, value]) => [
    field,
    value === null || PLAIN_FIELDS.has(field) ? value : withheld,
  ])
  return Object.fromEntries(shown)
}
