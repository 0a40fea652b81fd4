/** The log of a run, read on from a position. */
import { and, asc, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../db.ts'
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
}

/** The events after a position, in order. */
export async function listEvents(db: Db, runId: string, { after, limit }: EventsQuery): Promise<RunEvent[]> {
  const rows = await db
    .select()
    .from(runEvents)
    .where(and(eq(runEvents.runId, runId), gt(runEvents.position, after)))
    .orderBy(asc(runEvents.position))
    .limit(limit)
  return rows.map(({ position, type, data, at }) => ({
    position,
    type,
    // Events are written as objects only.
    data: data as RunEvent['data'],
    at: at.toISOString(),
  }))
}
