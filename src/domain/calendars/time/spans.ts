/** Sums and differences of spans of time. */

/** Milliseconds since 1970; the end is not included. */
export interface Span {
  readonly from: number
  readonly until: number
}

const MINUTE_MS = 60_000

/** What all of them cover, in order and apart from one another. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    if (span.until <= span.from) continue
    const last = merged.at(-1)
    if (last === undefined || last.until < span.from) merged.push(span)
    else if (last.until < span.until) merged[merged.length - 1] = { from: last.from, until: span.until }
  }
  return merged
}

/** The parts of `spans` that lie within a window, in order and apart from one another. */
export function spansWithin(spans: readonly Span[], { from, until }: Span): Span[] {
  return mergeSpans(
    spans.map((span) => ({ from: Math.max(span.from, from), until: Math.min(span.until, until) })),
  )
}

/** What `taken` leaves of a window. */
export function gapsIn(window: Span, taken: readonly Span[]): Span[] {
  const gaps: Span[] = []
  let from = window.from
  for (const span of spansWithin(taken, window)) {
    if (from < span.from) gaps.push({ from, until: span.from })
    from = span.until
  }
  if (from < window.until) gaps.push({ from, until: window.until })
  return gaps
}

/** Whole minutes. */
export function minutesIn(spans: readonly Span[]): number {
  const ms = spans.reduce((sum, { from, until }) => sum + until - from, 0)
  return Math.floor(ms / MINUTE_MS)
}
