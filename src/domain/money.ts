/** Money is stored as whole millionths of a dollar, so that sums of it are exact. */

const MICROS_PER_USD = 1_000_000

export function toUsd(micros: number): number {
  return micros / MICROS_PER_USD
}

/** To the nearest: 0.07 has no exact form, and must not become more than was meant. */
export function toMicros(usd: number): number {
  return Math.round(usd * MICROS_PER_USD)
}
