/** What Slack's answers over HTTP say beside their bodies. */

/** Milliseconds to wait where Slack does not say how long. */
const STANDARD_WAIT_MS = 30_000
const SECOND_MS = 1000

export function waitOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND_MS : STANDARD_WAIT_MS
}

export function whyOf(thrown: unknown): string {
  const { cause, message } = thrown as Error & { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message
}
