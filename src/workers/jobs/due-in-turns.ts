/** Whose due schedule fires next: a job of the queue says only that one is due. */
import type { Runtime } from '../../core/call/runtime.ts'
import { listDueInTurns } from '../../domain/schedules/store.ts'

/** Schedules that are read at a time. */
const TURNS = 50
/** Milliseconds after which turns are read again, so that a schedule of somebody else waits no longer. */
const TURNS_MAX_AGE_MS = 1_000
/** Milliseconds for which a schedule that could not be fired gets no other turn: it is still due. */
const PASSED_MS = 5_000

export interface DueInTurns {
  /** The id of a schedule that should have fired by `by`; undefined: there is no further one. */
  next(by: Date): Promise<string | undefined>
  /** It has fired, and may get a turn again. */
  fired(id: string): void
}

/** Turns of one process. Two processes may give the same schedule a turn: it fires once. */
export function createDueInTurns({ resources }: Pick<Runtime, 'resources'>): DueInTurns {
  const passed = new Map<string, number>()
  let turns: string[] = []
  let readAt = Number.NEGATIVE_INFINITY
  /** One after the other, so that no two jobs take the same turn. */
  let taking: Promise<unknown> = Promise.resolve()

  async function take(by: Date): Promise<string | undefined> {
    const at = performance.now()
    if (turns.length === 0 || at - readAt > TURNS_MAX_AGE_MS) {
      for (const [id, passedAt] of passed) if (at - passedAt > PASSED_MS) passed.delete(id)
      turns = await listDueInTurns(resources.db, { by, except: [...passed.keys()], limit: TURNS })
      readAt = at
    }
    const id = turns.shift()
    if (id !== undefined) passed.set(id, at)
    return id
  }

  return {
    fired: (id) => void passed.delete(id),
    next(by) {
      const taken = taking.then(() => take(by))
      taking = taken.catch(() => undefined)
      return taken
    },
  }
}
