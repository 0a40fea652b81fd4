/** The run behind a call: the actor that it acts as, and the step with which it calls. */
import type { Actor } from '../../../core/operation/actor.ts'
import type { Context } from '../../../core/operation/context.ts'
import type { RunRow } from '../run.ts'
import { lockRun } from './wake-run.ts'

/**
 * A run acts for its person, with the rights that its starter could give it, on the things of its owner alone. What it
 * reads is shown in its log, so it sees only what all readers of the log may see.
 */
export function actorOf(run: Pick<RunRow, 'id' | 'personId' | 'ownerId' | 'spaceId' | 'starter'>): Actor {
  const { id, personId, ownerId: within, spaceId, starter } = run
  const { scopes, keyId } = starter
  return {
    ...{ kind: 'agent', id, personId, within, scopes },
    ...(spaceId !== within && { logSpace: spaceId }),
    ...(keyId !== undefined && { keyId }),
  }
}

export interface ActingRun {
  readonly run: RunRow
  readonly stepId: string
}

/** The run that calls an operation of the audience `runs`, locked until the call's transaction ends. */
export async function lockActingRun({
  db,
  actor,
  stepId,
}: Pick<Context, 'db' | 'actor' | 'stepId'>): Promise<ActingRun> {
  if (actor.kind !== 'agent' || stepId === undefined) throw new Error(`${actor.id} calls without a step`)
  return { run: await lockRun(db, actor.id), stepId }
}
