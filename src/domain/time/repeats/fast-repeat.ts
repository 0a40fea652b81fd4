/** Reads repeats in hours and minutes: "every 15 minutes", "every other hour", "every half hour", "hourly". */
import { MINUTES_PER_HOUR, type Read } from '../days/clock-words.ts'
import { isEvery, smallNumber } from '../days/vocabulary.ts'

export interface FastRepeat {
  readonly unit: 'hour' | 'minute'
  readonly count: number
}

const UNITS: ReadonlyMap<string, FastRepeat['unit']> = new Map([
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((word) => [word, 'hour'] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((word) => [word, 'minute'] as const),
])

/** The repeat that starts at `start`; undefined if the words are not a repeat in hours or minutes. */
export function readFastRepeat(words: readonly string[], start = 0): Read<FastRepeat> | undefined {
  if (words[start] === 'hourly') return { length: 1, said: { unit: 'hour', count: 1 } }
  if (!isEvery(words[start])) return undefined
  const [first = '', second = '', third = ''] = words.slice(start + 1, start + 4)
  if (first === 'half') {
    const isApart = second === 'an'
    const whole = UNITS.get(isApart ? third : second)
    const count = whole === 'hour' ? MINUTES_PER_HOUR / 2 : 1 / 2
    return whole && { length: isApart ? 4 : 3, said: { unit: 'minute', count } }
  }
  const [, figures, letters = ''] = /^(\d{1,4})([a-z]+)$/.exec(first) ?? []
  if (figures !== undefined) return readUnit(letters, Number(figures), 2)
  // "Every m" names something else.
  if (UNITS.has(first)) return first.length > 1 ? readUnit(first, 1, 2) : undefined
  const count = first === 'other' ? 2 : smallNumber(first)
  return count === undefined ? undefined : readUnit(second, count, 3)
}

function readUnit(word: string, count: number, length: number): Read<FastRepeat> | undefined {
  const unit = UNITS.get(word)
  return unit && { length, said: { unit, count } }
}
