/** Budgets in words: amounts, and why a budget holds a run back. */

import { nounFor } from '../../core/text/counts.ts'
import { toMicros, toUsd } from '../money.ts'
import { teamOf } from '../teams/space.ts'
import type { Moment } from '../time/clock.ts'
import { type Budget, type BudgetKey, type BudgetToday, WHOLE_PERSON } from './budget.ts'
import { isNight, type Limit, shareAt } from './rules.ts'

const USD = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
})
const COUNT = new Intl.NumberFormat('en-US')
const PERCENT = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 2 })

export type Unit = 'usd' | 'tokens'

export function amountText(unit: Unit, amount: number): string {
  return unit === 'usd' ? USD.format(toUsd(amount)) : `${COUNT.format(amount)} ${nounFor(amount, 'token')}`
}

function percentText(share: number): string {
  return PERCENT.format(share)
}

function ownerText({ ownerId, agentSlug }: BudgetKey): string {
  if (agentSlug !== WHOLE_PERSON) return `the agent ${agentSlug}'s`
  return teamOf(ownerId) === null ? 'your' : "the team's"
}

/** A budget of a day, with its owner. */
export function dailyText(which: BudgetKey, unit: Unit, cap: number): string {
  return `${ownerText(which)} budget of ${amountText(unit, cap)} a day`
}

interface Shortage {
  /** The budget in words. */
  readonly budget: string
  readonly unit: Unit
  readonly cap: number
  readonly spent: number
  readonly reserved: number
  /** The most that the step may cost. */
  readonly worst: number
}

/** Why a step does not fit into the rest of a budget. */
export function shortageText({ budget, unit, cap, spent, reserved, worst }: Shortage): string {
  if (worst > cap)
    return `The next step may take ${amountText(unit, worst)}, more than the whole of ${budget}.`
  const held = reserved === 0 ? '' : ` and ${amountText(unit, reserved)} reserved by other steps`
  return `The next step may take ${amountText(unit, worst)}, too much for ${budget}: ${amountText(unit, spent)} spent${held}.`
}

export function priceUnknownText(which: BudgetKey): string {
  return `The price of the model is unknown, so ${ownerText(which)} budget in US dollars cannot be enforced. Set a budget in tokens instead, or use a model with a known price.`
}

/** Why no run starts now under a budget whose share is used. */
export function shareText(limit: BudgetKey & Limit, moment: Moment): string {
  const { plan, used } = limit
  const share = shareAt(plan, moment)
  const { usdMicrosPerDay: usd, tokensPerDay: tokens } = plan
  const unit: Unit = usd !== null && used.usdMicros >= usd * share ? 'usd' : 'tokens'
  const cap = (unit === 'usd' ? usd : tokens) ?? 0
  const amount = unit === 'usd' ? used.usdMicros : used.tokens
  const until = share < 1 ? `${percentText(share)} of ` : ''
  const when = isNight(plan, moment) ? 'night' : 'day'
  return `By ${when}, runs start until ${until}${ownerText(limit)} budget of ${amountText(unit, cap)} a day is used: it is ${amountText(unit, amount)} now.`
}

/** A budget in one line. */
export function budgetText(budget: Budget): string {
  const caps = [
    budget.usdPerDay === null ? [] : [amountText('usd', toMicros(budget.usdPerDay))],
    budget.tokensPerDay === null ? [] : [amountText('tokens', budget.tokensPerDay)],
  ].flat()
  const shares =
    budget.dayShare === 1 && budget.nightShare === 1
      ? ''
      : `; runs start until ${percentText(budget.dayShare)} is used by day, ${percentText(budget.nightShare)} by night (${hourText(budget.nightFrom)} to ${hourText(budget.nightUntil)})`
  return `${budget.agent ?? 'All runs'}: ${caps.length === 0 ? 'no cap' : `${caps.join(' and ')} a day`}${shares}`
}

/** A budget and its day in one line. */
export function todayText(today: BudgetToday): string {
  const used = (unit: Unit, amount: number, held: number): string =>
    `${amountText(unit, amount)}${held === 0 ? '' : ` (+ ${amountText(unit, held)} reserved)`}`
  const usd = used('usd', toMicros(today.spentUsd), toMicros(today.reservedUsd))
  const tokens = used('tokens', today.spentTokens, today.reservedTokens)
  const start = today.mayStart ? 'runs may start' : `no run starts before ${today.startsAgainAt}`
  return `${budgetText(today)}. Today ${usd}, ${tokens}; ${start}.`
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`
}
