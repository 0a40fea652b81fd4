/** Money is stored as whole millionths of a dollar, so that sums are exact. */

const MICROS_PER_USD = 1_000_000

/** Digits of a cost after the decimal point: a model call often costs less than a cent. */
const COST_DIGITS = 4

export function toUsd(micros: number): number {
  return micros / MICROS_PER_USD
}

/** Rounded to the nearest: 0.07 has no exact binary form, and must not become more. */
export function toMicros(usd: number): number {
  return Math.round(usd * MICROS_PER_USD)
}

/** A cost for people; null where the price of a model is unknown. */
export function costText(usd: number | null): string {
  return usd === null ? 'cost unknown' : `$${usd.toFixed(COST_DIGITS)}`
}
