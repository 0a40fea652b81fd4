/** Applies daily budgets: whether a run may start, and what its steps may cost, over all workers at once. */
import type { Db } from '../db/db.ts'
import { localDate, type Moment } from '../time/clock.ts'
import type { BudgetKey } from './budget.ts'
import { type Amount, type Reservation, settleRows, tryToReserve, undoOnPerson } from './reservation.ts'
import { dayEnd, isBelowShare, nextStart, type Used } from './rules.ts'
import { readStandings, type Standing } from './store.ts'
import { dailyText, priceUnknownText, shareText, shortageText, type Unit } from './words.ts'

export type { Amount } from './reservation.ts'

/** The budgets that a run spends from; an agent has a name, so its row is never the owner's. */
export interface Spender extends BudgetKey {
  readonly timeZone: string
}

export interface DailyRefusal {
  readonly limit: 'person' | 'agent'
  readonly unit: Unit | 'price_unknown'
  /** The day's end in the zone; sooner where only the reservations of other steps are in the way. */
  readonly resumeAt: Date
  readonly words: string
}

/** Whether a new run may start; if not, when to check again, and why. */
export type StartAnswer = { ok: true } | { ok: false; resumeAt: Date; words: string }

/** Milliseconds after which to check again when others have reserved the rest: most of it comes back. */
export const RESERVED_RETRY_MS = 30_000

/**
 * In the caller's transaction: reserves the worst case on the person's and the agent's rows of today, or on neither.
 * Answers with the day, or with the reason for refusing. The rows stay locked until the transaction ends, so nothing
 * slow may follow.
 */
export async function reserveDaily(
  db: Db,
  spender: Spender,
  worst: Amount,
  now: Date,
): Promise<{ day: string } | { refused: DailyRefusal }> {
  const moment = { now, timeZone: spender.timeZone }
  const rows = { ...spender, day: localDate(moment) }
  const reservation = await tryToReserve(db, rows, worst)
  if (reservation.person_held && reservation.agent_held) return { day: rows.day }
  if (reservation.person_held) await undoOnPerson(db, rows, worst)
  const standings = await readStandings(db, rows, spender.agentSlug)
  return { refused: explainRefusal({ reservation, standings, worst }, moment) }
}

/**
 * Cancels the reservation and adds what was spent, on the day of the reservation. Where the price is unknown, the whole
 * reservation counts as spent.
 */
export async function settleDaily(
  db: Db,
  { ownerId, agentSlug }: BudgetKey,
  { day, ...settlement }: { day: string; reserved: Amount; spent: Amount },
): Promise<void> {
  await settleRows(db, { ownerId, agentSlug, day }, settlement)
}

/**
 * Whether a new run may start now, by the budgets' share for day or night; reservations count as used. If not, when to
 * check again: when day or night begins, at the day's end, or soon, if only reservations are in the way.
 */
export async function mayStart(db: Db, spender: Spender, now: Date): Promise<StartAnswer> {
  const moment = { now, timeZone: spender.timeZone }
  const ownerDay = { ownerId: spender.ownerId, day: localDate(moment) }
  return startFrom(await readStandings(db, ownerDay, spender.agentSlug), moment)
}

/** `mayStart`, from the state of the budgets. */
export function startFrom(standings: readonly Standing[], moment: Moment): StartAnswer {
  const limits = standings.map((standing) => ({ ...standing, used: spentAndReserved(standing) }))
  const full = limits.find((limit) => !isBelowShare(limit, moment))
  if (!full) return { ok: true }
  const isPassing = standings.every(({ plan, spent }) => isBelowShare({ plan, used: spent }, moment))
  const later = nextStart(limits, moment)
  return {
    ok: false,
    resumeAt: isPassing ? soonOr(later, moment) : later,
    words: shareText(full, moment),
  }
}

function spentAndReserved({ spent, reserved }: Standing): Used {
  return { usdMicros: spent.usdMicros + reserved.usdMicros, tokens: spent.tokens + reserved.tokens }
}

function soonOr(later: Date, { now }: Moment): Date {
  return new Date(Math.min(later.getTime(), now.getTime() + RESERVED_RETRY_MS))
}

interface Refused {
  readonly reservation: Reservation
  /** The person's and the agent's budgets, read after the refusal, which has locked the refusing row. */
  readonly standings: readonly [Standing, Standing]
  readonly worst: Amount
}

function explainRefusal({ reservation, standings, worst }: Refused, moment: Moment): DailyRefusal {
  const reset = dayEnd(moment)
  const { person_usd, person_tokens, agent_usd, agent_tokens, person_held } = reservation
  if (worst.usdMicros === null && (person_usd !== null || agent_usd !== null)) {
    const limit = person_usd === null ? 'agent' : 'person'
    const words = priceUnknownText(standings[person_usd === null ? 1 : 0])
    return { limit, unit: 'price_unknown', resumeAt: reset, words }
  }
  // Uses the caps of the guard itself: a budget that was changed since then does not explain the refusal.
  const standing = standings[person_held ? 1 : 0]
  const { spent, reserved } = standing
  const usdCap = person_held ? agent_usd : person_usd
  const tokensCap = person_held ? agent_tokens : person_tokens
  const usd = worst.usdMicros ?? 0
  const isUsd = usdCap !== null && spent.usdMicros + reserved.usdMicros + usd > usdCap
  const shortage = isUsd
    ? { cap: usdCap, spent: spent.usdMicros, reserved: reserved.usdMicros, worst: usd }
    : { cap: tokensCap ?? 0, spent: spent.tokens, reserved: reserved.tokens, worst: worst.tokens }
  const isPassing = fits(usdCap, spent.usdMicros + usd) && fits(tokensCap, spent.tokens + worst.tokens)
  const unit = isUsd ? 'usd' : 'tokens'
  return {
    limit: person_held ? 'agent' : 'person',
    unit,
    resumeAt: isPassing ? soonOr(reset, moment) : reset,
    words: shortageText({ budget: dailyText(standing, unit, shortage.cap), unit, ...shortage }),
  }
}

function fits(cap: number | null, amount: number): boolean {
  return cap === null || amount <= cap
}
