/** A person says whether a call with an unknown outcome happened, and its run continues. */
import { and, eq } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import { freeCall } from '../../access/answers/ledger.ts'
import { wakeRun } from '../hold/wake-run.ts'
import { type RunRow, runRef } from '../run.ts'
import { hasEnded } from '../states.ts'
import { changeStep, type StepRow } from '../steps/steps.ts'
import { endToolStep } from '../steps/tool-steps.ts'
import { runSteps, runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'

export const OUTCOMES = ['done', 'not_done'] as const

export const RESULT_MAX_CHARS = 20_000

interface Settling {
  readonly stepId: string
  readonly outcome: (typeof OUTCOMES)[number]
  /** The result of the call, for the agent. */
  readonly result?: string | undefined
  readonly by: string
}

/**
 * With `not_done` the call is repeated, unless its worker was only late and has stored an answer by now. The run must
 * be locked.
 * @throws AppError `invalid_input` for the result of a call that was not made, `not_found`, `conflict`
 */
export async function settleStep(writes: Writes, run: RunRow, settling: Settling): Promise<StepRow> {
  const { stepId, outcome, result, by } = settling
  if (outcome === 'not_done' && result !== undefined) throw resultOfNothing()
  const { operation } = assertUnknown(run, await findStep(writes, run, stepId))
  const data = { stepId, outcome, by }
  await moveRun(writes, { where: eq(runs.id, run.id), set: {}, events: [{ type: 'step.settled', data }] })
  if (outcome === 'not_done') {
    if (operation !== null) await freeCall(writes.db, { actor: { id: run.id }, operation, key: stepId })
    await changeStep(writes, run.id, {
      stepId,
      from: ['unknown'],
      set: { state: 'planned', result: null, finishedAt: null },
    })
  } else {
    const text = result ?? 'It was done; a person has checked. Its answer is unknown.'
    await endToolStep(writes, run, { stepId, state: 'done', result: { text, isError: false } })
  }
  await wakeRun(writes, run, 'resumed')
  return await findStep(writes, run, stepId)
}

function resultOfNothing(): AppError {
  return new AppError('invalid_input', 'A call that was not done has no result.', {
    fix: 'Leave out result, or give the outcome done. To tell the run something, call runs.steer.',
    issues: [{ path: 'result', message: 'only together with the outcome done' }],
  })
}

async function findStep({ db }: Writes, run: RunRow, stepId: string): Promise<StepRow> {
  const [step] = await db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.id, stepId), eq(runSteps.runId, run.id)))
  if (step === undefined) throw notFound('step', stepId)
  return step
}

function assertUnknown(run: RunRow, step: StepRow): StepRow {
  const { id, state } = step
  if (hasEnded(run.state)) {
    throw new AppError('conflict', `${runRef(run)} has already ended: ${run.state}.`, {
      fix: 'Retry it with runs.retry, and settle the step then.',
    })
  }
  if (state === 'unknown') return step
  throw new AppError('conflict', `The outcome of ${id} is known: it is ${state}.`, {
    fix: 'Call runs.get: it shows which steps need settling.',
  })
}
