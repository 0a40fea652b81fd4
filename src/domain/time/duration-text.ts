/** Durations in words for people. */

const MINUTE_S = 60
const HOUR_S = 3600

/** `12.7 s`, `11 min 10 s`, `3 h 5 min`. */
export function durationText(ms: number): string {
  const seconds = ms / 1000
  if (seconds < MINUTE_S) return `${seconds.toFixed(1)} s`
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ${Math.floor(seconds % MINUTE_S)} s`
  return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`
}

/** Whole minutes of work: `45 min`, `2 h`, `1 h 35 min`. */
export function workText(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ')
}
