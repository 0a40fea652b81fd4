/** What is looked at before a claimed run is carried on: whether it still may, can, and should. */
import type { Runtime } from '../core/invoke.ts'
import { keyState } from '../domain/access/key.ts'
import { findKey } from '../domain/access/keys.ts'
import { mayStart } from '../domain/budgets/daily.ts'
import type { RunRow } from '../domain/runs/run.ts'
import { spenderOf } from '../domain/runs/spender.ts'
import type { RunReason } from '../domain/runs/states.ts'
import type { Writes } from '../domain/runs/writes.ts'
import type { Executor, RunEnd } from './executor.ts'

/** How the run ends or waits instead; undefined: it may go on. */
export async function mayBegin(
  { resources, now }: Pick<Runtime, 'resources' | 'now'>,
  run: RunRow,
  executor: Executor | undefined,
): Promise<RunEnd | undefined> {
  const refusal = whyNot(run, executor)
  if (refusal) return refusal
  if (await isKeyGone({ db: resources.db, now: now() }, run)) {
    return failed(run, 'access_revoked', 'The key that started this run has been revoked or has expired.')
  }
  // What has begun is finished: only new runs are held back, and a delegated one belongs to a run that has begun.
  if (run.modelSteps > 0 || run.depth > 0) return undefined
  const start = await mayStart(resources.db, await spenderOf(resources, run), now())
  if (start.ok) return undefined
  const { resumeAt, words } = start
  return {
    kind: 'parked',
    state: 'waiting',
    reason: 'budget',
    detail: words,
    resumeAt,
    seenStep: run.lastStep,
  }
}

function whyNot(run: RunRow, executor: Executor | undefined): RunEnd | undefined {
  if (executor === undefined) {
    const name = run.agent.executor
    return failed(
      run,
      'not_configured',
      `This gateway has no executor named ${name}, which the agent asks for.`,
    )
  }
  const [oldest, newest] = executor.formats
  if (run.format >= oldest && run.format <= newest) return undefined
  const detail =
    run.format > newest
      ? `A newer version of this gateway began this run (form ${run.format}; this one knows up to ${newest}). Update it, or start the run anew.`
      : `A version of this gateway that is too old began this run (form ${run.format}; this one knows from ${oldest} on). Start the run anew.`
  return failed(run, 'version_unsupported', detail)
}

async function isKeyGone(
  { db, now }: Pick<Writes, 'db' | 'now'>,
  { starter: { keyId } }: RunRow,
): Promise<boolean> {
  if (keyId === undefined) return false
  const key = await findKey(db, keyId)
  return key === undefined || keyState(key, now) !== 'active'
}

function failed(run: RunRow, reason: RunReason, detail: string): RunEnd {
  return { kind: 'ended', state: 'failed', reason, detail, seenStep: run.lastStep }
}
