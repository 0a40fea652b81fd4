/** Money is stored as whole millionths of a dollar, so that sums of it are exact. */

const MICROS_PER_USD = 1_000_000

/** Digits of a cost after the point: a call of a model often costs less than a cent. */
const COST_DIGITS = 4

export function toUsd(micros: number): number {
  return micros / MICROS_PER_USD
}

/** To the nearest: 0.07 has no exact form, and must not become more than was meant. */
export function toMicros(usd: number): number {
  return Math.round(usd * MICROS_PER_USD)
}

/** A cost as people read it; null where the price of a model is not known. */
export function costText(usd: number | null): string {
  return usd === null ? 'cost unknown' : `$${usd.toFixed(COST_DIGITS)}`
}
