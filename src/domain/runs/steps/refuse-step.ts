/** Whether the worst case of a step fits into the budget of its run, and into those of all the runs above it. */
import { type Amount, RESERVED_RETRY_MS } from '../../budgets/daily.ts'
import { amountText, shortageText, type Unit } from '../../budgets/words.ts'
import type { HeldLine } from '../hold/hold-line.ts'
import type { RunRow } from '../run.ts'

/** Why a step may not be taken: its worst case does not fit. */
export interface StepRefusal {
  /** `tree`: a run above this one. */
  readonly limit: 'run' | 'tree' | 'person' | 'agent'
  /** When it may fit again; null: not without a change. */
  readonly resumeAt: Date | null
  readonly words: string
}

interface Shortage {
  readonly owner: RunRow
  readonly unit: Unit
  readonly cap: number
  readonly spent: number
  readonly reserved: number
  readonly worst: number
}

/** Undefined: it fits. The rows are locked, so that they cannot change before the step is reserved. */
export function refusalOf({ run, above }: HeldLine, worst: Amount, now: Date): StepRefusal | undefined {
  const nearestFirst = [run, ...above.toReversed()]
  const limitOf = (owner: RunRow) => (owner.id === run.id ? 'run' : 'tree')
  const unpriced = nearestFirst.find(({ capUsdMicros }) => worst.usdMicros === null && capUsdMicros !== null)
  if (unpriced) {
    const owner = unpriced.id === run.id ? 'this run' : aboveText(unpriced)
    const words = `The price of the model is unknown, so the budget of ${owner} in US dollars cannot be enforced.`
    return { limit: limitOf(unpriced), resumeAt: null, words }
  }
  const shortages = nearestFirst.flatMap((owner) => shortagesOf(owner, worst))
  // Spent money does not come back, so waiting for another budget would not help.
  const lasting = shortages.find((shortage) => !isPassing(shortage))
  const shortage = lasting ?? shortages[0]
  if (shortage === undefined) return undefined
  const { owner, unit, cap } = shortage
  const budget =
    owner.id === run.id
      ? `this run's budget of ${amountText(unit, cap)}`
      : `the budget of ${amountText(unit, cap)} of ${aboveText(owner)}`
  return {
    limit: limitOf(owner),
    // Most of the other runs' reservations come back, but nothing wakes this run for it.
    resumeAt: lasting ? null : new Date(now.getTime() + RESERVED_RETRY_MS),
    words: shortageText({ ...shortage, budget }),
  }
}

function shortagesOf(owner: RunRow, worst: Amount): Shortage[] {
  const { capUsdMicros, capTokens, treeSpentUsdMicros, treeSpentTokens } = owner
  const budgets = [
    {
      ...({ owner, unit: 'usd', cap: capUsdMicros, spent: treeSpentUsdMicros } as const),
      ...{ reserved: owner.treeReservedUsdMicros, worst: worst.usdMicros ?? 0 },
    },
    {
      ...({ owner, unit: 'tokens', cap: capTokens, spent: treeSpentTokens } as const),
      ...{ reserved: owner.treeReservedTokens, worst: worst.tokens },
    },
  ]
  return budgets.flatMap(({ cap, ...budget }) =>
    cap !== null && budget.spent + budget.reserved + budget.worst > cap ? [{ ...budget, cap }] : [],
  )
}

/** Only the reservations of other steps are in the way. */
function isPassing({ cap, spent, worst }: Shortage): boolean {
  return spent + worst <= cap
}

function aboveText({ id, agentSlug }: RunRow): string {
  return `${id} (${agentSlug}) above it`
}
