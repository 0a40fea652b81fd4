/** Starts a run below another one, which gets its result. */
import { eq } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { actorOf, lockActingRun } from '../hold/acting-run.ts'
import { countChildren } from '../hold/keep-run.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import { moveRun } from '../writes.ts'
import { startRun } from './start-run.ts'

/** The operation with which a run delegates. */
export const DELEGATE = 'runs.delegate'

/** How many levels below the top run a run may delegate. */
const DEPTH_MAX = 3
/** How many runs one run may start. */
const CHILDREN_MAX = 10

interface Delegation {
  readonly agent: string
  readonly goal: string
  readonly budgetUsd?: number | undefined
}

/** @throws AppError `forbidden` for a run that is too far down or has delegated too often, and as `startRun` */
export async function delegateRun(ctx: Context, { agent, goal, budgetUsd }: Delegation): Promise<RunRow> {
  const { run, stepId } = await lockActingRun(ctx)
  if (run.depth >= DEPTH_MAX) throw tooMany(`Runs may delegate at most ${DEPTH_MAX} levels deep.`)
  if ((await countChildren(ctx.db, run.id)) >= CHILDREN_MAX) {
    throw tooMany(`A run may delegate at most ${CHILDREN_MAX} times.`)
  }
  const budget = budgetUsd === undefined ? {} : { budget: { usd: budgetUsd } }
  const template = { agent, goal, priority: run.priority, ...budget }
  const origin = { door: 'worker', parent: { run, stepId } } as const
  // It acts with the key that its parent was started with, however the parent called.
  const child = await startRun({ ...ctx, actor: actorOf(run) }, template, origin)
  const event = { type: 'child.started', data: { runId: child.id, agent } }
  await moveRun(ctx, { where: eq(runs.id, run.id), set: {}, events: [event] })
  return child
}

function tooMany(message: string): AppError {
  return new AppError('forbidden', message, { fix: 'Do this piece yourself, or report it as not done.' })
}
