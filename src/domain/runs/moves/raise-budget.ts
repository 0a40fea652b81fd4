/** Raises the budget of a run that has one. */
import { invalidInput } from '../../../core/call/input.ts'
import { toMicros, toUsd } from '../../money.ts'
import type { RunRow } from '../run.ts'
import type { RunBudget } from '../run-start.ts'

type Caps = Partial<Pick<RunRow, 'capUsdMicros' | 'capTokens'>>

/**
 * The changed caps. A budget can only grow: whether a run's cost is limited at all was settled when it was started.
 * @throws AppError `invalid_input` for a smaller budget, or where there is none to raise
 */
export function budgetChange(run: RunRow, budget: RunBudget = {}): Caps {
  const { usd, tokens } = budget
  const capUsdMicros = usd === undefined ? null : toMicros(usd)
  const capTokens = tokens ?? null
  assertNotLess('budget.usd', run.capUsdMicros, { wanted: capUsdMicros, had: toUsd(run.capUsdMicros ?? 0) })
  assertNotLess('budget.tokens', run.capTokens, { wanted: capTokens, had: run.capTokens ?? 0 })
  return {
    ...(capUsdMicros !== null && capUsdMicros !== run.capUsdMicros && { capUsdMicros }),
    ...(capTokens !== null && capTokens !== run.capTokens && { capTokens }),
  }
}

interface Wanted {
  readonly wanted: number | null
  /** The present value as people write it. */
  readonly had: number
}

function assertNotLess(path: string, cap: number | null, { wanted, had }: Wanted): void {
  if (wanted === null) return
  if (cap !== null && wanted >= cap) return
  const message =
    cap === null ? 'this run has no such budget to raise' : `must be at least ${had}, as it is now`
  throw invalidInput('runs.resume', [{ path, message }])
}
