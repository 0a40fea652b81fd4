/** Reads the words for a time of day: "9am", "at 14:30", "noon", "in the morning". */

/** A time read from the words at an index; `needsDay` when only a date beside it makes it a time. */
export interface ReadTime {
  length: number
  /** HH:MM. */
  time: string
  needsDay: boolean
}

const PARTS: ReadonlyMap<string, string> = new Map([
  ['morning', '09:00'],
  ['noon', '12:00'],
  ['midday', '12:00'],
  ['afternoon', '15:00'],
  ['evening', '18:00'],
])

/**
 * The time of day that starts at `index`. A bare hour ("at 9") is a time only beside a date. Without am or pm,
 * 1 to 6 (but not 01 to 06) mean the afternoon. Undefined when the words are no time.
 */
export function readTime(words: readonly string[], index: number, mayNeedDay: boolean): ReadTime | undefined {
  const hasAt = words[index] === 'at' || words[index] === '@'
  const start = hasAt ? index + 1 : index
  const lead = start - index
  const part = readPart(words, start, hasAt)
  if (part !== undefined) return { ...part, length: part.length + lead }
  const clock = readClock(words, start)
  if (clock !== undefined) return { ...clock, length: clock.length + lead }
  const hour = /^\d{1,2}$/.test(words[start] ?? '') ? Number(words[start]) : 24
  if (!hasAt || !mayNeedDay || hour > 23) return undefined
  return {
    length: lead + 1,
    time: clockText(/^0\d/.test(words[start] ?? '') ? hour : wakingHour(hour), 0),
    needsDay: true,
  }
}

/** The time of day that all the words stand for, beside a day or a repeat named elsewhere. */
export function readTimeWords(words: readonly string[]): string | undefined {
  const read = readTime(words, 0, true)
  return read?.length === words.length ? read.time : undefined
}

function readPart(words: readonly string[], start: number, hasAt: boolean): ReadTime | undefined {
  const skipped = words[start] === 'in' && words[start + 1] === 'the' ? 2 : 0
  const word = words[start + skipped] ?? ''
  const time = PARTS.get(word)
  if (time === undefined) return undefined
  return { length: skipped + 1, time, needsDay: !(hasAt && time === '12:00') }
}

function readClock(words: readonly string[], start: number): ReadTime | undefined {
  const match = /^(\d{1,2})(?::([0-5]\d))?(am|pm|a\.m|p\.m)?$/.exec(words[start] ?? '')
  if (match === null) return undefined
  const [, hourText = '', minuteText, half] = match
  const next = half === undefined ? /^(am|pm|a\.m|p\.m)$/.exec(words[start + 1] ?? '')?.[1] : undefined
  const [hour, minute] = [Number(hourText), Number(minuteText ?? '0')]
  const afternoon = half ?? next
  if (afternoon !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    const time = clockText((hour % 12) + (afternoon.startsWith('p') ? 12 : 0), minute)
    return { length: next === undefined ? 1 : 2, time, needsDay: false }
  }
  if (minuteText === undefined || hour > 23) return undefined
  // "3:16" alone may be a verse or a score; "03:16" and "at 3:16" are times.
  const isPlain = hourText.length === 2 || words[start - 1] === 'at'
  const time = hourText.length === 2 ? clockText(hour, minute) : clockText(wakingHour(hour), minute)
  return { length: 1, time, needsDay: !isPlain }
}

/** An hour said without a half of the day: 1 to 6 are in the afternoon. */
function wakingHour(hour: number): number {
  return hour >= 1 && hour <= 6 ? hour + 12 : hour
}

function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
