/** How long a provider asks callers to wait. */
import type { Signs } from './provider-signs.ts'

/** The longest wait: a provider that asks for more is asked again after this time. */
const WAIT_MAX_MS = 24 * 3_600_000

/**
 * Milliseconds from `retry-after-ms`, from `retry-after` in seconds or as a date, or else from the words of the
 * refusal.
 */
export function retryAfterMs(signs: Signs, now: Date): number | undefined {
  const milliseconds = saidMs(signs, now)
  return milliseconds === undefined ? undefined : Math.min(milliseconds, WAIT_MAX_MS)
}

function saidMs({ headers, words, body }: Signs, now: Date): number | undefined {
  const milliseconds = numberOf(headers?.get('retry-after-ms'))
  if (milliseconds !== undefined) return Math.ceil(milliseconds)
  const text = headers?.get('retry-after')
  const seconds = numberOf(text)
  if (seconds !== undefined) return Math.ceil(seconds * 1000)
  // A date names its month or begins with its year; `Date.parse` accepts "-5" and "60;" as well.
  const date = /[a-z]{3} |^\d{4}-\d\d-/i.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN
  return Number.isNaN(date) ? saidDelayMs(words, body) : Math.max(0, date - now.getTime())
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** "Please try again in 1m7.66s" (OpenAI, Groq), or Google's `"retryDelay": "38s"`. */
function saidDelayMs(words: string, body: unknown): number | undefined {
  const said =
    /try again in ((?:\d+(?:\.\d+)?(?:h|ms|m|s)\s?)+)/i.exec(words)?.[1] ??
    /"retryDelay":\s*"(\d+(?:\.\d+)?s)"/.exec(JSON.stringify(body ?? ''))?.[1]
  if (said === undefined) return undefined
  const parts = [...said.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/gi)]
  return Math.ceil(parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0))
}

function numberOf(text: string | null | undefined): number | undefined {
  const digits = /^"?(\d+(?:\.\d+)?)"?s?$/.exec(text?.trim() ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
