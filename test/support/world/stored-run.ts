/** Runs as rows, for tests of what is done with runs that nobody works on. */
import { eq } from 'drizzle-orm'
import { startRun } from '../../../src/domain/runs/moves/start-run.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import type { TestGateway } from './database.ts'
import { SOME_MODEL } from './some-model.ts'

interface StoredRun {
  readonly personId?: string
  readonly agent?: string
  /** What is written over what a start gives. */
  readonly set?: Partial<RunRow>
}

/** Starts a run as the local person, or another, and writes `set` over it. */
export async function storeRun(gateway: TestGateway, options: StoredRun = {}): Promise<RunRow> {
  const { personId = 'local', agent = 'assistant', set = {} } = options
  const { runtime } = gateway
  return await gateway.database.transaction(async (db) => {
    const ctx = {
      ...runtime.resources,
      db,
      models: SOME_MODEL,
      actor: gateway.as({ id: personId, personId }).actor,
      now: runtime.now(),
      newId: runtime.newId,
      operations: runtime.operations,
      changed: () => undefined,
      emit: () => undefined,
      enqueue: () => undefined,
    }
    const { id } = await startRun(ctx, { agent, goal: 'Help', priority: 'normal' }, { door: 'process' })
    const [row] = await db
      .update(runs)
      .set({ state: 'queued', ...set })
      .where(eq(runs.id, id))
      .returning()
    if (row === undefined) throw new Error('the run is not there')
    return row
  })
}
