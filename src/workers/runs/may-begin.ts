/** The checks before a claimed run is carried on: whether it still may, can, and should. */
import type { Runtime } from '../../core/call/runtime.ts'
import { type KeyStanding, lostAuthority } from '../../domain/access/authority.ts'
import { mayStart } from '../../domain/budgets/daily.ts'
import { AccessRevoked, assertInSpace } from '../../domain/runs/hold/hold-run.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import { spenderOf } from '../../domain/runs/spender.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import type { Executor, RunEnd } from './executor.ts'

/** What a claimed run is carried on with. */
interface Means {
  readonly executor: Executor | undefined
  /** The key that it acts with, in its present state. */
  readonly key: KeyStanding | undefined
}

/**
 * How the run ends or waits instead; undefined: it may continue.
 * @throws AccessRevoked
 */
export async function mayBegin(
  { resources, now }: Pick<Runtime, 'resources' | 'now'>,
  run: RunRow,
  { executor, key }: Means,
): Promise<RunEnd | undefined> {
  const refusal = whyNot(run, executor)
  if (refusal) return refusal
  const lost = lostAuthority(run.starter, key, now())
  if (lost !== undefined) throw new AccessRevoked(lost)
  await assertInSpace(resources.db, run)
  // A begun run is finished: only new runs are held back, and a delegated run belongs to one that has begun.
  if (run.modelSteps > 0 || run.depth > 0) return undefined
  const spender = await spenderOf(resources, run)
  if (!spender.isLimited) return undefined
  const start = await mayStart(resources.db, spender, now())
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
      ? `A newer version of this gateway began this run (form ${run.format}; this one knows up to ${newest}). Update it, or start the run again.`
      : `A version of this gateway that is too old began this run (form ${run.format}; this one knows from ${oldest} on). Start the run again.`
  return failed(run, 'version_unsupported', detail)
}

function failed(run: RunRow, reason: RunReason, detail: string): RunEnd {
  return { kind: 'ended', state: 'failed', reason, detail, seenStep: run.lastStep }
}
